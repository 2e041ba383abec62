import { drive } from "../../src/bisection/driver.ts";
import { type BisectionEvent, type EventBody, parseEvent } from "../../src/event/index.ts";
import { openRepository } from "../../src/history/repository.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { RequestQueue } from "../../src/journal/requests.ts";
import type { Lab } from "../../src/lab/lab.ts";
import { policyNamed } from "../../src/search/policies.ts";
import { createScriptedLab } from "../../src/simulate/scripted-lab.ts";
import { beginStory, type Story } from "./drive-story.ts";

/** A story told with builds and runs that end in whatever order. */
export interface Paced {
  readonly story: Story;
  /** Which of `count` things under way ends next. */
  readonly pick: (count: number) => number;
  /** Events of an earlier session, and what was said since; absent: it begins. */
  readonly earlier?: readonly BisectionEvent[];
  /** The folder of that session. */
  readonly folder?: string;
  /** Seconds from one event to the next; absent: 1. */
  readonly pause?: number;
  /** Nothing ends before this, but what is not wanted any more. */
  readonly until?: Promise<void>;
  /** Is told of everything under way each time something begins or ends. */
  readonly watch?: Watch;
}

/** What is under way: kernels that are built, and kernels that are run, a run each. */
export type Watch = (underWay: {
  readonly builds: readonly string[];
  readonly runs: readonly string[];
}) => void;

const never = new AbortController().signal;

/**
 * Drives the story with as many builds and runs at once as its script has slots, in which `pick` says what
 * ends next. The journal is kept in memory, so that hundreds of such stories can be told.
 */
export async function tellPaced({
  story,
  pick,
  earlier,
  folder: given,
  pause = 1,
  until = Promise.resolve(),
  watch = () => {},
}: Paced): Promise<{ readonly folder: string; readonly events: readonly BisectionEvent[] }> {
  const folder = given ?? (await beginStory(story));
  const events = [...(earlier ?? (await readFileJournal(folder)))];
  const requests = new RequestQueue();
  const journal: Journal = {
    events,
    async append(body) {
      const at = new Date(Date.parse(events.at(-1)?.at ?? "") + pause * 1000).toISOString();
      const envelope = { version: 1, seq: events.length, at };
      const event = parseEvent(JSON.parse(JSON.stringify({ ...envelope, ...body })));
      events.push(event);
      const said = story.onlooker?.(events) ?? null;
      if (said !== null) void requests.ask(said);
      return event;
    },
    async close() {},
  };
  await drive({
    folder,
    repository: await openRepository(story.history.folder),
    lab: pacedLab(createScriptedLab(story.script), pick, watch, until),
    journal,
    requests,
    policy: policyNamed(story.policy ?? "adaptive"),
    finish: never,
    halt: never,
  });
  return { folder, events };
}

/** `events`, and these after them, so many seconds later. */
export function withMore(
  events: readonly BisectionEvent[],
  seconds: number,
  ...bodies: readonly EventBody[]
): readonly BisectionEvent[] {
  const at = new Date(Date.parse(events.at(-1)?.at ?? "") + seconds * 1000).toISOString();
  return [
    ...events,
    ...bodies.map((body, n) =>
      parseEvent({ version: 1, seq: events.length + n, at, ...structuredClone(body) }),
    ),
  ];
}

/** `lab`, where one thing ends at a time once everything that may be under way is. */
function pacedLab(
  lab: Lab,
  pick: (count: number) => number,
  watch: Watch,
  until: Promise<void>,
): Lab {
  const waiting: { end: () => void }[] = [];
  const underWay: { builds: string[]; runs: string[] } = { builds: [], runs: [] };
  let isArmed = false;
  const arm = (): void => {
    if (isArmed || waiting.length === 0) return;
    isArmed = true;
    setImmediate(() =>
      setImmediate(() => {
        isArmed = false;
        const [one] = waiting.splice(pick(waiting.length), 1);
        one?.end();
        arm();
      }),
    );
  };
  const turn = async (what: string[], kernel: string, signal: AbortSignal): Promise<void> => {
    what.push(kernel);
    watch(underWay);
    await new Promise<void>((resolve) => {
      const one = { end: resolve };
      waiting.push(one);
      signal.addEventListener("abort", () => {
        const place = waiting.indexOf(one);
        if (place >= 0) waiting.splice(place, 1);
        resolve();
      });
      void until.then(arm);
    });
    what.splice(what.indexOf(kernel), 1);
    watch(underWay);
  };
  return {
    ...lab,
    async build(plan, control) {
      await turn(underWay.builds, plan.kernel, control.signal);
      return lab.build(plan, control);
    },
    async run(plan, control) {
      await turn(underWay.runs, plan.plan.kernel, control.signal);
      return lab.run(plan, control);
    },
  };
}

/** A source of luck that gives the same numbers each time. */
export function luck(seed: number): (count: number) => number {
  let state = seed >>> 0;
  return (count) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
}
