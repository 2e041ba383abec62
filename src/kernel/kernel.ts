/** The architectures that kernels are built for, by their name in `ARCH=`. */
export type Arch = "um" | "x86_64";

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
}

/** What a build ended with. Infrastructure trouble is not among these: it is thrown as a `Failure`. */
export type BuildResult =
  | {
      readonly kind: "built";
      /** SHA-256 in hex over name, size and bytes of all allocated sections that are not notes. */
      readonly signature: string;
      /** As in the sample log: `gcc (GCC) 10.2.1 20210217, GNU ld (GNU Binutils for Debian) 2.35.2`. */
      readonly compiler: string;
      /** Options that were asked for and did not survive, as `CONFIG_X=y`. */
      readonly dropped: readonly string[];
      readonly seconds: number;
      /** True where nothing was built because the cache had it. */
      readonly cached: boolean;
    }
  | {
      readonly kind: "failed";
      readonly stage: "patch" | "config" | "build";
      /** Up to 20 lines that tell why, paths relative to the tree. */
      readonly excerpt: readonly string[];
      readonly compiler: string | null;
      readonly seconds: number;
    };

/** The files of one built kernel, inside the cache; valid while leased. */
export interface KernelFiles {
  /** What a machine boots. */
  readonly image: string;
  /** With symbols and debug information. */
  readonly vmlinux: string;
  /** Folder with the tree that `make modules_install` makes, or null where the config has no modules. */
  readonly modules: string | null;
}
