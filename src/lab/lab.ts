import type { CrashSeen, KernelId, ReachedFunctions, RunId, RunOutcome } from "../event/index.ts";
import type {
  BuildProgress,
  BuildResult,
  Comparison,
  CompilerKnowledge,
  ConfigSource,
} from "../kernel/kernel.ts";

export type { BuildProgress, BuildResult, Comparison, CompilerKnowledge, ConfigSource };

/** A kernel to build: a commit, and patches over it. Compiler and machine are the lab's. */
export interface KernelPlan {
  readonly kernel: KernelId;
  /** Full hash. */
  readonly commit: string;
  /** Texts, applied in order. */
  readonly patches: readonly string[];
  /** What it is configured with in place of the lab's own config. */
  readonly config?: ConfigSource;
  /** What earlier kernels have taught about compilers; absent: nothing. */
  readonly compilers?: CompilerKnowledge;
}

/** A crash of a kernel that was built, as its console has it. */
export interface CrashOfKernel {
  readonly plan: KernelPlan;
  readonly signature: string;
  readonly console: string;
  readonly title: string;
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
  /** Functions of the crash, innermost first: whether they are executed is told where the machine can. */
  readonly functions?: readonly string[];
}

/** What a run said. */
export interface RunResult {
  readonly outcome: RunOutcome;
  /** In order of appearance. */
  readonly crashes: readonly CrashSeen[];
  readonly seconds: number;
  /** Set where it did. */
  readonly restored?: true;
  /** What a user should know of the machine since this run, in a line. */
  readonly note?: string;
  /** Absent: it is not known. */
  readonly reached?: ReachedFunctions;
  /** What was measured, of a run whose outcome is `measured`. */
  readonly number?: number;
  /** How it ended by itself, where what the job expects makes another outcome of it. */
  readonly ended?: RunOutcome;
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
  /**
   * `sees`: the crash that the kernel is to be tested for. One whose configuration lacks what that crash
   * cannot be seen without, and its own kernel has, ends as `failed`, with `gone`: a clean run of it would
   * mean nothing. Absent: any kernel will do.
   */
  build(
    plan: KernelPlan,
    control: {
      signal: AbortSignal;
      onProgress?: (progress: BuildProgress) => void;
      sees?: CrashOfKernel | null;
    },
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
  symbolize(crash: CrashOfKernel, control: { signal: AbortSignal }): Promise<string>;
  /**
   * The files of the tree that the kernel's build has read, sorted, from the top of the tree; null where
   * that is not known, such as before it was built.
   */
  compiledFiles(
    plan: KernelPlan,
    control: { signal: AbortSignal },
  ): Promise<readonly string[] | null>;
  /**
   * The whole `.config` that the tree of the plan's commit makes of the plan's configuration; null where what is
   * built has none. Throws `config-invalid` where the tree makes nothing of it.
   */
  configOf(plan: KernelPlan, control: { signal: AbortSignal }): Promise<string | null>;
  /** Calls `use` with a folder that holds the tree of `commit`, until it ends; null where there is none. */
  withTree<T>(
    commit: string,
    use: (folder: string) => Promise<T>,
    control: { signal: AbortSignal },
  ): Promise<T | null>;
  /** Ends what runs and gives back slots and leases. Idempotent. */
  close(): Promise<void>;
}
