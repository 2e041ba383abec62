import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { losesReference } from "../../demo/culprit.ts";
import { flakyReproducer, type Shares } from "../../demo/flaky-repro.ts";
import { type DemoHistory, makeDemoHistory } from "../../demo/history.ts";
import { demoJob } from "../../demo/job.ts";
import { keptCache } from "./kept-cache.ts";

const root = join(import.meta.dirname, "../..");

let history: DemoHistory;
beforeAll(async () => {
  const { signal } = new AbortController();
  history = await makeDemoHistory({ folder: join(keptCache, "demo"), signal });
});

test.each<[string, Shares]>([
  ["crashes in three of ten runs", { crash: 0.3, unrelated: 0 }],
  ["meets another crash in one of ten runs", { crash: 0.9, unrelated: 0.1 }],
])("the commit of a bug that %s is found, with 0.99 and more", async (_, shares) => {
  const folder = await mkdtemp(join(tmpdir(), "firstbad-flaky-"));
  await writeFile(join(folder, "repro.c"), flakyReproducer(shares));
  const job = { ...demoJob(history.repository, "repro.c"), policy: "adaptive" };
  await writeFile(join(folder, "firstbad.yaml"), JSON.stringify(job));
  const env = { ...process.env, XDG_DATA_HOME: folder, XDG_CACHE_HOME: keptCache };
  const { stdout } = await promisify(execFile)(
    join(root, "bin/firstbad"),
    ["bisect", join(folder, "firstbad.yaml"), "--json"],
    { env },
  );
  const { end, culprit, confidence } = JSON.parse(stdout);
  expect(end).toBe("found");
  expect(await losesReference(history.repository, culprit)).toBe(true);
  expect(confidence).toBeGreaterThanOrEqual(0.99);
});
