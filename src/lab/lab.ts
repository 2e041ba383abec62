import type { CrashSeen, KernelId, RunId, RunOutcome } from "../event/index.ts";
import type { BuildProgress, BuildResult, Comparison } from "../kernel/kernel.ts";

export type { BuildProgress, BuildResult, Comparison };

/** A kernel to build: a commit, and patches over it. Config, compiler and machine are the lab's. */
export interface KernelPlan {
  readonly kernel: KernelId;
  /** Full hash. */
  readonly commit: string;
  /** Texts, applied in order. */
  readonly patches: readonly string[];
}

/** One run of a built kernel. */
export interface RunPlan {
  readonly plan: KernelPlan;
  /** What the kernel's signature was when it was built: an evicted one is built again and compared. */
  readonly signature: string;
  readonly run: RunId;
  /** Absolute path of the file that the console goes to. */
  readonly console: string;
  /** Whether the machine may go on from a snapshot of the booted kernel; absent: it boots. */
  readonly mayRestore?: boolean;
}

/** What a run said. */
export interface RunResult {
  readonly outcome: RunOutcome;
  /** In order of appearance. */
  readonly crashes: readonly CrashSeen[];
  readonly seconds: number;
  /** Set where it did. */
  readonly restored?: true;
}

/**
 * Builds kernels and runs them. The story knows no more of the world of machines than this.
 *
 * Every method throws a `Failure` with an infrastructure code where this machine could not do its part,
 * and `interrupted` where `signal` fired; it never takes such trouble for an outcome.
 */
export interface Lab {
  /** How many builds and runs may be under way at once. */
  readonly slots: { readonly builds: number; readonly runs: number };
  build(
    plan: KernelPlan,
    control: { signal: AbortSignal; onProgress?: (progress: BuildProgress) => void },
  ): Promise<BuildResult>;
  /**
   * Whether two kernels differ in line numbers alone. Asked only of kernels whose builds told of their
   * objects.
   */
  compare(
    one: KernelPlan,
    other: KernelPlan,
    control: { signal: AbortSignal },
  ): Promise<Comparison>;
  run(plan: RunPlan, control: { signal: AbortSignal }): Promise<RunResult>;
  /** The report of the first crash titled `title` in `console`, with source lines where they are known. */
  symbolize(
    crash: { plan: KernelPlan; signature: string; console: string; title: string },
    control: { signal: AbortSignal },
  ): Promise<string>;
  /**
   * The files of the tree that the kernel's build has read, sorted, from the top of the tree; null where
   * that is not known, such as before it was built.
   */
  compiledFiles(
    plan: KernelPlan,
    control: { signal: AbortSignal },
  ): Promise<readonly string[] | null>;
  /** Calls `use` with a folder that holds the tree of `commit`, until it ends; null where there is none. */
  withTree<T>(
    commit: string,
    use: (folder: string) => Promise<T>,
    control: { signal: AbortSignal },
  ): Promise<T | null>;
  /** Ends what runs and gives back slots and leases. Idempotent. */
  close(): Promise<void>;
}
