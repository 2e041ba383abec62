import { existsSync } from "node:fs";
import { join } from "node:path";
import { keptCache } from "./kept-cache.ts";

/** The kernel that `setup/prebuilt-kernel.sh` unpacks: Debian's for virtual machines, with SMP and modules. */
export function prebuiltKernel(): string {
  const kernel = join(keptCache, "prebuilt/vmlinuz");
  if (existsSync(kernel)) return kernel;
  throw new Error(`there is no ${kernel}; run: sh setup/prebuilt-kernel.sh`);
}
