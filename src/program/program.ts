/** What decides a program: a commit, and patches over it. How it is built is the job's. */
export interface ProgramSpec {
  /** Full commit hash. */
  readonly commit: string;
  /** Texts, applied in order. */
  readonly patches: readonly string[];
}

/** What a build ended with. Trouble of this machine is not among these: it is thrown as a `Failure`. */
export type ProgramBuild =
  | {
      readonly kind: "built";
      /** SHA-256 in hex over the tree, the patches and the recipe: equal trees are one program. */
      readonly signature: string;
      readonly seconds: number;
      /** True where nothing was built because the cache had it. */
      readonly cached: boolean;
    }
  | {
      readonly kind: "failed";
      readonly stage: "patch" | "build";
      /** Up to 20 lines that tell why. */
      readonly excerpt: readonly string[];
      readonly seconds: number;
    };

/** How a command ended, as far as it tells about the tree. */
export type CommandEnd =
  | { readonly kind: "exited"; readonly exitCode: number }
  | { readonly kind: "signal"; readonly signal: string }
  /** Stopped by us: its time was up, it took more memory than it may, it wrote without end. */
  | { readonly kind: "deadline" | "out-of-memory" | "flooded" };

/** One run of a program. */
export interface ProgramRun {
  readonly end: CommandEnd;
  /** What it printed, in order; the middle of a long output is missing. */
  readonly output: Buffer;
  readonly seconds: number;
}

/** Where programs are built and run. */
export type Isolation = "sandbox" | "host";
