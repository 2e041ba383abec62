import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { advance, stateOf } from "../../src/bisection/state.ts";
import { verifyDecisions } from "../../src/bisection/verify.ts";
import type { BisectionEvent, EventOf, UserEvent } from "../../src/event/index.ts";
import { policyNamed } from "../../src/search/policies.ts";
import { addEvent, emptySummary, writeLog2022 } from "../../src/syzbot/index.ts";
import { expectNothingRepeated } from "./cut-after.ts";
import { conclusionOf, type Story } from "./drive-story.ts";
import { history, kernelsWith } from "./kernels.ts";
import { longHistory, longKernels } from "./long-history.ts";
import { luck, tellPaced, type Watch } from "./paced-story.ts";

const { hash, name } = longHistory;
/** Milliseconds for tests that tell dozens of stories, on a machine that has other things to do. */
const patience = 180_000;

/** Runs that take longer than builds make it worth while to test several commits at once. */
const story = (
  culprit: string,
  builders: number,
  trouble: Parameters<typeof longKernels>[1] = {},
  more: Partial<Story> = {},
): Story => ({
  history: longHistory,
  crashes: "n119",
  clean: "n0",
  policy: "adaptive",
  script: {
    ...longKernels(culprit, trouble),
    slots: { builds: builders, runs: 2 * builders },
    seconds: { build: 6, run: 60 },
  },
  ...more,
});

const ofKind = <K extends BisectionEvent["kind"]>(events: readonly BisectionEvent[], kind: K) =>
  events.filter((event): event is BisectionEvent & EventOf<K> => event.kind === kind);

function expectNothingTwice(events: readonly BisectionEvent[]): void {
  expectNothingRepeated(events);
  const built = events.flatMap((event) =>
    event.kind === "kernel-built" || event.kind === "build-failed" ? [event.kernel] : [],
  );
  expect(new Set(built).size).toBe(built.length);
}

/** Every decision comes out again as it is in the journal. */
async function expectSameDecisions(folder: string, events: readonly BisectionEvent[]) {
  let decisions = 0;
  for await (const { differs } of verifyDecisions(folder, events, policyNamed("adaptive"))) {
    expect(differs).toBeNull();
    decisions += 1;
  }
  expect(decisions).toBeGreaterThan(5);
}

/** Kernels that are equal were run together as often as one of them was to be run, and no more. */
function expectRunsOfOne(events: readonly BisectionEvent[]): void {
  const signatures = new Map(
    ofKind(events, "kernel-built").map(({ kernel, signature }) => [kernel, signature]),
  );
  const wanted = new Map<string, number>();
  for (const { kernel, runs } of ofKind(events, "probe-chosen").flatMap(({ probes }) => probes)) {
    const signature = signatures.get(kernel) ?? "";
    wanted.set(signature, Math.max(runs, wanted.get(signature) ?? 0));
  }
  // Those that a check runs are of no probe.
  const changed = new Set(
    ofKind(events, "kernel-planned").flatMap(({ kernel, change }) => (change ? [kernel] : [])),
  );
  const made = new Map<string, number>();
  for (const { kernel } of ofKind(events, "run-finished")) {
    if (changed.has(kernel)) continue;
    const signature = signatures.get(kernel) ?? "";
    made.set(signature, 1 + (made.get(signature) ?? 0));
  }
  for (const [signature, runs] of made) {
    expect(runs).toBeLessThanOrEqual(wanted.get(signature) ?? 0);
  }
}

/** The most builds and runs that were under way, and how many kernels were run at once. */
function counting() {
  const most = { builds: 0, runs: 0, kernelsRun: 0 };
  const watch: Watch = ({ builds, runs }) => {
    most.builds = Math.max(most.builds, builds.length);
    most.runs = Math.max(most.runs, runs.length);
    most.kernelsRun = Math.max(most.kernelsRun, new Set(runs).size);
  };
  return { most, watch };
}

const anyCulprit = fc.oneof(
  fc.integer({ min: 1, max: 119 }).map((n) => `n${n}`),
  fc
    .tuple(fc.integer({ min: 1, max: 11 }), fc.integer({ min: 0, max: 3 }))
    .map(([n, k]) => `t${10 * n}.${k}`),
);

describe("several kernels tested at once, ending in any order", () => {
  test(
    "give the same culprit, no kernel twice, and the decisions that the journal's order gives",
    async () => {
      await fc.assert(
        fc.asyncProperty(
          anyCulprit,
          fc.integer({ min: 1, max: 4 }),
          fc.constantFrom(1, 0.5),
          fc.integer(),
          async (culprit, builders, rate, seed) => {
            const { most, watch } = counting();
            const told = { story: story(culprit, builders, { rate }), pick: luck(seed), watch };
            const { folder, events } = await tellPaced(told);
            const { culprit: named, end } = conclusionOf(events);
            expect([end, name(named ?? "")]).toEqual(["found", culprit]);
            expectNothingTwice(events);
            expect(most.builds).toBeLessThanOrEqual(builders);
            expect(most.runs).toBeLessThanOrEqual(2 * builders);
            await expectSameDecisions(folder, events);
          },
        ),
        { numRuns: 15 },
      );
    },
    patience,
  );

  test("are chosen anew as soon as one of them is answered, beside those under test", async () => {
    const { most, watch } = counting();
    const { events } = await tellPaced({ story: story("n63", 3), pick: luck(1), watch });
    expect(most.builds).toBe(3);
    // Runs of different kernels share the machines.
    expect(most.kernelsRun).toBeGreaterThan(1);
    const answered = new Set<string>();
    let beside = 0;
    let open: readonly string[] = [];
    for (const event of events) {
      if (event.kind === "probe-answered") {
        for (const { kernel } of event.answers) answered.add(kernel);
      }
      if (event.kind !== "probe-chosen") continue;
      const kernels = event.probes.map(({ kernel }) => kernel);
      const stay = kernels.filter((kernel) => open.includes(kernel) && !answered.has(kernel));
      if (stay.length > 0 && kernels.length > stay.length) beside += 1;
      open = kernels;
    }
    expect(beside).toBeGreaterThan(2);
  });

  test("end sooner, in rounds of answers, than one at a time", async () => {
    const rounds = async (builders: number) => {
      const { events } = await tellPaced({ story: story("t50.2", builders), pick: () => 0 });
      return ofKind(events, "probe-answered").length;
    };
    const [alone, together] = [await rounds(1), await rounds(4)];
    // Answers come one by one; but four builders test no more than twice as many commits.
    expect(together).toBeLessThan(2 * alone);
  });

  test("leave what says nothing any more, and end its build", async () => {
    const { events } = await tellPaced({ story: story("n63", 4), pick: luck(1) });
    const chosen = ofKind(events, "probe-chosen").flatMap(({ probes }) => probes);
    const answered = new Set(
      ofKind(events, "probe-answered").flatMap(({ answers }) =>
        answers.map(({ kernel }) => kernel),
      ),
    );
    const left = new Set(
      chosen.map(({ kernel }) => kernel).filter((kernel) => !answered.has(kernel)),
    );
    expect(left.size).toBeGreaterThan(0);
    expect(conclusionOf(events)).toMatchObject({ end: "found", culprit: hash("n63") });
  });

  test("are told of alike by the summary for people, and step by step by the log", async () => {
    const { events } = await tellPaced({ story: story("t50.2", 4), pick: luck(2) });
    const [state, summary] = [stateOf([]), emptySummary()];
    for (const event of events) {
      advance(state, event);
      addEvent(summary, event);
      expect(summary.probe?.probes).toEqual(state.probe?.probes);
    }
    const lines = writeLog2022(events).split("\n");
    const start = lines.findIndex((line) => line.startsWith("# git bisect start"));
    let named = "";
    const tested: string[] = [];
    for (const line of lines.slice(start)) {
      named = /^\[([0-9a-f]{40})\]/.exec(line)?.[1] ?? named;
      const [, commit] = /^testing commit ([0-9a-f]{40})/.exec(line) ?? [];
      if (commit === undefined) continue;
      expect(named).toBe(commit);
      tested.push(commit);
    }
    const answered = ofKind(events, "probe-answered").flatMap(({ answers }) => answers);
    expect(tested).toEqual(answered.slice(1).map(({ commit }) => commit));
  });

  test(
    "cut off after any event and gone on with, come to the same culprit and repeat nothing",
    async () => {
      const { script } = story("n57", 3);
      const kernels = kernelsWith("a3", { broken: ["u2"], foreign: ["t1"], rate: 0.7 });
      const given: Story = {
        history,
        crashes: "a9",
        clean: "a0",
        policy: "adaptive",
        // Proofs are cut off elsewhere.
        checks: { revert: false, deeper: false },
        script: { ...script, ...kernels, slots: { builds: 3, runs: 6 } },
      };
      const { folder, events: whole } = await tellPaced({ story: given, pick: luck(3) });
      const culprit = history.hash("a3");
      expect(conclusionOf(whole)).toMatchObject({ end: "found", culprit });
      for (let kept = 1; kept < whole.length; kept++) {
        const earlier = whole.slice(0, kept);
        const { events } = await tellPaced({ story: given, pick: luck(kept), earlier, folder });
        expect(conclusionOf(events), `cut after event ${kept}`).toMatchObject({
          end: "found",
          culprit,
        });
        expectNothingTwice(events);
        if (kept % 5 === 0) await expectSameDecisions(folder, events);
      }
    },
    patience,
  );

  test(
    "which have equal kernels are one, whichever is built first, and run no more than one is",
    async () => {
      // Pairs of commits build to the same kernel; the culprit's is not its parent's.
      const pair = (commit: string) => {
        const [, n] = /^n(\d+)$/.exec(name(commit)) ?? [];
        const first = Math.max(0, 2 * Math.floor((Number(n) + 1) / 2) - 1);
        return n === undefined ? commit : hash(`n${first}`);
      };
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.integer(), async (builders, seed) => {
          const given = story("n63", builders);
          const signature = (commit: string) => pair(commit).padEnd(64, "0");
          const script = { ...given.script, signature };
          const { folder, events } = await tellPaced({
            story: { ...given, script },
            pick: luck(seed),
          });
          expect(conclusionOf(events)).toMatchObject({ end: "found", culprit: hash("n63") });
          expectNothingTwice(events);
          await expectSameDecisions(folder, events);
          const equal = ofKind(events, "kernels-equal");
          for (const { kernels } of equal) {
            const signatures = kernels.map(
              (kernel) =>
                ofKind(events, "kernel-built").find((one) => one.kernel === kernel)?.signature,
            );
            expect(new Set(signatures).size).toBe(1);
          }
          expectRunsOfOne(events);
        }),
        { numRuns: 10 },
      );
    },
    patience,
  );
});

describe("what the user says while several kernels are tested", () => {
  const said = (verdict: "before" | "after" | "untestable", ...commits: string[]): UserEvent => ({
    kind: "overridden",
    commits,
    verdict,
    why: null,
    source: "user",
  });
  const isSaid = (events: readonly BisectionEvent[]) =>
    events.some(({ kind }) => kind === "overridden");

  test.each([2, 3, 4])(
    "a ban of a commit that %i builders build ends its build",
    async (builders) => {
      // Without one of these kernels there is no bug, or no proof which commit brought it.
      const spared = ["n119", "n63", "n62"].map(hash);
      let banned = "";
      const begun: string[] = [];
      const ended: string[] = [];
      let now: readonly string[] = [];
      const watch: Watch = ({ builds }) => {
        begun.push(...builds.filter((kernel) => !now.includes(kernel)));
        ended.push(...now.filter((kernel) => !builds.includes(kernel)));
        now = [...builds];
      };
      const given = story(
        "n63",
        builders,
        {},
        {
          onlooker(events) {
            const last = events.at(-1);
            if (isSaid(events) || now.length < 1 || last?.kind !== "build-started") return null;
            const planned = ofKind(events, "kernel-planned").find(
              ({ kernel }) => kernel === last.kernel,
            );
            if (planned === undefined || spared.includes(planned.commit)) return null;
            banned = planned.commit;
            return said("untestable", planned.commit);
          },
        },
      );
      const { folder, events } = await tellPaced({ story: given, pick: luck(builders), watch });
      const kernel = banned.slice(0, 12);
      expect(begun).toContain(kernel);
      expect(ended).toContain(kernel);
      expect(ofKind(events, "kernel-built").map((one) => one.kernel)).not.toContain(kernel);
      expect(conclusionOf(events)).toMatchObject({ end: "found", culprit: hash("n63") });
      expectNothingTwice(events);
      await expectSameDecisions(folder, events);
    },
  );

  test("a word that rules half of the range out is followed at once: what lies there is not tested on", async () => {
    const given = story(
      "n80",
      3,
      {},
      {
        onlooker(events) {
          const isUnderWay = events.at(-1)?.kind === "kernel-built";
          const kernels = ofKind(events, "kernel-built").length;
          return !isSaid(events) && isUnderWay && kernels === 2
            ? said("before", hash("n70"))
            : null;
        },
      },
    );
    const { folder, events } = await tellPaced({ story: given, pick: luck(5) });
    const at = events.findIndex(({ kind }) => kind === "overridden");
    const after = ofKind(events.slice(at), "probe-chosen").flatMap(({ probes }) => probes);
    const numbers = after.map(({ commit }) => Number(/^[nt](\d+)/.exec(name(commit))?.[1]));
    expect(numbers.length).toBeGreaterThan(2);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(60);
    expect(conclusionOf(events)).toMatchObject({ end: "found", culprit: hash("n80") });
    await expectSameDecisions(folder, events);
  });
});
