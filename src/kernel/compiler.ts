/** Compilers of kernels, by the program that is called. */
export type CompilerFamily = "gcc" | "clang";

/** A compiler of this machine, with the linker and the cache that go with it. */
export interface Compiler {
  /** What a job names it by, different from all others of this machine: `gcc`, `gcc-11`, `/opt/gcc-8/bin/gcc`. */
  readonly name: string;
  readonly family: CompilerFamily;
  readonly version: CompilerVersion;
  /** The program, as given to make. */
  readonly command: string;
  /** Further make arguments that go with it, such as `LLVM=1` and the tools of the same version. */
  readonly tools: readonly string[];
  /** The program for what the build itself runs; it needs a C library. */
  readonly hostCommand: string;
  /** Folder that a build must see beside the system's, or null. */
  readonly folder: string | null;
  /** Whether its results go through ccache. */
  readonly ccache: boolean;
  /**
   * Compiler and linker as kernels write it into `compile.h` (`LINUX_COMPILER`):
   * `gcc (Debian 12.2.0-14+deb12u1) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40`. Part of a kernel's
   * identity: two that build it differently have different ones.
   */
  readonly identity: string;
}

/** Major and minor; before gcc 5 both name a release. */
export type CompilerVersion = readonly [major: number, minor: number];

/** Which compiler a job wants, and where more of them are. */
export interface CompilerWish {
  /**
   * `auto`; a family, of which any version will do; or one compiler by its name (`gcc-11`), its version
   * (`11`, of gcc), or the absolute path of the program.
   */
  readonly compiler: string;
  /** Folders with one compiler a folder, as `gcc-8.1.0/bin/gcc`. */
  readonly folders: readonly string[];
}

/** Without a word about it. */
export const usualWish: CompilerWish = { compiler: "auto", folders: [] };

/** What a built kernel says about its compiler, from the text of its `compile.h`; null where it does not. */
export function compilerIn(header: string): string | null {
  return /^#define LINUX_COMPILER\s+"([^"\n]{1,500})"/m.exec(header)?.[1] ?? null;
}
