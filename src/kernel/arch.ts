import { Failure } from "../failure/failure.ts";
import type { Arch } from "./kernel.ts";

/** How a kernel of one architecture is made. */
interface Recipe {
  /** The make target that machines boot. */
  readonly target: string;
  /** Where make leaves it, in the build folder. */
  readonly image: string;
}

const recipes: Readonly<Record<Arch, Recipe>> = {
  // `linux` is a hard link to vmlinux, an ordinary program.
  um: { target: "linux", image: "linux" },
  x86_64: { target: "bzImage", image: "arch/x86/boot/bzImage" },
};

/** Throws `arch-not-supported` where this machine has no compiler for it: both are built natively. */
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
