import { Failure } from "../failure/failure.ts";
import type { Arch } from "./kernel.ts";

/** How a kernel of one architecture is made. */
export interface Recipe {
  /** The make target that machines boot. */
  readonly target: string;
  /** Where make leaves it, in the build folder. */
  readonly kernelImage: string;
  /** What `-dumpmachine` of a compiler that makes its code begins with. */
  readonly compiles: string;
  /** What names of gcc and binutils begin with where the host is of another architecture. */
  readonly crossPrefix: string;
  /** Debian package of that gcc. */
  readonly debianPackage: string;
  /** The name that clang knows it by, in `clang -print-targets`. */
  readonly clangTarget: string;
  /** Hosts, by `process.arch`, whose own gcc builds it. */
  readonly nativeOn: readonly string[];
  /** Hosts on which it can be built at all; null: on any, with a cross compiler. */
  readonly onlyOn: readonly string[] | null;
}

/** Every architecture that kernels are built for. */
const recipes: Readonly<Record<Arch, Recipe>> = {
  um: {
    // `linux` is a hard link to vmlinux, an ordinary program of the host.
    target: "linux",
    kernelImage: "linux",
    compiles: "x86_64-",
    crossPrefix: "x86_64-linux-gnu-",
    debianPackage: "gcc",
    clangTarget: "x86-64",
    nativeOn: ["x64"],
    onlyOn: ["x64"],
  },
  x86_64: {
    target: "bzImage",
    kernelImage: "arch/x86/boot/bzImage",
    compiles: "x86_64-",
    crossPrefix: "x86_64-linux-gnu-",
    debianPackage: "gcc-x86-64-linux-gnu",
    clangTarget: "x86-64",
    nativeOn: ["x64"],
    onlyOn: null,
  },
  arm64: {
    target: "Image",
    kernelImage: "arch/arm64/boot/Image",
    compiles: "aarch64-",
    crossPrefix: "aarch64-linux-gnu-",
    debianPackage: "gcc-aarch64-linux-gnu",
    clangTarget: "aarch64",
    nativeOn: ["arm64"],
    onlyOn: null,
  },
};

/** Throws `arch-not-supported` for another name, and where this machine cannot build it with any compiler. */
export function recipeOf(arch: Arch, host: string = process.arch): Recipe {
  const recipe = Object.hasOwn(recipes, arch) ? recipes[arch] : undefined;
  if (recipe !== undefined && (recipe.onlyOn?.includes(host) ?? true)) return recipe;
  throw new Failure("arch-not-supported", `kernels for ${arch} cannot be built on ${host}`, {
    facts: { arch, host },
    hint: `use one of ${Object.keys(recipes).join(", ")}; um needs an x86-64 machine`,
  });
}

/** What names of gcc and of its tools begin with to build `arch` on `host`: nothing where they are its own. */
export function crossPrefixOf(arch: Arch, host: string = process.arch): string {
  const { nativeOn, crossPrefix } = recipeOf(arch, host);
  return nativeOn.includes(host) ? "" : crossPrefix;
}
