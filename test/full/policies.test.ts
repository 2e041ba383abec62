import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { losesReference } from "../../demo/culprit.ts";
import { type DemoHistory, makeDemoHistory } from "../../demo/history.ts";
import { demoJob } from "../../demo/job.ts";
import type { BisectionEvent } from "../../src/event/index.ts";
import { keptCache } from "../real/kept-cache.ts";

const root = join(import.meta.dirname, "../..");

let history: DemoHistory;
let job: string;

/** The demo's job without a number of runs: the policies have their own. */
beforeAll(async () => {
  const { signal } = new AbortController();
  history = await makeDemoHistory({ folder: join(keptCache, "demo"), signal });
  job = join(await mkdtemp(join(tmpdir(), "firstbad-job-")), "firstbad.yaml");
  await writeFile(job, JSON.stringify(demoJob(history.repository, join(root, "demo/repro.c"))));
});

// Kernels are taken from the cache that the tests share: what differs between the policies is run.
test.each([
  { policy: "syzbot-2022", confidence: null, first: /^bisecting cause commit/ },
  { policy: "syzbot-2026", confidence: 1, first: /^\S+ starts bisection / },
])("$policy bisects a real kernel's crash to its commit, as it does itself", async (given) => {
  const data = await mkdtemp(join(tmpdir(), "firstbad-data-"));
  const env = { ...process.env, XDG_DATA_HOME: data, XDG_CACHE_HOME: keptCache };
  const firstbad = async (...words: string[]) =>
    (await promisify(execFile)(join(root, "bin/firstbad"), words, { env })).stdout;

  const result = JSON.parse(await firstbad("bisect", job, "--policy", given.policy, "--json"));
  expect(result).toMatchObject({ end: "found", confidence: given.confidence });
  expect(await losesReference(history.repository, result.culprit)).toBe(true);

  const folder = join(data, "firstbad/bisections");
  const [id = ""] = await readdir(folder);
  const events: BisectionEvent[] = (await readFile(join(folder, id, "events.ndjson"), "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const asked = events.flatMap((event) =>
    event.kind === "probe-chosen" ? event.probes.map(({ runs }) => [event.stage, runs]) : [],
  );
  expect(asked[0]).toEqual(["reproduce", 20]);
  expect(new Set(asked.slice(1).map(([, runs]) => runs))).toEqual(new Set([10]));
  expect(asked.map(([stage]) => stage)).not.toContain("parent");
  const log = await firstbad("log", "last");
  expect(log).toMatch(given.first);
  expect(log).toMatch(/\nculprit signature: [0-9a-f]{64}\nparent {2}signature: [0-9a-f]{64}\n/);
});
