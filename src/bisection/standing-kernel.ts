import { type KernelId, kernelIdOf } from "../event/index.ts";
import { saysSomething } from "./says-something.ts";
import type { BisectionState, KernelState } from "./state.ts";

/** Kernels of `commit`, oldest first, without those that have a fix which is not used any more. */
export function kernelsAt(state: BisectionState, commit: string): readonly KernelState[] {
  const ids = state.kernelsOf.get(commit) ?? [];
  return ids
    .map((id) => state.kernels.get(id) as KernelState)
    .filter(({ backports }) => !backports.some(({ fix }) => state.doubted.has(fix)));
}

/**
 * The kernel that stands for `commit`: the newest that was planned; undefined where none was. One that was
 * built to compare, and cannot be, does not take the place of one that can be tested.
 */
export function kernelAt(state: BisectionState, commit: string): KernelState | undefined {
  const kernels = kernelsAt(state, commit);
  return kernels.findLast((kernel) => !cannotCompare(kernel)) ?? kernels.at(-1);
}

function cannotCompare(kernel: KernelState): boolean {
  if (kernel.purpose !== "check" || !isRepaired(kernel)) return false;
  const { failed, runs } = kernel;
  return failed !== null || (runs.size > 0 && ![...runs.values()].some(saysSomething));
}

/** Its id; that of the commit as it is where no kernel was planned. */
export function kernelIdAt(state: BisectionState, commit: string): KernelId {
  return kernelAt(state, commit)?.kernel ?? kernelIdOf(commit);
}

/** Runs that all did not boot after which a kernel is taken for one that does not. */
const unbootedAfter = 2;

/** What is the matter with a kernel so that nothing can be run in it; null: nothing, as far as is known. */
export function brokenHow({ failed, runs }: KernelState): "build" | "boot" | null {
  if (failed !== null) return "build";
  const silent = runs.size >= unbootedAfter && ![...runs.values()].some(saysSomething);
  return silent ? "boot" : null;
}

/** Whether a fix was applied that this bisection found. */
export function isRepaired({ backports }: KernelState): boolean {
  return backports.some(({ source }) => source === "found");
}
