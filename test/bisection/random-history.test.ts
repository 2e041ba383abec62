import fc from "fast-check";
import { expect, test } from "vitest";
import { verifyDecisions } from "../../src/bisection/verify.ts";
import type { BisectionEvent } from "../../src/event/index.ts";
import { policyNamed } from "../../src/search/policies.ts";
import type { Script } from "../../src/simulate/scripted-lab.ts";
import { expectNothingRepeated } from "./cut-after.ts";
import { conclusionOf, type Story } from "./drive-story.ts";
import { bug } from "./kernels.ts";
import { luck, tellPaced } from "./paced-story.ts";
import { hasChange, makeHistory } from "./small-history.ts";

/** Any history from one root, with merges of anything; who is broken, who did it; how it is bisected. */
const anyCase = fc.record({
  // How far back each commit's parents are, the second one mostly being none.
  back: fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: -12, max: 9 })), {
    minLength: 8,
    maxLength: 40,
  }),
  culprit: fc.nat(),
  broken: fc.array(fc.nat(), { maxLength: 4 }),
  twins: fc.boolean(),
  builders: fc.integer({ min: 1, max: 4 }),
  cut: fc.nat(),
  seed: fc.nat(),
});

type Case = typeof anyCase extends fc.Arbitrary<infer T> ? T : never;

function made({ back, culprit, broken, twins, builders }: Case) {
  const parents = [[], ...back.map(([first, second], n) => parentsOf(n + 1, first, second))];
  const history = makeHistory(
    parents.map((own, n) => ({ name: `c${n}`, parents: own.map((parent) => `c${parent}`) })),
  );
  const last = parents.length - 1;
  // A merge is hardly believed to have done it, and not named in so small a range where it did.
  const range = [...ancestors(parents, last)].filter((n) => parents[n]?.length === 1);
  const guilty = range[culprit % range.length] ?? last;
  const cannot = new Set(broken.map((n) => 1 + (n % (last - 1))));
  const numberOf = (commit: string) => Number(history.name(commit).slice(1));
  const script: Script = {
    build: (commit) => (cannot.has(numberOf(commit)) ? "failed" : "built"),
    run: (commit, _, { patches = [] } = {}) => {
      const contains = ancestors(parents, numberOf(commit)).has(guilty);
      return hasChange(contains, `c${guilty}`, patches) ? { crash: bug } : "clean";
    },
    // A commit that is no merge and does nothing has the kernel of its parent.
    signature: (commit) => {
      const idle = (n: number) =>
        twins && n % 3 === 0 && n !== guilty && parents[n]?.length === 1 ? n : null;
      let at = numberOf(commit);
      for (let n = idle(at); n !== null; n = idle(at)) at = parents[n]?.[0] ?? 0;
      return history.hash(`c${at}`).padEnd(64, "0");
    },
    slots: { builds: builders, runs: 2 * builders },
    seconds: { build: 6, run: 60 },
  };
  const ends = { crashes: `c${last}`, clean: "c0" };
  const story: Story = { history, ...ends, policy: "adaptive", script };
  const isPlain = cannot.size === 0 && parents[guilty]?.length === 1;
  return { story, culprit: history.hash(`c${guilty}`), isPlain };
}

function parentsOf(n: number, first: number, second: number): number[] {
  const one = Math.max(0, n - first);
  const other = n - first - second;
  return second > 0 && other >= 0 && other !== one ? [one, other] : [one];
}

function ancestors(parents: readonly (readonly number[])[], n: number): Set<number> {
  const found = new Set([n]);
  for (const one of found) for (const parent of parents[one] ?? []) found.add(parent);
  return found;
}

function expectNoKernelTwice(events: readonly BisectionEvent[]): void {
  const built = events.flatMap((event) =>
    event.kind === "kernel-built" || event.kind === "build-failed" ? [event.kernel] : [],
  );
  expect(new Set(built).size).toBe(built.length);
  expectNothingRepeated(events);
}

test("in any history, by any number of builders, cut off anywhere, the culprit is the same", async () => {
  await fc.assert(
    fc.asyncProperty(anyCase, async (given) => {
      const { story, culprit, isPlain } = made(given);
      const expectRight = async (folder: string, events: readonly BisectionEvent[]) => {
        const concluded = conclusionOf(events);
        expect(isPlain ? ["found"] : ["found", "ties"]).toContain(concluded.end);
        if (concluded.end === "found") expect(concluded.culprit).toBe(culprit);
        expectNoKernelTwice(events);
        for await (const { differs } of verifyDecisions(folder, events, policyNamed("adaptive"))) {
          expect(differs).toBeNull();
        }
      };
      const whole = await tellPaced({ story, pick: luck(given.seed) });
      await expectRight(whole.folder, whole.events);
      const earlier = whole.events.slice(0, 1 + (given.cut % (whole.events.length - 1)));
      const again = { story, pick: luck(given.seed + 1), earlier, folder: whole.folder };
      const resumed = await tellPaced(again);
      await expectRight(resumed.folder, resumed.events);
    }),
    { numRuns: 10 },
  );
  // Each of them tells two stories, on a machine that may have other things to do.
}, 180_000);
