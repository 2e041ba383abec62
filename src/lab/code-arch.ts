import type { CodeArch } from "../crash/symbols/code-line.ts";
import type { KernelJob } from "../job/schema.ts";

/** How the code in reports of such kernels is read; null where they print none, or nobody reads it. */
export function codeArchOf(arch: KernelJob["kernel"]["arch"]): CodeArch | null {
  switch (arch) {
    case "um":
    case "s390x":
      return null;
    case "ppc64le":
      return "powerpc64le";
    default:
      return arch;
  }
}
