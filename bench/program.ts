/**
 * What firstbad adds to the build and the run of a program at each step of a search: a history of 10,000
 * commits, a tree of 20 files that differ at every step, a build and a run that do next to nothing. Asked
 * for: at most 50 ms a step. Beside it, what `git bisect run` adds, without a sandbox, a copy or a journal.
 *
 *     node bench/program.ts
 *
 * The repository is made once and kept in $FIRSTBAD_BENCH, or in the system's folder for temporary files.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { BisectionEvent } from "../src/event/index.ts";

const commits = 10_000;
const files = 20;
/** From this commit on it crashes. */
const culprit = 7_777;
const asked = 50;
const rounds = 5;

const build = "cp value built";
const run = 'test "$(cat built)" -lt 7777';

const root = join(import.meta.dirname, "..");
const folder = join(process.env.FIRSTBAD_BENCH ?? tmpdir(), `firstbad-bench-program-${commits}`);
const repo = join(folder, "repo");
if (!existsSync(repo)) makeRepository();

const job = join(folder, "firstbad.yaml");
const program = { repo, crashes: "main", clean: "v1.0", build, run };
const expect = { title: "exit status 1" };
// One run of each commit, as `git bisect run` makes: what is added is that of one build and one run.
writeFileSync(job, JSON.stringify({ version: 1, program, policy: "git", runs: 1, expect }));

const direct = directly();
const peer = gitBisectRun();
console.log(`the commands themselves: ${direct.toFixed(1)} ms`);
console.log(`git bisect run adds ${(peer - direct).toFixed(1)} ms a step`);
console.log("a step         whole   ours  | build    run   rest");
const costs = Array.from({ length: rounds }, () => ours());
costs.sort((a, b) => a - b);
const middle = costs[Math.floor(rounds / 2)]!;
console.log(
  `firstbad adds ${middle.toFixed(1)} ms a step (median of ${rounds}); at most ${asked} are asked for`,
);
process.exitCode = middle <= asked ? 0 : 1;

/** Bisects with an empty home; milliseconds that it adds to each step of the search. */
function ours(): number {
  const home = join(folder, "home");
  rmSync(home, { recursive: true, force: true });
  const env = { ...process.env, FIRSTBAD_HOME: home };
  const words = ["bisect", job, "--quiet", "--events", join(folder, "events.ndjson")];
  execFileSync(join(root, "bin/firstbad"), words, { env, stdio: ["ignore", "ignore", "inherit"] });
  const events = readFileSync(join(folder, "events.ndjson"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as BisectionEvent);
  refuseWrongAnswer(events);

  const search = searchOf(events);
  const steps = search.filter(({ kind }) => kind === "probe-answered").length;
  const each = (milliseconds: number) => milliseconds / steps;
  const whole = each(at(search.at(-1)) - at(search[0]));
  const builds = each(between(search, "build-started", "kernel-built"));
  const runs = each(between(search, "run-started", "run-finished"));
  const numbers = [whole, whole - direct, builds, runs, whole - builds - runs];
  const [all, added, ...parts] = numbers.map((number) => number.toFixed(1).padStart(6));
  console.log(`${String(steps).padStart(2)} steps      ${all} ${added}  |${parts.join(" ")}`);
  return whole - direct;
}

/** Milliseconds that build and run take where a shell runs them in a folder, and nothing else is done. */
function directly(): number {
  const place = join(folder, "direct");
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "value"), "1\n");
  const once = () => {
    for (const command of [build, run]) spawnSync("sh", ["-c", command], { cwd: place });
  };
  once();
  const begin = performance.now();
  for (let n = 0; n < 20; n++) once();
  return (performance.now() - begin) / 20;
}

/** Milliseconds that `git bisect run` takes for each of its steps. */
function gitBisectRun(): number {
  const clone = join(folder, "clone");
  rmSync(clone, { recursive: true, force: true });
  execFileSync("git", ["clone", "--quiet", repo, clone]);
  const bisect = (...words: readonly string[]) =>
    execFileSync("git", ["-C", clone, "bisect", ...words], { encoding: "utf8", stdio: "pipe" });
  bisect("start", "main", "v1.0");
  const begin = performance.now();
  const said = bisect("run", "sh", "-c", `${build} && ${run}`);
  const steps = said.match(/^running /gm)?.length ?? 1;
  return (performance.now() - begin) / steps;
}

/** The events from the first decision of the search to its last answer. */
function searchOf(events: readonly BisectionEvent[]): readonly BisectionEvent[] {
  const isOfSearch = (event: BisectionEvent) => "stage" in event && event.stage === "search";
  return events.slice(events.findIndex(isOfSearch), events.findLastIndex(isOfSearch) + 1);
}

function between(
  events: readonly BisectionEvent[],
  from: BisectionEvent["kind"],
  to: BisectionEvent["kind"],
): number {
  let sum = 0;
  for (const event of events) {
    if (event.kind === from) sum -= at(event);
    if (event.kind === to) sum += at(event);
  }
  return sum;
}

function at(event: BisectionEvent | undefined): number {
  return Date.parse(event?.at ?? "");
}

function refuseWrongAnswer(events: readonly BisectionEvent[]): void {
  const concluded = events.find((event) => event.kind === "concluded");
  const wanted = git("rev-parse", `main~${commits - 1 - culprit}`);
  if (concluded?.culprit !== wanted) throw new Error(`found ${concluded?.culprit}, not ${wanted}`);
}

function makeRepository(): void {
  const half = `${repo}.half`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { recursive: true });
  const stream = Array.from({ length: commits }, (_, n) => commitOf(n)).join("");
  execFileSync("git", ["-C", half, "init", "--quiet", "--bare", "--initial-branch=main"]);
  execFileSync("git", ["-C", half, "fast-import", "--quiet"], { input: `${stream}done\n` });
  renameSync(half, repo);
}

/** One file of the tree changes in each commit, and the value that the build looks at. */
function commitOf(n: number): string {
  const changed =
    n === 0 ? Array.from({ length: files }, (_, file) => fileOf(file, n)) : [fileOf(n % files, n)];
  return [
    `commit refs/heads/main\ncommitter Ada Kern <ada@example.org> ${1_600_000_000 + n * 600} +0000\n`,
    dataOf(`commit ${n}\n`),
    ...changed,
    `M 100644 inline value\n${dataOf(`${n}\n`)}`,
    ...(n === 0 ? ["reset refs/tags/v1.0\nfrom refs/heads/main\n\n"] : []),
  ].join("");
}

function fileOf(file: number, n: number): string {
  const path = `part-${file % 4}/file-${file}.c`;
  return `M 100644 inline ${path}\n${dataOf(`/* as of ${n} */\n${"int x;\n".repeat(50)}`)}`;
}

function dataOf(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

function git(...words: readonly string[]): string {
  return execFileSync("git", ["-C", repo, ...words], { encoding: "utf8" }).trim();
}
