import { type ChildProcess, execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { losesReference } from "../../demo/culprit.ts";
import { flakyReproducer, type Shares } from "../../demo/flaky-repro.ts";
import { type DemoHistory, makeDemoHistory } from "../../demo/history.ts";
import { demoJob } from "../../demo/job.ts";
import type { BisectionEvent } from "../../src/event/index.ts";
import { startProgram } from "../process/start-program.ts";
import { cacheWithoutKernels, keptCache } from "./kept-cache.ts";

const root = join(import.meta.dirname, "../..");

let history: DemoHistory;
let env: NodeJS.ProcessEnv;
let cache: string;
let bisections: string;

beforeAll(async () => {
  const { signal } = new AbortController();
  history = await makeDemoHistory({ folder: join(keptCache, "demo"), signal });
  cache = cacheWithoutKernels();
  const data = await mkdtemp(join(tmpdir(), "firstbad-data-"));
  bisections = join(data, "firstbad/bisections");
  env = { ...process.env, XDG_DATA_HOME: data, XDG_CACHE_HOME: cache };
  delete env.FIRSTBAD_HOME;
});

/** Starts firstbad and gives every event to `watch` as it happens. */
function start(words: readonly string[], watch: (event: BisectionEvent) => void): ChildProcess {
  const child = startProgram(join(root, "bin/firstbad"), [...words, "--events", "-"], { env });
  child.stderr.resume();
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line.startsWith("{")) watch(JSON.parse(line));
  });
  return child;
}

/**
 * Runs firstbad until `isTime` says so of an event, then kills it `milliseconds` later with -9. Resolves to what ran
 * with it by then.
 */
async function killAt(
  words: readonly string[],
  isTime: (event: BisectionEvent) => boolean,
  milliseconds: number,
): Promise<readonly string[]> {
  let armed = false;
  let atWork: readonly string[] = [];
  const child = start(words, (event) => {
    if (armed || !isTime(event)) return;
    armed = true;
    setTimeout(async () => {
      atWork = await running();
      child.kill("SIGKILL");
    }, milliseconds);
  });
  const [code, signal] = await once(child, "exit");
  expect({ code, signal }).toEqual({ code: null, signal: "SIGKILL" });
  return atWork;
}

async function eventsOf(): Promise<BisectionEvent[]> {
  const [id] = await readdir(bisections);
  const text = await readFile(join(bisections, id ?? "", "events.ndjson"), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** Command lines of everything that runs with something of the tests' cache: each sandbox has its kernel from there. */
async function running(): Promise<string[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "args"]);
  return stdout.split("\n").filter((line) => line.includes(`${cache}/`));
}

describe("a real kernel's crash", () => {
  test("is bisected to its commit, killed with -9 in a build, in a run and in the search", async () => {
    const job = join(root, "demo/firstbad.yaml");
    const begin = ["bisect", job, "--repo", history.repository];
    const building = await killAt(begin, ({ kind }) => kind === "build-started", 8000);
    expect(building).toContainEqual(expect.stringContaining(" make "));
    expect((await eventsOf()).map(({ kind }) => kind)).not.toContain("kernel-built");
    await expect.poll(() => running(), { timeout: 60_000 }).toEqual([]);

    const inRun = await killAt(["resume", "last"], ({ kind }) => kind === "run-started", 100);
    expect(inRun).toContainEqual(expect.stringContaining("uml_dir="));
    await expect.poll(() => running(), { timeout: 60_000 }).toEqual([]);

    let searched = 0;
    const inSearch = (event: BisectionEvent) =>
      event.kind === "probe-chosen" && event.stage === "search" && ++searched === 3;
    await killAt(["resume", "last"], inSearch, 1500);

    const { stdout } = await promisify(execFile)(
      join(root, "bin/firstbad"),
      ["resume", "last", "--json"],
      { env },
    );
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ end: "found", reason: "found" });
    expect(result.confidence).toBeGreaterThan(0.99);
    expect(await losesReference(history.repository, result.culprit)).toBe(true);
    expectNoRunRepeated(await eventsOf());
  });

  test("is told in a log that says what syzbot's would", async () => {
    const [id] = await readdir(bisections);
    const log = await readFile(join(bisections, id ?? "", "log.txt"), "utf8");
    expect(log).toMatch(/^bisecting cause commit starting from [0-9a-f]{40}\n/);
    expect(log).toMatch(
      /\ncompiler: gcc \(Debian [^\n]*\) [^\n]*, GNU ld \(GNU Binutils for Debian\) /,
    );
    expect(log).toMatch(
      /\nkernel signature: [0-9a-f]{64}\nall runs: crashed: KASAN: use-after-free /,
    );
    expect(log).toMatch(/\nfirst bad commit: [0-9a-f]{40} fs\/pipe: /);
    expect(log).toMatch(/\nrecipients \(to\): \["[^\n]*@[^\n]*"\]\n/);
    expect(log).toMatch(
      /\n {2}pipe_poll\+0x[0-9a-f]+\/0x[0-9a-f]+ fs\/pipe\.c:\d+|pipe_poll\+0x[0-9a-f]+\/0x[0-9a-f]+ fs\/pipe\.c:\d+/,
    );
  });

  test("is run more often at its culprit when somebody asks for that, and concluded again", async () => {
    const before = await eventsOf();
    const { culprit } = before.findLast((event) => event.kind === "concluded") ?? {};
    const command = join(root, "bin/firstbad");
    await promisify(execFile)(command, ["more", "last", culprit ?? "", "--runs", "3"], { env });
    const words = ["resume", "last", "--json"];
    const { stdout } = await promisify(execFile)(command, words, { env });
    expect(JSON.parse(stdout)).toMatchObject({ end: "found", culprit });
    const after = await eventsOf();
    const more = after.slice(before.length).filter(({ kind }) => kind === "run-finished");
    expect(more).toHaveLength(3);
    expect(more).toContainEqual(expect.objectContaining({ outcome: "crashed" }));
    expectNoRunRepeated(after);
  });
});

/** Most of its kernels are those that were built before. */
test.each<[string, Shares]>([
  ["crashes in three of ten runs", { crash: 0.3, unrelated: 0 }],
  ["meets another crash in one of ten runs", { crash: 0.9, unrelated: 0.1 }],
])("the commit of a bug that %s is found, with 0.99 and more", async (_, shares) => {
  const folder = await mkdtemp(join(tmpdir(), "firstbad-flaky-"));
  await writeFile(join(folder, "repro.c"), flakyReproducer(shares));
  const job = { ...demoJob(history.repository, "repro.c"), policy: "adaptive" };
  await writeFile(join(folder, "firstbad.yaml"), JSON.stringify(job));
  const { stdout } = await promisify(execFile)(
    join(root, "bin/firstbad"),
    ["bisect", join(folder, "firstbad.yaml"), "--json"],
    { env: { ...env, XDG_DATA_HOME: folder } },
  );
  const { end, culprit, confidence } = JSON.parse(stdout);
  expect(end).toBe("found");
  expect(await losesReference(history.repository, culprit)).toBe(true);
  expect(confidence).toBeGreaterThanOrEqual(0.99);
});

function expectNoRunRepeated(events: readonly BisectionEvent[]): void {
  const finished = events.flatMap((event) => (event.kind === "run-finished" ? [event.run] : []));
  expect(new Set(finished).size).toBe(finished.length);
}
