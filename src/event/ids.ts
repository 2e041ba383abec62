import { createHash } from "node:crypto";
import { shortHash } from "./short-hash.ts";

/** Names a kernel inside one bisection: the commit's first 12 digits, and a mark of its patches. */
export type KernelId = string;
/** Names a run inside one bisection: `KERNEL#N`, N from 0. */
export type RunId = string;

/** The id of the kernel at `commit` with these patches (their SHA-256, in order). */
export function kernelIdOf(commit: string, patches: readonly string[] = []): KernelId {
  const short = shortHash(commit);
  if (patches.length === 0) return short;
  return `${short}+${createHash("sha256").update(patches.join("\n")).digest("hex").slice(0, 8)}`;
}

/** The id of a kernel's run number `n`. */
export function runIdOf(kernel: KernelId, n: number): RunId {
  return `${kernel}#${n}`;
}

/**
 * The id of the kernel at `commit` with these patches and the configuration of this hash, which is not the
 * bisection's first.
 */
export function reconfiguredKernelId(
  commit: string,
  config: string,
  patches: readonly string[] = [],
): KernelId {
  return kernelIdOf(commit, [`config ${config}`, ...patches]);
}

/** The id of the kernel that is built at `commit` only to try the configuration of this hash. */
export function triedKernelId(commit: string, config: string): KernelId {
  return kernelIdOf(commit, [`tried ${config}`]);
}

/** Where the console of a run is kept, relative to the bisection's folder. */
export function consolePathOf(run: RunId): string {
  return `consoles/${run.replace("#", "-")}.txt`;
}

/** The number of a run among those of its kernel. */
export function runNumberOf(run: RunId): number {
  return Number(run.slice(run.lastIndexOf("#") + 1));
}

/** The id of the kernel that is built at `commit` with a change: its patches are the last of these. */
export function changedKernelId(
  commit: string,
  config: string,
  patches: readonly string[],
): KernelId {
  return kernelIdOf(commit, [`changed ${config}`, ...patches]);
}
