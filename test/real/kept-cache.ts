import { mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

/**
 * What stays from one test run to the next: compiled objects (ccache) and the demo's history. It makes
 * tests on real kernels faster and is never needed; `FIRSTBAD_TEST_CACHE` names another place. Each run begins
 * without the kernels of the one before; its test files share what they build there.
 */
export const keptCache = process.env.FIRSTBAD_TEST_CACHE ?? join(homedir(), ".cache/firstbad-test");

/** A cache for one test file alone, as `XDG_CACHE_HOME` names it: it has the kept one's compiled objects, and no kernel. */
export function cacheWithoutKernels(): string {
  const kept = join(keptCache, "firstbad/ccache");
  mkdirSync(kept, { recursive: true });
  const home = mkdtempSync(join(tmpdir(), "firstbad-cache-"));
  mkdirSync(join(home, "firstbad"));
  symlinkSync(kept, join(home, "firstbad/ccache"));
  return home;
}
