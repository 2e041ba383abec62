import { Failure } from "../failure/failure.ts";
import type { Arch } from "./kernel.ts";

/** How a kernel of one architecture, and programs for its guests, are made. */
export interface Recipe {
  /** What the kernel's makefiles call it: `ARCH=`. */
  readonly make: string;
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
  /** Debian's name of the architecture, in packages of programs for it. */
  readonly debian: string;
  /** Whose ELF files its guests' programs are. */
  readonly elf: ElfKind;
}

/** Whose programs an ELF file holds (elf(5)). */
export interface ElfKind {
  /** `e_machine`. */
  readonly machine: number;
  readonly bits: 32 | 64;
  readonly bigEndian?: true;
}

/** Every architecture that kernels are built for. */
const recipes: Readonly<Record<Arch, Recipe>> = {
  um: {
    make: "um",
    // `linux` is a hard link to vmlinux, an ordinary program of the host.
    target: "linux",
    kernelImage: "linux",
    compiles: "x86_64-",
    crossPrefix: "x86_64-linux-gnu-",
    debianPackage: "gcc",
    clangTarget: "x86-64",
    nativeOn: ["x64"],
    onlyOn: ["x64"],
    debian: "amd64",
    elf: { machine: 62, bits: 64 },
  },
  x86_64: {
    make: "x86_64",
    target: "bzImage",
    kernelImage: "arch/x86/boot/bzImage",
    compiles: "x86_64-",
    crossPrefix: "x86_64-linux-gnu-",
    debianPackage: "gcc-x86-64-linux-gnu",
    clangTarget: "x86-64",
    nativeOn: ["x64"],
    onlyOn: null,
    debian: "amd64",
    elf: { machine: 62, bits: 64 },
  },
  arm64: {
    make: "arm64",
    target: "Image",
    kernelImage: "arch/arm64/boot/Image",
    compiles: "aarch64-",
    crossPrefix: "aarch64-linux-gnu-",
    debianPackage: "gcc-aarch64-linux-gnu",
    clangTarget: "aarch64",
    nativeOn: ["arm64"],
    onlyOn: null,
    debian: "arm64",
    elf: { machine: 183, bits: 64 },
  },
  arm: {
    make: "arm",
    target: "zImage",
    kernelImage: "arch/arm/boot/zImage",
    compiles: "arm-",
    crossPrefix: "arm-linux-gnueabihf-",
    debianPackage: "gcc-arm-linux-gnueabihf",
    clangTarget: "arm",
    nativeOn: ["arm"],
    onlyOn: null,
    debian: "armhf",
    elf: { machine: 40, bits: 32 },
  },
  i386: {
    make: "i386",
    target: "bzImage",
    kernelImage: "arch/x86/boot/bzImage",
    compiles: "i686-",
    crossPrefix: "i686-linux-gnu-",
    debianPackage: "gcc-i686-linux-gnu",
    clangTarget: "x86",
    nativeOn: ["ia32"],
    onlyOn: null,
    debian: "i386",
    elf: { machine: 3, bits: 32 },
  },
  ppc64le: {
    make: "powerpc",
    target: "vmlinux",
    kernelImage: "vmlinux",
    compiles: "powerpc64le-",
    crossPrefix: "powerpc64le-linux-gnu-",
    debianPackage: "gcc-powerpc64le-linux-gnu",
    clangTarget: "ppc64le",
    nativeOn: [],
    onlyOn: null,
    debian: "ppc64el",
    elf: { machine: 21, bits: 64 },
  },
  riscv64: {
    make: "riscv",
    target: "Image",
    kernelImage: "arch/riscv/boot/Image",
    compiles: "riscv64-",
    crossPrefix: "riscv64-linux-gnu-",
    debianPackage: "gcc-riscv64-linux-gnu",
    clangTarget: "riscv64",
    nativeOn: ["riscv64"],
    onlyOn: null,
    debian: "riscv64",
    elf: { machine: 243, bits: 64 },
  },
  s390x: {
    make: "s390",
    target: "bzImage",
    kernelImage: "arch/s390/boot/bzImage",
    compiles: "s390x-",
    crossPrefix: "s390x-linux-gnu-",
    debianPackage: "gcc-s390x-linux-gnu",
    clangTarget: "systemz",
    nativeOn: ["s390x"],
    onlyOn: null,
    debian: "s390x",
    elf: { machine: 22, bits: 64, bigEndian: true },
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

/** Whether two ELF files are for the same processors. */
export function isSameElf(one: ElfKind, other: ElfKind): boolean {
  return (
    one.machine === other.machine && one.bits === other.bits && one.bigEndian === other.bigEndian
  );
}

/** The processor whose programs are of that kind, or null: none that kernels are built for. */
export function archOfElf(kind: ElfKind): Arch | null {
  const known = Object.entries(recipes) as [Arch, Recipe][];
  return known.find(([arch, { elf }]) => arch !== "um" && isSameElf(elf, kind))?.[0] ?? null;
}
