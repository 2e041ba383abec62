import {
  type AppliedBackport,
  type CommitChange,
  changedKernelId,
  type EventOf,
  type KernelId,
} from "../event/index.ts";
import type { Rules } from "../search/rules.ts";
import type { RunCounts } from "../search/verdict.ts";
import { totalOf } from "../search/verdict.ts";
import { boundReached, roomLeft } from "./bounds.ts";
import { nextRuns } from "./next-runs.ts";
import { patchedKernel, planPatched } from "./patched-kernel.ts";
import { areSilent } from "./says-something.ts";
import { configOf, kernelAt } from "./standing-kernel.ts";
import type { BisectionState, KernelState } from "./state.ts";
import { type Step, work } from "./step.ts";
import { changeKey } from "./tried-keys.ts";

/** A commit with a change, to be run until it crashes or was clean so often. */
export interface Trial {
  readonly commit: string;
  readonly change: CommitChange;
  readonly runs: number;
  /** Once it crashed: until it did so often, or as many runs say something; absent: one crash is enough. */
  readonly onCrash?: { readonly crashes: number; readonly runs: number };
}

/** What the runs of a changed kernel say. Evidence of it says nothing about the commit. */
export type Tried =
  /** What has to be done before it says anything. */
  | { readonly kind: "step"; readonly step: Step }
  /** It crashed with this bug as often as is enough, or as many runs say something as were wanted. */
  | ({ readonly kind: "said"; readonly kernel: KernelId; readonly how: string } & RunCounts)
  /** The change does not apply, or changes nothing. */
  | { readonly kind: "inapplicable"; readonly why: string; readonly isNothing: boolean }
  /** It does not build or boot, or too few of its runs say something. */
  | ({ readonly kind: "silent"; readonly kernel: KernelId; readonly why: string } & RunCounts)
  /** The bisection may take no more. */
  | ({ readonly kind: "unaffordable"; readonly why: string } & RunCounts);

const nothing: RunCounts = { crashed: 0, clean: 0, foreign: 0, missing: 0 };

/**
 * Builds and runs a commit with a change, as far as the bounds of the bisection allow it: where they do not,
 * that is an answer, too, so that what is a check only can be left out. Its kernel has the fixes that the
 * one has which stands for the commit, and never stands for it.
 */
export function tryChanged(state: BisectionState, trial: Trial, rules: Rules): Tried {
  const { commit, change } = trial;
  const base = baseOf(state, commit);
  if ("step" in base) return base;
  const over = base.backports.map(({ fix }) => fix);
  const tried = state.changes.get(changeKey(commit, change, over));
  if (tried === undefined) {
    if (state.deadlinePassed) return unaffordable(state, nothing);
    return { kind: "step", step: work({ task: "try-change", commit, change, over }) };
  }
  if (tried.patch === null) {
    return { kind: "inapplicable", why: tried.why ?? "", isNothing: tried.result === "nothing" };
  }
  const patches = [...base.patches, tried.patch];
  const kernel = changedKernelId(commit, configOf(state), patches);
  const known = state.kernels.get(kernel);
  if (known !== undefined) return runOn(state, known, trial, tried, rules);
  if (!hasRoom(state)) return unaffordable(state, nothing);
  const { backports } = base;
  const step = planPatched(state, commit, { kernel, patches, backports, change }, "check");
  return { kind: "step", step };
}

/** Whether a kernel can still be built and run. */
function hasRoom(state: BisectionState): boolean {
  const { builds, runs } = roomLeft(state);
  return builds > 0 && runs > 0;
}

type Base =
  | { readonly patches: readonly string[]; readonly backports: readonly AppliedBackport[] }
  | { readonly kind: "step"; readonly step: Step };

/** What the kernel that stands for the commit has, or would have. */
function baseOf(state: BisectionState, commit: string): Base {
  return kernelAt(state, commit) ?? patchedKernel(state, commit, []);
}

function runOn(
  state: BisectionState,
  known: KernelState,
  { runs: cleanRuns, onCrash = { crashes: 1, runs: 0 } }: Trial,
  { how }: EventOf<"change-tried">,
  rules: Rules,
): Tried {
  const { kernel, built, failed, runs } = known;
  if (failed !== null) return { kind: "silent", kernel, why: "it does not build", ...nothing };
  const counts = rules.count([...runs.values()], state.bug);
  const told = counts.crashed + counts.clean;
  const wanted = counts.crashed === 0 ? cleanRuns : Math.max(cleanRuns, onCrash.runs);
  if (counts.crashed >= onCrash.crashes || told >= wanted) {
    return { kind: "said", kernel, how: how ?? "as it is", ...counts };
  }
  const room = roomLeft(state);
  if (built === null) {
    if (state.building.has(kernel) ? state.deadlinePassed : !hasRoom(state)) {
      return unaffordable(state, counts);
    }
    return { kind: "step", step: work({ task: "build", kernel }) };
  }
  if (areSilent([...runs.values()], rules.unbootableAfter))
    return { kind: "silent", kernel, why: "it does not boot", ...counts };
  // Runs that say nothing are made up for, up to as many again.
  const most = Math.min(2 * wanted, wanted + totalOf(counts) - told);
  if (totalOf(counts) >= most) {
    const why = `only ${told} of its ${totalOf(counts)} runs say something`;
    return { kind: "silent", kernel, why, ...counts };
  }
  // Boots are independent of each other, which what is reckoned from their number takes for granted.
  const tasks = nextRuns(known, most - runs.size);
  const isUnderWay = tasks.some((task) => state.running.has(task.run));
  if (isUnderWay ? state.deadlinePassed : room.runs <= 0) return unaffordable(state, counts);
  return { kind: "step", step: work(...tasks) };
}

function unaffordable(state: BisectionState, counts: RunCounts): Tried {
  return { kind: "unaffordable", why: boundReached(state), ...counts };
}
