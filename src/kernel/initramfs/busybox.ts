import { Failure } from "../../failure/failure.ts";
import { findTool } from "../../process/find-tool.ts";
import { recipeOf } from "../arch.ts";
import type { Arch } from "../kernel.ts";
import { whyNotStatic } from "./static-elf.ts";

/** The path of a statically linked busybox for guests of `arch`; throws `tool-missing` where there is none. */
export async function findBusybox(arch: Arch): Promise<string> {
  const path = await busyboxFor(arch);
  if (path !== null) return path;
  const { debian } = recipeOf(arch);
  const own = findTool("busybox", searchPath());
  throw new Failure(
    "tool-missing",
    own === null
      ? "a shell reproducer needs busybox, which is not there"
      : `a shell reproducer needs a statically linked busybox for ${arch}, and ${own} is none`,
    {
      facts: { program: "busybox", arch },
      hint:
        debian === "amd64"
          ? "apt-get install busybox-static"
          : `put the one of Debian's package busybox-static:${debian} on PATH as busybox-${debian}`,
    },
  );
}

/**
 * The path of a statically linked busybox for guests of `arch`, or null: `busybox` on PATH where it is for
 * them, else `busybox-ARCH` by Debian's name of the architecture.
 */
export async function busyboxFor(arch: Arch): Promise<string | null> {
  for (const name of ["busybox", `busybox-${recipeOf(arch).debian}`]) {
    const path = findTool(name, searchPath());
    if (path !== null && (await whyNotStatic(path, arch)) === null) return path;
  }
  return null;
}

const searchPath = () => process.env.PATH ?? "/usr/bin:/bin";
