import { type KernelId, kernelIdOf, reconfiguredKernelId } from "../event/index.ts";
import { areSilent } from "./says-something.ts";
import { type BisectionState, type KernelState, startOf } from "./state.ts";

/** The configuration that kernels are built with from now on: the job's, or the smaller one found. */
export function configOf(state: BisectionState): string {
  const smaller = state.before === null ? null : (state.minimised?.result ?? null);
  return smaller?.sha256 ?? startOf(state).config;
}

/** The id of the kernel of `commit` with these patches (their SHA-256, in order) and that configuration. */
export function kernelIdFor(
  state: BisectionState,
  commit: string,
  patches: readonly string[] = [],
): KernelId {
  const config = configOf(state);
  return config === startOf(state).config
    ? kernelIdOf(commit, patches)
    : reconfiguredKernelId(commit, config, patches);
}

/**
 * Whether what a kernel shows is told of its commit: it is configured as kernels are now, and was built neither
 * to try a configuration nor with a change that its commit does not have.
 */
export function speaksForCommit(
  state: BisectionState,
  { config, purpose, change }: KernelState,
): boolean {
  return purpose !== "minimise" && change === null && config === configOf(state);
}

/**
 * Kernels of `commit`, oldest first, without those that have a fix which is not used any more, or that are
 * configured otherwise than kernels are now, or changed.
 */
export function kernelsAt(state: BisectionState, commit: string): readonly KernelState[] {
  const ids = state.kernelsOf.get(commit) ?? [];
  return ids
    .map((id) => state.kernels.get(id) as KernelState)
    .filter((kernel) => speaksForCommit(state, kernel))
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
  return failed !== null || areSilent([...runs.values()], 1);
}

/** Its id; that of the commit as it is where no kernel was planned. */
export function kernelIdAt(state: BisectionState, commit: string): KernelId {
  return kernelAt(state, commit)?.kernel ?? kernelIdFor(state, commit);
}

/** Runs that all did not boot after which a kernel is taken for one that does not. */
const unbootedAfter = 2;

/** What is the matter with a kernel so that nothing can be run in it; null: nothing, as far as is known. */
export function brokenHow({ failed, runs }: KernelState): "build" | "boot" | null {
  if (failed !== null) return "build";
  return areSilent([...runs.values()], unbootedAfter) ? "boot" : null;
}

/** Whether a fix was applied that this bisection found. */
export function isRepaired({ backports }: KernelState): boolean {
  return backports.some(({ source }) => source === "found");
}
