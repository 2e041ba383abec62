import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { keptCache } from "./kept-cache.ts";
import { makeSmallHistory, type SmallHistory } from "./small-history.ts";

const root = join(import.meta.dirname, "../..");

let history: SmallHistory;
let folder: string;

beforeAll(async () => {
  history = await makeSmallHistory(new AbortController().signal);
  folder = await mkdtemp(join(tmpdir(), "firstbad-outcomes-"));
});

/** What `firstbad bisect --json` says of the short history. */
async function bisect(expected: object): Promise<Record<string, unknown>> {
  const { repository, commits } = history;
  const [clean, crashes] = [commits[0], commits.at(-1)];
  const fragments = [join(import.meta.dirname, "small.config")];
  const config = { base: "allnoconfig", fragments };
  const job = {
    version: 1,
    kernel: { repo: repository, crashes, clean, config, arch: "um" },
    machine: { type: "uml", memory: "64M" },
    expect: expected,
  };
  const path = join(folder, "firstbad.yaml");
  await writeFile(path, JSON.stringify(job));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    XDG_DATA_HOME: folder,
    XDG_CACHE_HOME: keptCache,
  };
  delete env.FIRSTBAD_HOME;
  const { stdout } = await promisify(execFile)(
    join(root, "bin/firstbad"),
    ["bisect", path, "--json"],
    { env },
  );
  return JSON.parse(stdout);
}

test("a KUnit test of a real kernel is bisected to the commit that broke it", async () => {
  const result = await bisect({ test: "demo.sums" });
  expect(result).toMatchObject({ end: "found", culprit: history.breaksTest });
});

test("a slow boot of a real kernel is bisected to the commit that slowed it", async () => {
  const result = await bisect({ "boot-time": true, "at-least": 0.2 });
  expect(result).toMatchObject({ end: "found", culprit: history.slowsBoot });
  const { numbers } = result as {
    numbers: { before: { median: number }; after: { median: number }; p: number };
  };
  // The delay is counted in loops that this machine was seen to do: more or less as long as it says.
  expect(numbers.after.median - numbers.before.median).toBeGreaterThan(0.2);
  expect(numbers.p).toBeLessThan(0.01);
});
