import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { makeDemoHistory } from "../../demo/history.ts";
import { readConsole } from "../../src/crash/read.ts";
import { signatureOf } from "../../src/kernel/signature.ts";
import { keptCache } from "../real/kept-cache.ts";

const root = join(import.meta.dirname, "../..");
const firstbad = join(root, "bin/firstbad");

test("the script of a step makes the same kernel, and the same crash, without firstbad", async () => {
  const { signal } = new AbortController();
  const history = await makeDemoHistory({ folder: join(keptCache, "demo"), signal });
  const folder = mkdtempSync(join(tmpdir(), "firstbad-by-hand-"));
  const env = {
    ...process.env,
    XDG_DATA_HOME: join(folder, "data"),
    XDG_CACHE_HOME: keptCache,
    FIRSTBAD_HOME: undefined,
  };
  const call = (...words: readonly string[]) =>
    promisify(execFile)(firstbad, words, { env, maxBuffer: 16 * 1024 ** 2 });
  const job = join(root, "demo/firstbad.yaml");
  const begin = ["--repo", history.repository, "--policy", "git", "--runs", "1"];
  await call("bisect", job, ...begin, "--budget", "builds=1").catch(() => {});

  const { stdout: script } = await call("reproduce", "last", "1");
  const [, signature] = /signature: ([0-9a-f]{64})/.exec(script) ?? [];
  const [, title = ""] = /repeated here: crashed: (.*)/.exec(script) ?? [];
  expect(title).toMatch(/^KASAN: use-after-free /);
  const place = mkdtempSync(join(tmpdir(), "firstbad by hand '$(false)-"));
  const path = join(folder, "script.sh");
  writeFileSync(path, script);
  // Only what it names itself, and what it was told of: compiled objects that are there already.
  const own = {
    PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
    CCACHE_DIR: join(keptCache, "firstbad/ccache"),
  };
  await promisify(execFile)("sh", [path], { cwd: place, env: own, maxBuffer: 64 * 1024 ** 2 });

  expect(await signatureOf(join(place, "out/linux"))).toBe(signature);
  const crashes = readConsole(readFileSync(join(place, "console.txt")));
  expect(crashes.map((crash) => crash.title)).toContain(title);
  for (const made of [folder, place]) rmSync(made, { recursive: true, force: true });
});
