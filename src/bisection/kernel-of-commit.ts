import { type KernelId, kernelIdOf, reconfiguredKernelId } from "../event/index.ts";
import { type BisectionState, startOf } from "./state.ts";

/** The configuration that kernels are built with from now on: the job's, or the smaller one found. */
export function configOf(state: BisectionState): string {
  const smaller = state.before === null ? null : (state.minimised?.result ?? null);
  return smaller?.sha256 ?? startOf(state).config;
}

/** The kernel of `commit` itself, without patches, with the configuration that is used now. */
export function kernelOfCommit(state: BisectionState, commit: string): KernelId {
  const config = configOf(state);
  return config === startOf(state).config
    ? kernelIdOf(commit)
    : reconfiguredKernelId(commit, config);
}
