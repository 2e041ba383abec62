import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { readStoredGraph } from "../../src/bisection/graph-file.ts";
import { suspicionIn } from "../../src/bisection/told-suspicion.ts";
import type { BisectionEvent } from "../../src/event/index.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import {
  cellsOf,
  explainStepText,
  explainText,
  explanationOf,
  resultOf,
  showText,
} from "../../src/report/index.ts";
import { beginStory, goOn, type Story } from "../bisection/drive-story.ts";
import { longHistory, longKernels } from "../bisection/long-history.ts";
import { anyStory, hostileText } from "../syzbot/any-story.ts";
import { commit } from "../syzbot/story.ts";

const story = (trouble: Parameters<typeof longKernels>[1], more: Partial<Story> = {}): Story => ({
  history: longHistory,
  crashes: "n119",
  clean: "n0",
  policy: "adaptive",
  script: {
    ...longKernels("n63", trouble),
    report: (title) => `BUG: ${title}\n eat_0+0x1/0x2 n40.c:1\n eat_1+0x1/0x2 n63.c:1`,
  },
  ...more,
});

const noReport = (one: Story): Story => {
  const { report: _, ...script } = one.script;
  return { ...one, script };
};

/** Bisections that reckon with probabilities, by name. */
const stories: Readonly<Record<string, Story>> = {
  found: story({}),
  "found rarely crashing": noReport(story({ rate: 0.4 })),
  ties: story({ broken: ["n62"] }),
  steered: story(
    {},
    {
      onlooker: (events) =>
        events.filter(({ kind }) => kind === "probe-answered").length < 2 ||
        events.some(({ kind }) => kind === "overridden")
          ? null
          : {
              kind: "overridden",
              commits: [longHistory.hash("n100")],
              verdict: "before",
              why: "ran for a month",
              source: "user",
            },
    },
  ),
};

interface Told {
  readonly folder: string;
  readonly events: readonly BisectionEvent[];
}

/** What it has when it is over; its id, its clock and the paths of its inputs are made the same every time. */
async function tell(one: Story): Promise<Told> {
  const folder = await beginStory(one);
  await goOn(one, folder);
  const events = (await readFileJournal(folder)).map((event, n): BisectionEvent => {
    const at = new Date(Date.parse("2031-03-04T05:06:07Z") + n * 1000).toISOString();
    if (event.kind !== "started") return { ...event, at };
    const paths = JSON.stringify(event.job).replaceAll(
      /"[^"]*\/test\/bisection\/inputs\//g,
      '"/pond/',
    );
    const job = JSON.parse(paths);
    return { ...event, id: "pond-1", at, job };
  });
  return { folder, events };
}

async function around({ folder, events }: Told, columns: number) {
  const loaded = events.findLast((event) => event.kind === "graph-loaded")!;
  const newest = events.findLast(
    ({ kind }) => kind === "probe-chosen" || kind === "probe-answered",
  );
  const probes = newest?.kind === "probe-chosen" ? newest.probes : [];
  return {
    graph: await readStoredGraph(folder, loaded),
    suspicion: await suspicionIn(folder, events, probes),
    running: false,
    columns,
  };
}

describe.each(Object.entries(stories))("a bisection that ended: %s", (name, one) => {
  let told: Told;
  beforeAll(async () => {
    told = await tell(one);
  });

  test("is explained whole", async () => {
    const text = explainText(told.events, await around(told, 80));
    await expect(text).toMatchFileSnapshot(`explained/believed-${name.replaceAll(" ", "-")}.txt`);
  });

  test("is shown with its prior, and with others that it may be", async () => {
    const events = told.events.map(
      (event): BisectionEvent =>
        event.kind === "run-finished" || event.kind === "kernel-built"
          ? { ...event, seconds: 0 }
          : event,
    );
    const { suspicion } = await around(told, 80);
    const shown = showText(events, { log: null, running: false, suspicion });
    await expect(shown).toMatchFileSnapshot(`shown/believed-${name.replaceAll(" ", "-")}.txt`);
    const result = resultOf(events, { log: null, suspicion });
    expect(result.suspects).toHaveLength(10);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  test("no line is wider than the terminal, but for a word that is", async () => {
    const telling = await around(told, 80);
    for (let columns = 24; columns <= 130; columns += 7) {
      for (const line of explainText(told.events, { ...telling, columns }).split("\n")) {
        if (cellsOf(line) > Math.min(100, columns)) expect(line.trim()).toMatch(/^\S+(?: +\S+)?$/);
      }
    }
  });

  test("the likeliest commit is the one that it names, as likely as it was said to be", async () => {
    const { suspicion } = await around(told, 80);
    const concluded = told.events.findLast((event) => event.kind === "concluded")!;
    const [first] = suspicion!.suspects;
    expect(first!.commit).toBe(concluded.culprit ?? concluded.candidates[0]);
    expect(first!.probability).toBeCloseTo(concluded.posterior ?? concluded.odds![0]!, 12);
    if (concluded.confidence !== null) {
      expect(suspicion!.sureness.stated).toBeCloseTo(concluded.confidence, 12);
    }
  });

  test("at each of its steps it believed what the step's event says", async () => {
    const { steps } = explanationOf(told.events, await around(told, 80));
    const reckoned = steps.filter((step) => step.kind === "tested" && step.belief !== null);
    expect(reckoned.length).toBeGreaterThan(2);
    for (const step of reckoned) {
      if (step.kind !== "tested" || step.chosenBy === null) continue;
      const suspicion = await suspicionIn(told.folder, told.events.slice(0, step.chosenBy));
      expect(suspicion!.suspects[0]!.commit).toBe(step.belief!.best.commit);
      expect(suspicion!.suspects[0]!.probability).toBeCloseTo(step.belief!.best.probability, 12);
      expect(suspicion!.candidates).toBe(step.belief!.suspects);
    }
  });
});

describe("a bisection that is cut off in a test", () => {
  let told: Told;
  beforeAll(async () => {
    const { folder, events } = await tell(stories["found rarely crashing"]!);
    const chosen = events.filter((event) => event.kind === "probe-chosen");
    const fourth = chosen[4]!.seq;
    told = { folder, events: events.slice(0, fourth + 1) };
  });

  test("says whom it suspects, what the test would tell, and what is missing", async () => {
    const text = explainText(told.events, await around(told, 80));
    await expect(text).toMatchFileSnapshot("explained/believed-cut-off.txt");
  });

  test("explains one step: what was believed then, and what the test would tell", async () => {
    const telling = await around(told, 80);
    const { steps } = explanationOf(told.events, telling);
    const number = steps.findLastIndex(({ kind }) => kind === "tested") + 1;
    const step = steps[number - 1];
    const chosen = step?.kind === "tested" ? told.events[step.chosenBy ?? 0] : undefined;
    if (chosen?.kind !== "probe-chosen") throw new Error("the step has no choice");
    const before = told.events.slice(0, chosen.seq);
    const suspicion = await suspicionIn(told.folder, before, chosen.probes);
    const text = explainStepText(told.events, { ...telling, suspicion }, number);
    await expect(text).toMatchFileSnapshot("explained/believed-step.txt");
    expect(explainStepText(told.events, { ...telling, suspicion }, steps.length + 1)).toBeNull();
  });
});

describe("any suspicion", () => {
  const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const name = fc.constantFrom("a", "b", "c", "crashing").map(commit);
  const suspect = fc.record({
    commit: name,
    subject: hostileText,
    probability: share,
    prior: share,
    timesAverage: fc.double({ min: 0, max: 1e6, noNaN: true }),
    reasons: fc.array(hostileText, { maxLength: 2 }),
    parents: fc.array(name, { maxLength: 3 }),
    isNoop: fc.boolean(),
    untestable: fc.array(name, { maxLength: 2 }),
    testimonies: fc.array(
      fc.record({
        commit: name,
        relation: fc.constantFrom("itself", "parent", "contains-it", "lacks-it"),
        crashed: fc.nat({ max: 99 }),
        clean: fc.nat({ max: 99 }),
        said: fc.constantFrom(null, "before", "after"),
        against: fc.double({ min: 0, max: 1e300, noNaN: true }),
      }),
      { maxLength: 4 },
    ),
  });
  const prospect = fc.record({
    commit: name,
    contains: share,
    suspectsIfCrashing: fc.nat(),
    suspectsIfClean: fc.nat(),
  });
  const suspicion = fc.record({
    candidates: fc.nat(),
    suspects: fc.array(suspect, { maxLength: 10 }),
    prospects: fc.array(prospect, { maxLength: 3 }),
    sureness: fc.record({
      posterior: share,
      againstLookalikes: share,
      stated: share,
      row: fc.record({ posterior: share, stated: share, bugs: fc.nat() }),
      table: fc.constant("t"),
      most: share,
    }),
  });

  test("is told without a control character, and in lines that fit but for words that do not", () => {
    fc.assert(
      fc.property(
        anyStory(),
        suspicion,
        fc.integer({ min: 24, max: 120 }),
        (any, whom, columns) => {
          any.conclude("found", {
            culprit: commit("a"),
            confidence: 0.98,
            posterior: 0.99,
            table: "t",
          });
          const around = { graph: null, running: false, suspicion: whom, columns };
          const told = explainText(any.events, around);
          const step = explainStepText(any.events, around, 1) ?? "";
          const shown = showText(any.events, { log: null, running: false, suspicion: whom });
          expect(`${told}${step}${shown}`).not.toMatch(control);
          const suspected = told.slice(told.indexOf("who is suspected"));
          for (const line of suspected.split("\n\n")[0]?.split("\n") ?? []) {
            if (cellsOf(line) > columns)
              expect(line.trim().split(/ {2,}/).at(-1)).not.toMatch(/ \S* /);
          }
        },
      ),
    );
  });
});

describe("a bisection that goes by no belief", () => {
  test("suspects nobody", async () => {
    const { policy: _, ...git } = stories.found!;
    const { folder, events } = await tell(git);
    expect(await suspicionIn(folder, events)).toBeNull();
  });
});
