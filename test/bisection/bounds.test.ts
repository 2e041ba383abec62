import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stateOf } from "../../src/bisection/state.ts";
import { verifyDecisions } from "../../src/bisection/verify.ts";
import type { BisectionEvent, EventBody, EventKind } from "../../src/event/index.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { policyNamed } from "../../src/search/policies.ts";
import { expectNothingRepeated } from "./cut-after.ts";
import { beginStory, conclusionOf, type Story } from "./drive-story.ts";
import { longHistory, longKernels } from "./long-history.ts";
import { luck, tellPaced, type Watch, withMore } from "./paced-story.ts";

const { hash } = longHistory;

const story = (culprit: string, builders: number, more: Partial<Story> = {}): Story => ({
  history: longHistory,
  crashes: "n119",
  clean: "n0",
  policy: "adaptive",
  script: {
    ...longKernels(culprit),
    slots: { builds: builders, runs: 2 * builders },
    seconds: { build: 6, run: 60 },
  },
  ...more,
});

const none = { builds: null, runs: null, machineSeconds: null, deadline: null };
type Bounds = { readonly [K in keyof typeof none]: number | null };

const boundsSet = (bounds: Partial<Bounds>): EventBody => ({
  kind: "bounds-set",
  ...none,
  ...bounds,
});

const resumed: EventBody = {
  kind: "resumed",
  tool: "0.0.0",
  host: { name: "test", node: "24", cpus: 2, sandbox: true },
};

const count = (events: readonly BisectionEvent[], ...kinds: EventKind[]) =>
  events.filter(({ kind }) => kinds.includes(kind)).length;

async function begun(given: Story, bounds: Partial<Bounds>) {
  const folder = await beginStory(given);
  return { folder, earlier: withMore(await readFileJournal(folder), 0, boundsSet(bounds)) };
}

/** Nothing was left half done: what began had its end before the conclusion. */
function expectAllFinished(events: readonly BisectionEvent[]): void {
  const open = new Set<string>();
  for (const event of events) {
    if (event.kind === "build-started") open.add(event.kernel);
    if (event.kind === "kernel-built" || event.kind === "build-failed") open.delete(event.kernel);
    if (event.kind === "run-started") open.add(event.run);
    if (event.kind === "run-finished") open.delete(event.run);
  }
  expect([...open]).toEqual([]);
}

describe("a budget", () => {
  test("is never exceeded, ends with what is left, and a larger one goes on to the same culprit", async () => {
    await fc.assert(
      fc.asyncProperty(
        // No merges: these are never confirmed by syzbot's rules.
        fc.integer({ min: 1, max: 118 }).filter((n) => n % 10 !== 7),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom("adaptive", "git", "syzbot-2026"),
        fc.oneof(
          fc.record({ builds: fc.integer({ min: 1, max: 9 }) }),
          fc.record({ runs: fc.integer({ min: 1, max: 30 }) }),
        ),
        fc.integer(),
        async (n, builders, policy, bounds: { builds?: number; runs?: number }, seed) => {
          const given = story(`n${n}`, builders, { policy });
          const told = { story: given, pick: luck(seed), ...(await begun(given, bounds)) };
          const { folder, events } = await tellPaced(told);
          const { end, culprit, candidates, odds } = conclusionOf(events);
          expect(count(events, "kernel-built")).toBeLessThanOrEqual(bounds.builds ?? 1000);
          expect(count(events, "run-finished")).toBeLessThanOrEqual(bounds.runs ?? 1000);
          expect(["budget", "found"]).toContain(end);
          if (end === "found") {
            expect(culprit).toBe(hash(`n${n}`));
            return;
          }
          // A probe that was given up for another leaves no end behind; a budget ends nothing.
          if (builders === 1) expectAllFinished(events);
          if (count(events, "graph-loaded") === 0) expect(candidates).toEqual([hash("n119")]);
          // A set that has the culprit with 99 % may be without it.
          else if (policy !== "adaptive") expect(candidates).toContain(hash(`n${n}`));
          else expect(candidates.length).toBeGreaterThan(0);
          if (odds !== undefined) expect(odds).toHaveLength(candidates.length);
          const earlier = withMore(events, 36_000, resumed, boundsSet({}));
          const more = await tellPaced({ story: given, pick: luck(seed), folder, earlier });
          expect(conclusionOf(more.events)).toMatchObject({
            end: "found",
            culprit: hash(`n${n}`),
          });
          expectNothingRepeated(more.events);
          const decided = verifyDecisions(folder, more.events, policyNamed(policy));
          for await (const { differs } of decided) expect(differs).toBeNull();
        },
      ),
      { numRuns: 20 },
    );
    // Each of them tells two stories, on a machine that may have other things to do.
  }, 180_000);

  test("says what is left, the likeliest first, with its odds; and why", async () => {
    const given = story("n63", 1);
    const { events } = await tellPaced({
      story: given,
      pick: luck(1),
      ...(await begun(given, { builds: 6 })),
    });
    const { candidates, odds = [], why, culprit, confidence } = conclusionOf(events);
    expect([culprit, confidence]).toEqual([null, null]);
    expect(candidates.length).toBeLessThan(100);
    expect(odds.reduce((sum, odd) => sum + odd, 0)).toBeGreaterThanOrEqual(0.99);
    expect(odds.toSorted((a, b) => b - a)).toEqual(odds);
    expect(why).toBe(
      `6 builds were made, as many as are allowed; ${candidates.length} commits are left`,
    );
  });

  test("of git's policy leaves the commits that its answers leave", async () => {
    const given = story("n63", 1, { policy: "git" });
    const told = { story: given, pick: luck(1), ...(await begun(given, { builds: 4 })) };
    const { events } = await tellPaced(told);
    const { end, candidates, odds } = conclusionOf(events);
    const answers = events.flatMap((event) =>
      event.kind === "probe-answered" && event.stage === "search" ? event.answers : [],
    );
    expect(end).toBe("budget");
    expect(odds).toBeUndefined();
    // Two commits halved the range of 163 twice.
    expect(answers).toHaveLength(2);
    expect(candidates.length).toBeGreaterThan(30);
    expect(candidates.length).toBeLessThan(50);
    expect(candidates).toContain(hash("n63"));
  });

  test("of machine time finishes what runs and begins nothing more", async () => {
    const given = story("n63", 2);
    const told = { story: given, pick: luck(4), ...(await begun(given, { machineSeconds: 600 })) };
    const { events } = await tellPaced(told);
    expect(conclusionOf(events)).toMatchObject({ end: "budget" });
    const seconds = events.reduce(
      (sum, event) => sum + ("seconds" in event ? event.seconds : 0),
      0,
    );
    expect(seconds).toBeGreaterThanOrEqual(600);
    // Four runs and two builds may have been under way.
    expect(seconds).toBeLessThan(600 + 4 * 60 + 2 * 6);
  });

  test("that is large enough changes no decision", async () => {
    const given = story("t50.2", 1);
    const free = await tellPaced({ story: given, pick: luck(2) });
    const bounds = { builds: 500, runs: 5000, machineSeconds: 1e6, deadline: 1e6 };
    const told = { story: given, pick: luck(2), ...(await begun(given, bounds)) };
    const { events } = await tellPaced(told);
    const choices = (all: readonly BisectionEvent[]) =>
      all.flatMap((event) => (event.kind === "probe-chosen" ? [event.probes] : []));
    expect(choices(events)).toEqual(choices(free.events));
  });

  test("holds after somebody says where commits lie, which may end it", async () => {
    const given = story("n63", 1);
    const told = { story: given, pick: luck(1), ...(await begun(given, { builds: 5 })) };
    const { folder, events } = await tellPaced(told);
    expect(conclusionOf(events)).toMatchObject({ end: "budget" });
    const said = withMore(
      events,
      10,
      { kind: "overridden", commits: [hash("n62")], verdict: "before", why: null, source: "user" },
      { kind: "overridden", commits: [hash("n63")], verdict: "after", why: null, source: "user" },
      resumed,
    );
    const more = await tellPaced({ story: given, pick: luck(1), folder, earlier: said });
    expect(conclusionOf(more.events)).toMatchObject({ end: "found", culprit: hash("n63") });
    expect(count(more.events, "kernel-built")).toBe(count(events, "kernel-built"));
  });
});

describe("a deadline", () => {
  const late = async (deadline: number, more: Partial<Parameters<typeof tellPaced>[0]> = {}) => {
    const given = story("n63", 2);
    const told = { story: given, pick: luck(1), ...(await begun(given, { deadline })), pause: 60 };
    return { given, ...(await tellPaced({ ...told, ...more })) };
  };

  test("ends what runs, and a later one goes on, however long the pause was", async () => {
    let underWay = 0;
    const watch: Watch = ({ builds, runs }) => {
      underWay = builds.length + runs.length;
    };
    const { given, folder, events } = await late(3600, { watch });
    expect(count(events, "deadline-passed")).toBe(1);
    expect(underWay).toBe(0);
    expect(conclusionOf(events)).toMatchObject({
      end: "budget",
      why: expect.stringMatching(
        /^the deadline has passed, 1 h 0 min of work; \d+ commits are left$/,
      ),
    });
    const worked = stateOf(events).worked / 1000;
    expect(worked).toBeGreaterThanOrEqual(3600);
    expect(worked).toBeLessThan(3600 + 600);

    const earlier = withMore(events, 100_000, resumed, boundsSet({ deadline: 36_000 }));
    expect(stateOf(earlier).worked / 1000).toBe(worked);
    const more = await tellPaced({ story: given, pick: luck(1), folder, earlier, pause: 60 });
    expect(conclusionOf(more.events)).toMatchObject({ end: "found", culprit: hash("n63") });
    expectNothingRepeated(more.events);
    for await (const { differs } of verifyDecisions(folder, more.events, policyNamed("adaptive"))) {
      expect(differs).toBeNull();
    }
  });

  test("that is no later than what was worked ends it again, and begins nothing", async () => {
    const { given, folder, events } = await late(1800);
    const earlier = withMore(events, 5, resumed, boundsSet({ deadline: 1700 }));
    const more = await tellPaced({ story: given, pick: luck(1), folder, earlier });
    expect(conclusionOf(more.events)).toMatchObject({ end: "budget" });
    expect(count(more.events, "build-started")).toBe(count(events, "build-started"));
  });

  test("does not count the time until somebody speaks, who may do so while nothing runs", () => {
    const at = (seconds: number) => new Date(seconds * 1000).toISOString();
    const event = (seq: number, seconds: number, body: EventBody): BisectionEvent => ({
      version: 1,
      seq,
      at: at(seconds),
      ...body,
    });
    const undone: EventBody = { kind: "override-undone", override: 0 };
    const stopped: EventBody = { kind: "stopped", reason: "interrupted", message: "" };
    const worked = (...events: BisectionEvent[]) => stateOf(events).worked / 1000;
    expect(worked(event(0, 0, resumed), event(1, 50, stopped), event(2, 900, undone))).toBe(50);
    expect(worked(event(0, 0, resumed), event(1, 50, undone), event(2, 90, stopped))).toBe(90);
    expect(worked(event(0, 0, stopped), event(1, 900, resumed), event(2, 910, stopped))).toBe(10);
    // A clock that was set back.
    expect(worked(event(0, 100, resumed), event(1, 40, stopped))).toBe(0);
  });

  test("comes though nothing happens", async () => {
    const given = story("n63", 2);
    const never = new Promise<void>(() => {});
    const { folder, earlier } = await begun(given, { deadline: 1 });
    const before = Date.now();
    const { events } = await tellPaced({
      story: given,
      pick: luck(1),
      folder,
      earlier,
      pause: 0.001,
      until: never,
    });
    expect(conclusionOf(events)).toMatchObject({ end: "budget", candidates: [hash("n119")] });
    expect(count(events, "build-started")).toBe(1);
    expect(count(events, "kernel-built")).toBe(0);
    expect(Date.now() - before).toBeGreaterThan(900);
  });
});
