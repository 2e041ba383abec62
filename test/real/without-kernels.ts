import { rmSync } from "node:fs";
import { join } from "node:path";
import { keptCache } from "./kept-cache.ts";

/** Takes kernels and build folders of earlier runs out of the kept cache: each run builds its own. */
export default function setup(): void {
  for (const made of ["inputs", "kernels", "slots"]) {
    rmSync(join(keptCache, "firstbad", made), { recursive: true, force: true });
  }
}
