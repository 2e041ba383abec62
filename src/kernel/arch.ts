import { Failure } from "../failure/failure.ts";
import type { Arch } from "./kernel.ts";

/** How a kernel of one architecture, and programs for its guests, are made. */
interface Recipe {
  /** What the kernel's makefiles call it: `ARCH=`. */
  readonly make: string;
  /** The make target that machines boot. */
  readonly target: string;
  /** Where make leaves it, in the build folder. */
  readonly kernelImage: string;
  /**
   * What the names of its compiler and binary tools begin with (`CROSS_COMPILE=`): a GNU triplet as Debian
   * names its packages, with a hyphen behind it; empty where this host's own are the right ones.
   */
  readonly crossPrefix: string;
  /** Debian's name of the architecture, in packages of programs for it. */
  readonly debian: string;
  readonly elf: ElfKind;
}

/** Whose programs an ELF file holds (elf(5)). */
export interface ElfKind {
  /** `e_machine`. */
  readonly machine: number;
  readonly bits: 32 | 64;
  readonly bigEndian?: true;
}

const x86_64 = { crossPrefix: "", debian: "amd64", elf: { machine: 62, bits: 64 } } as const;

const recipes: Readonly<Record<Arch, Recipe>> = {
  // `linux` is a hard link to vmlinux, an ordinary program.
  um: { ...x86_64, make: "um", target: "linux", kernelImage: "linux" },
  x86_64: { ...x86_64, make: "x86_64", target: "bzImage", kernelImage: "arch/x86/boot/bzImage" },
  arm64: {
    make: "arm64",
    target: "Image",
    kernelImage: "arch/arm64/boot/Image",
    crossPrefix: "aarch64-linux-gnu-",
    debian: "arm64",
    elf: { machine: 183, bits: 64 },
  },
  arm: {
    make: "arm",
    target: "zImage",
    kernelImage: "arch/arm/boot/zImage",
    crossPrefix: "arm-linux-gnueabihf-",
    debian: "armhf",
    elf: { machine: 40, bits: 32 },
  },
  i386: {
    make: "i386",
    target: "bzImage",
    kernelImage: "arch/x86/boot/bzImage",
    crossPrefix: "i686-linux-gnu-",
    debian: "i386",
    elf: { machine: 3, bits: 32 },
  },
  ppc64le: {
    make: "powerpc",
    target: "vmlinux",
    kernelImage: "vmlinux",
    crossPrefix: "powerpc64le-linux-gnu-",
    debian: "ppc64el",
    elf: { machine: 21, bits: 64 },
  },
  riscv64: {
    make: "riscv",
    target: "Image",
    kernelImage: "arch/riscv/boot/Image",
    crossPrefix: "riscv64-linux-gnu-",
    debian: "riscv64",
    elf: { machine: 243, bits: 64 },
  },
  s390x: {
    make: "s390",
    target: "bzImage",
    kernelImage: "arch/s390/boot/bzImage",
    crossPrefix: "s390x-linux-gnu-",
    debian: "s390x",
    elf: { machine: 22, bits: 64, bigEndian: true },
  },
};

/** Throws `arch-not-supported` on a host that is no x86-64: what cross compilers are called is its names. */
export function recipeOf(arch: Arch): Recipe {
  if (!Object.hasOwn(recipes, arch) || process.arch !== "x64") {
    throw new Failure(
      "arch-not-supported",
      `kernels for ${arch} cannot be built on ${process.arch}`,
      {
        facts: { arch, host: process.arch },
        hint: `use one of ${Object.keys(recipes).join(", ")}, on an x86-64 machine`,
      },
    );
  }
  return recipes[arch];
}

/** What the compiler of programs for guests of `arch` is called on this host. Throws as {@link recipeOf} does. */
export function guestCompilerOf(arch: Arch): string {
  return `${recipeOf(arch).crossPrefix}gcc`;
}
