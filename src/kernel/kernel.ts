/** The architectures that kernels are built for, by their name in `ARCH=`. */
export type Arch = "um" | "x86_64" | "arm64";

/** Where a kernel's configuration comes from; contents, not paths. */
export type ConfigSource =
  /** A whole `.config`, adapted with `make olddefconfig`. */
  | { readonly kind: "file"; readonly text: string }
  /** A make target such as `allnoconfig` or `defconfig`, and fragments over it, in order. */
  | { readonly kind: "base"; readonly base: string; readonly fragments: readonly string[] };

/** All that decides what a kernel is. */
export interface KernelSpec {
  /** Full commit hash. */
  readonly commit: string;
  /** Patches over the commit, in order, each applied with `git apply`. */
  readonly patches: readonly string[];
  readonly arch: Arch;
  readonly config: ConfigSource;
  /** What is known of compilers from kernels that were built before; absent: nothing. */
  readonly compilers?: CompilerKnowledge;
}

/** What a bisection has learnt about the compilers of its machine, each by its name. */
export interface CompilerKnowledge {
  /** The one that built this kernel before, and no other will do; null: it is to be chosen. */
  readonly only: string | null;
  /** Those that built kernels, the crashing commit's first: another one costs evidence. */
  readonly used: readonly string[];
  readonly passedOver: readonly PassedOver[];
}

/** A compiler that does not build the kernels of an age, though another one does. */
export interface PassedOver {
  readonly compiler: string;
  /** The newest release that they contain. */
  readonly release: string;
  /** What it stumbled over. */
  readonly why: string;
}

/** An option that is asked of a kernel of one age otherwise than of others. */
export interface ConfigChange {
  readonly option: string;
  /** What was asked for; null: nothing. */
  readonly from: string | null;
  readonly to: string;
  readonly why: string;
}

/** What a build ended with. Infrastructure trouble is not among these: it is thrown as a `Failure`. */
export type BuildResult = BuiltKernel | FailedBuild;

export interface BuiltKernel {
  readonly kind: "built";
  /**
   * SHA-256 in hex over name, size and bytes of all allocated sections that are not notes; where the
   * config has modules, over these too. See `signature.ts`.
   */
  readonly signature: string;
  /** As in the sample log: `gcc (GCC) 10.2.1 20210217, GNU ld (GNU Binutils for Debian) 2.35.2`. */
  readonly compiler: string;
  /** The name of that compiler on this machine; absent where builds choose their own. */
  readonly toolchain?: string;
  /** Compilers that were found not to build it, before one did; absent: none. */
  readonly passedOver?: readonly PassedOver[];
  /** Options that were asked for and did not survive, as `CONFIG_X=y`. */
  readonly dropped: readonly string[];
  /** What was asked otherwise, for its age; absent: nothing. */
  readonly configChanges?: readonly ConfigChange[];
  readonly seconds: number;
  /** True where nothing was built because the cache had it. */
  readonly cached: boolean;
  /** Objects that it was made of; absent where they are not known, and it cannot be compared with others. */
  readonly objects?: number;
}

/** How two kernels with different signatures compare. */
export type Comparison =
  /** They differ in nothing but line numbers, in so many objects. */
  | { readonly kind: "equal"; readonly objects: number }
  | { readonly kind: "different"; readonly why: string }
  | { readonly kind: "unknown"; readonly why: string };

export interface FailedBuild {
  readonly kind: "failed";
  readonly stage: "patch" | "config" | "build";
  /** What it was built without and should have; absent: that is not the reason. */
  readonly gone?: readonly string[];
  /** Up to 20 lines that tell why, paths relative to the tree. */
  readonly excerpt: readonly string[];
  readonly compiler: string | null;
  readonly seconds: number;
}

/** The files of one built kernel, inside the cache; valid while leased. */
export interface KernelFiles {
  /** What a machine boots. */
  readonly image: string;
  /** With symbols and debug information. */
  readonly vmlinux: string;
  /** The resolved `.config`. */
  readonly config: string;
  /** Folder with the tree that `make modules_install` makes, or null where the config has no modules. */
  readonly modules: string | null;
}

/** Kernel files that stay where they are until `release` is called, or this process ends. */
export interface LeasedKernel extends KernelFiles {
  /** Idempotent. */
  release(): void;
}

/** How far a build is: files compiled, and how many there will be where that is known. */
export interface BuildProgress {
  readonly done: number;
  readonly of: number | null;
}

/** What goes with one call of {@link KernelBuilder.build}. */
export interface BuildControl {
  /** Ends the build; the call then throws `interrupted`. */
  readonly signal?: AbortSignal;
  /** Called a few times a second while make runs, and only when a number has changed. */
  readonly onProgress?: (progress: BuildProgress) => void;
  /**
   * Builds in an empty folder, without what the cache and earlier builds left (but for ccache): the
   * proof, now and then, that an incremental build gives what a clean one does.
   */
  readonly clean?: boolean;
}

/** Builds kernels of one repository, each once. */
export interface KernelBuilder {
  /** How many builds may be under way at once; further ones wait for their turn. */
  readonly slots: number;
  /**
   * The kernel that `spec` describes, built or found in the cache; or why it cannot be built.
   *
   * Throws a `Failure`: `config-invalid`, `commit-not-found`, `arch-not-supported` for what was asked;
   * `build-infrastructure`, `out-of-memory`, `disk-full`, `tool-missing`, `killed`, `git-failed`,
   * `sandbox-failed` where this machine could not do its part; `build-not-reproducible` where a kernel
   * built again has another signature; `interrupted` where the signal fired or the builder was closed.
   */
  build(spec: KernelSpec, control?: BuildControl): Promise<BuildResult>;
  /**
   * The files of a built kernel, which no process evicts until they are released.
   * Throws `kernel-evicted` where the cache no longer has it: build it again.
   */
  files(signature: string): Promise<LeasedKernel>;
  /**
   * The files of the tree that building `spec` has read, sorted, from the top of the tree: sources,
   * headers, and what the commands of its Makefiles name. Sound where a path is missing: unless
   * `isBuildInput` (`history/graph-compiled.ts`) says otherwise, a change of it alone leaves the kernel as it is.
   * Null where that is not known: not built yet, or by an earlier version.
   * Throws `commit-not-found`, `git-failed` or `interrupted`.
   */
  compiledFiles(spec: KernelSpec, signal: AbortSignal): Promise<readonly string[] | null>;
  /**
   * The text of the file `path` (from the top of the tree) at the commit `commit`, a full hash; null where
   * there is none. Throws `git-failed` or `interrupted`.
   */
  file(commit: string, path: string, signal: AbortSignal): Promise<string | null>;
  /**
   * The whole `.config` that the tree makes of `spec`, without building anything. Throws what
   * {@link KernelBuilder.build} throws, and `config-invalid` where the tree makes nothing of it.
   */
  configOf(spec: KernelSpec, signal: AbortSignal): Promise<string>;
  /**
   * Whether two kernels that were built differ in line numbers alone: a comment was added, and code behind it
   * that tells where it is (`BUG()`, lock classes, sanitizers) tells another line. `equal` is proven: the same
   * Makefiles, config, generated files, commands and linked objects, and of each object that differs the
   * compiler is given the same tokens. Costs a third of a CPU second an object that differs, and a build where no
   * slot has what either kernel was built with.
   *
   * Throws what {@link KernelBuilder.build} throws.
   */
  compare(one: KernelSpec, other: KernelSpec, control?: BuildControl): Promise<Comparison>;
  /**
   * Lends `use` a slot's folder with the tree of `commit` in it, for as long as it takes; it is only to
   * be read. Throws what {@link KernelBuilder.build} throws for the machine, and what `use` throws.
   */
  withTree<T>(commit: string, use: (folder: string) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Ends what runs, waits for it, gives back slots and leases. Idempotent. */
  close(): Promise<void>;
}
