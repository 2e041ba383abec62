import type { ProbeStage } from "../event/index.ts";
import { ofRuns } from "../outcome/judge.ts";
import type { Rules } from "../search/rules.ts";
import { pooledRuns } from "./pooled-runs.ts";
import { type BisectionState, type RunState, startOf } from "./state.ts";

/**
 * How unlikely a difference of the two samples may be that is put down to chance. Runs that are restored
 * and crash more rarely than those that boot would make commits look clean, so little is put down there;
 * to boot without need costs seconds. With two runs of each, none and both are told apart (1 in 6).
 */
const unlikely = { rarer: 0.2, moreOften: 0.02 } as const;

/**
 * Whether run number `n` of a probe may go on from a snapshot of the booted kernel, where the machine makes
 * any. Such runs are not independent of each other, and so (only policies that check parents by runs)
 *
 * - every other run of the crashing commit boots;
 * - where the two samples of a kernel differ, all further runs boot;
 * - the culprit and its parents are looked at again with runs that boot: see `confirm-booted.ts`.
 */
export function mayRestore(
  state: BisectionState,
  stage: ProbeStage,
  n: number,
  { confirmation }: Rules,
): boolean {
  if (confirmation.kind !== "parents-run" || !showsRestored(state)) return false;
  if (!samplesAgree(state)) return false;
  switch (stage) {
    case "culprit":
    case "parent":
      return false;
    case "reproduce":
      return n % 2 === 1;
    default:
      return true;
  }
}

/** Whether a run that did not boot shows the bug: what the boot prints, or how long things take, it does not. */
function showsRestored(state: BisectionState): boolean {
  const decides = ofRuns(startOf(state).expect);
  return decides === null || decides.kind === "hangs";
}

/** Whether each kernel that was run both ways crashes as often restored as booted, as far as can be told. */
function samplesAgree(state: BisectionState): boolean {
  return [...state.kernels.values()].every(({ runs }) => {
    const [restored, booted] = samplesOf([...runs.values()]);
    const { rarer, moreOften } = chances(restored, booted);
    return rarer > unlikely.rarer && moreOften > unlikely.moreOften;
  });
}

interface Sample {
  readonly crashed: number;
  readonly of: number;
}

/** The runs that tell crashing from not: restored ones, and those that booted. */
function samplesOf(runs: readonly RunState[]): [Sample, Sample] {
  const sample = (wanted: boolean): Sample => {
    const told = runs.filter(
      ({ restored = false, outcome }) =>
        restored === wanted && (outcome === "crashed" || outcome === "clean"),
    );
    const crashed = told.filter(({ outcome }) => outcome === "crashed").length;
    return { crashed, of: told.length };
  };
  return [sample(true), sample(false)];
}

/**
 * Fisher's exact test: how likely it is that `one` crashes as rarely as it does, or more rarely, and as
 * often or more often, where it is drawn from the same as `other`.
 */
export function chances(one: Sample, other: Sample): { rarer: number; moreOften: number } {
  const crashed = one.crashed + other.crashed;
  const clean = one.of + other.of - crashed;
  const weights = Array.from({ length: one.of + 1 }, (_, k) =>
    Math.exp(logChoose(crashed, k) + logChoose(clean, one.of - k)),
  );
  const sum = (from: number, to: number) =>
    weights.slice(from, to).reduce((total, weight) => total + weight, 0);
  const all = sum(0, weights.length);
  return {
    rarer: sum(0, one.crashed + 1) / all,
    moreOften: sum(one.crashed, weights.length) / all,
  };
}

/** ln of n over k; -∞ where there is none. */
function logChoose(n: number, k: number): number {
  if (k < 0 || k > n) return Number.NEGATIVE_INFINITY;
  let log = 0;
  for (let i = 1; i <= k; i++) log += Math.log((n - k + i) / i);
  return log;
}

/** Whether every crash that `commit` is known by comes from a machine that was restored. */
export function crashedOnlyRestored(state: BisectionState, commit: string): boolean {
  const answer = state.answers.get(commit);
  if (answer === undefined) return false;
  const [restored, booted] = samplesOf(pooledRuns(state, answer.kernel));
  return restored.crashed > 0 && booted.crashed === 0;
}
