import { mkdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * What stays from one test run to the next: compiled objects (ccache) and the demo's history. It makes
 * tests on real kernels faster and is never needed; `FIRSTBAD_TEST_CACHE` names another place.
 */
export const keptCache = process.env.FIRSTBAD_TEST_CACHE ?? join(homedir(), ".cache/firstbad-test");

/** The cache of firstbad below it, without kernels and build folders: every kernel is built anew. */
export function cacheWithoutKernels(): string {
  const cache = join(keptCache, "firstbad");
  for (const made of ["inputs", "kernels", "slots"]) {
    rmSync(join(cache, made), { recursive: true, force: true });
  }
  mkdirSync(cache, { recursive: true });
  return cache;
}
