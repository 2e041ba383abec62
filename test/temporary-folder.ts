import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Gives the whole test run one temporary folder of its own, one cache of modules, and takes it away with all in it. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "firstbad-test-"));
  process.env.TMPDIR = folder;
  // Commands that tests start read each other's compiled modules, whatever home they are given.
  process.env.NODE_COMPILE_CACHE = join(folder, "modules");
  return () => rmSync(folder, { recursive: true, force: true });
}
