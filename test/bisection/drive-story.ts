import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beginBisection, resolveEnds } from "../../src/bisection/begin.ts";
import { drive } from "../../src/bisection/driver.ts";
import { knownBackports } from "../../src/bisection/known-backports.ts";
import type { BisectionEvent, EventOf, Terms, UserEvent } from "../../src/event/index.ts";
import { openRepository } from "../../src/history/repository.ts";
import { expectSchema } from "../../src/job/expect.ts";
import { expectationIn } from "../../src/job/expectation.ts";
import { parseJob } from "../../src/job/read.ts";
import { targetOf } from "../../src/job/target.ts";
import { openFileJournal, readFileJournal } from "../../src/journal/file-journal.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { RequestQueue } from "../../src/journal/requests.ts";
import { policyNamed } from "../../src/search/policies.ts";
import { createScriptedLab, type Script } from "../../src/simulate/scripted-lab.ts";
import type { SmallHistory } from "./small-history.ts";

/** What a test bisects; names are the history's. */
export interface Story {
  readonly history: SmallHistory;
  readonly crashes: string;
  readonly clean?: string;
  /** A fix is searched up to this commit. */
  readonly head?: string;
  /** The commit that brought the bug, where it is known. */
  readonly cause?: string;
  readonly runs?: number;
  /** Absent: git. */
  readonly policy?: string;
  readonly script: Script;
  /** Keys of the job that say which part of history is searched, or suspected. */
  readonly part?: {
    readonly "first-parent"?: boolean;
    readonly paths?: readonly string[];
    readonly suspect?: readonly string[];
  };
  /** The job's keys about fixes. */
  readonly fixes?: {
    readonly backports?: readonly (string | { readonly fix: string; readonly guilty?: string })[];
    readonly repair?: boolean | { readonly builds: number };
  };
  /** How the configuration is made smaller; with `goal`, nothing else is asked for. */
  readonly minimize?: unknown;
  readonly goal?: "config";
  /** In which trees the bug is, and nothing else. */
  readonly presence?: {
    readonly trees: readonly string[];
    readonly cause?: string;
    readonly fix?: string;
    readonly all?: boolean;
  };
  readonly budget?: { readonly builds: number; readonly runs?: number };
  /** Which earlier bisection lends its runs. */
  readonly reuse?: string;
  /** The job's key that says what counts as the bug. */
  readonly expect?: unknown;
  /** The job's key about checks that cost builds. */
  readonly checks?: {
    readonly revert?: boolean;
    readonly deeper?: boolean | { readonly builds: number };
  };
  /** Somebody who looks on, and may say something after each event. */
  readonly onlooker?: Onlooker;
  /** What is known before anything is tested, and the words for the sides. */
  readonly known?: readonly UserEvent[];
  readonly terms?: Terms;
}

export type Onlooker = (events: readonly BisectionEvent[]) => UserEvent | null;

const never = new AbortController().signal;
const inputs = join(import.meta.dirname, "inputs");
const host = { name: "test", node: process.version, cpus: 2, sandbox: true };

/** Begins a story in a new folder, below `below` if it is given, and returns it, with its first event alone. */
export async function beginStory(story: Story, below?: string): Promise<string> {
  const root = below ?? (await mkdtemp(join(tmpdir(), "firstbad-story-")));
  const { hash } = story.history;
  const job = parseJob(
    JSON.stringify({
      version: 1,
      kernel: {
        repo: story.history.folder,
        crashes: hash(story.crashes),
        ...(story.clean && { clean: hash(story.clean) }),
        ...(story.head && { head: hash(story.head) }),
        ...(story.cause && { cause: hash(story.cause) }),
        config: join(inputs, "kernel.config"),
        arch: "um",
      },
      reproducer: { c: join(inputs, "repro.c") },
      machine: { type: "uml" },
      ...(story.runs && { runs: story.runs }),
      policy: story.policy ?? "git",
      ...(story.head && { find: "fix" }),
      ...story.part,
      ...story.fixes,
      ...(story.checks && { checks: story.checks }),
      ...(story.budget && { budget: story.budget }),
      ...(story.minimize !== undefined && { minimize: story.minimize }),
      ...(story.expect !== undefined && { expect: story.expect }),
    }),
    { path: join(root, "firstbad.yaml") },
  );
  const repository = await openRepository(story.history.folder);
  const ends = await resolveEnds(
    { ...targetOf(job), paths: job.paths, suspect: job.suspect, find: job.find },
    repository,
    never,
  );
  const openLab = async () => createScriptedLab(scriptOf(story));
  const { known = [], terms } = story;
  const backports = await knownBackports(job, repository, never);
  const goal = story.goal && { goal: story.goal };
  const reuse = story.reuse && { reuse: story.reuse };
  const given = {
    ...reuse,
    backports,
    job,
    ends,
    root,
    tool: "0.0.0",
    host,
    openLab,
    known,
    terms,
    ...goal,
    ...(story.presence && { presence: askedIn(story, story.presence) }),
  };
  const begun = await beginBisection(given);
  await begun.journal.close();
  await begun.lab.close();
  return begun.folder;
}

function askedIn({ history }: Story, asked: NonNullable<Story["presence"]>) {
  const named = (name: string) => ({ name, hash: history.hash(name) });
  return {
    kind: "presence-asked" as const,
    trees: asked.trees.map(named),
    cause: asked.cause === undefined ? null : named(asked.cause),
    fix: asked.fix === undefined ? null : named(asked.fix),
    all: asked.all ?? false,
  };
}

/** Goes on with the story in `folder` as far as it comes; `wrap` may watch or disturb the journal. */
export async function goOn(
  story: Story,
  folder: string,
  wrap: (journal: Journal) => Journal = (journal) => journal,
): Promise<void> {
  const repository = await openRepository(story.history.folder);
  const journal = await openFileJournal(folder);
  const requests = new RequestQueue();
  try {
    await drive({
      folder,
      repository,
      lab: createScriptedLab(scriptOf(story)),
      journal: wrap(watched(journal, requests, story.onlooker ?? (() => null))),
      requests,
      policy: policyNamed(story.policy ?? "git"),
      finish: never,
      halt: never,
    });
  } finally {
    await journal.close();
  }
}

function scriptOf({ script, expect }: Story): Script {
  if (expect === undefined) return script;
  return { ...script, expect: expectationIn(expectSchema.parse(expect)) };
}

function watched(journal: Journal, requests: RequestQueue, onlooker: Onlooker): Journal {
  return {
    get events() {
      return journal.events;
    },
    async append(body) {
      const event = await journal.append(body);
      const said = onlooker(journal.events);
      if (said !== null) void requests.ask(said);
      return event;
    },
    close: () => journal.close(),
  };
}

/** The whole story: its events, and how it ended. */
export async function tell(
  story: Story,
): Promise<{ events: readonly BisectionEvent[]; concluded: EventOf<"concluded"> }> {
  const folder = await beginStory(story);
  await goOn(story, folder);
  const events = await readFileJournal(folder);
  return { events, concluded: conclusionOf(events) };
}

export function conclusionOf(events: readonly BisectionEvent[]): EventOf<"concluded"> {
  const last = events.at(-1);
  if (last?.kind !== "concluded") throw new Error(`the story ends with ${last?.kind}`);
  return last;
}

/** The events without what differs from one telling to the next. */
export function bodiesOf(events: readonly BisectionEvent[]): unknown[] {
  return events.map(({ at, seq, version, ...body }) =>
    body.kind === "started" ? { ...body, id: "" } : body,
  );
}
