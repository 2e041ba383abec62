/**
 * How long it takes to learn which paths the commits of a large repository touch, compared with
 * `git log --name-only` alone, which only prints them; and what follows from it.
 *
 *     node bench/touched.ts
 *
 * The repository (100,000 commits, about 9 % merges, 8,000 files of long-tailed popularity, some of them
 * renamed) is made once and kept in $FIRSTBAD_BENCH, or in the system's folder for temporary files.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { CommitGraph } from "../src/history/graph.ts";
import { hashOf } from "../src/history/graph-hashes.ts";
import {
  commitsTouching,
  pathIndexOf,
  type TouchedPaths,
  withNewestNames,
} from "../src/history/graph-paths.ts";
import { parseTouchedPaths } from "../src/history/graph-paths-text.ts";
import { releaseAges } from "../src/history/graph-releases.ts";
import { loadGraph } from "../src/history/load-graph.ts";
import { openRepository } from "../src/history/repository.ts";
import { loadTouchedFunctions } from "../src/history/touched-functions.ts";
import { loadTouchedPaths } from "../src/history/touched-paths.ts";
import { type Figure, measured, median, words } from "./figures.ts";

const commits = 100_000;
const files = 8000;
const rounds = 5;
/** Wall time of reading the paths in units of `git log --name-only` that fails the benchmark. */
const mostRatio = 1.5;

const folder = join(process.env.FIRSTBAD_BENCH ?? tmpdir(), `firstbad-bench-touched-${commits}`);
if (!existsSync(folder)) await makeRepository(folder);
const repository = await openRepository(folder);
const tip = git(folder, ["rev-parse", "refs/heads/main"]).trim();
const { graph } = await loadGraph(repository, { tip, exclude: [] });

const printed: Figure[] = [];
const loaded: Figure[] = [];
const parsed: Figure[] = [];
for (let round = 0; round < rounds; round++) {
  printed.push(await measured(async () => print(tip)));
  let text = Buffer.alloc(0);
  loaded.push(
    await measured(async () => {
      text = Buffer.from((await loadTouchedPaths(repository, graph)).text);
    }),
  );
  parsed.push(await measured(async () => void parseTouchedPaths(text, graph)));
}
const { touched, text } = await loadTouchedPaths(repository, graph);
console.log(
  `${graph.count} commits, ${touched.files.length} paths touched, ${touched.paths.length} different, ` +
    `${touched.renames.length} renames, ${(text.length / 1e6).toFixed(1)} MB`,
);
const base = median(printed);
const load = median(loaded);
const [wall, cpu] = [load.wall / base.wall, load.cpu / base.cpu];
console.log(`git log --name-only        ${words(base)}`);
console.log(
  `read the touched paths     ${words(load)}   ratio ${wall.toFixed(2)} wall, ${cpu.toFixed(2)} CPU`,
);
console.log(`  of that, parse them      ${words(median(parsed))}`);
await line("commits of a path, first", async () => void commitsTouching(touched, 0));
await line("newest names", async () => void withNewestNames(touched));
await line("releases of all commits", async () => void releaseAges(graph, releases(graph)));
const hot = busiest(touched);
const touching = commitsTouching(touched, pathIndexOf(touched, hot)).length;
await line(`functions of ${touching} commits`, async () => {
  await loadTouchedFunctions(repository, graph, touched, hot);
});
process.exitCode = wall <= mostRatio ? 0 : 1;

async function line(what: string, work: () => Promise<void>): Promise<void> {
  console.log(`${what.padEnd(26)} ${words(await measured(work))}`);
}

/** What is compared with: the same process spawned, its output thrown away. */
function print(commit: string): void {
  const args = ["log", "--name-only", commit];
  const result = spawnSync("git", args, { cwd: folder, stdio: "ignore" });
  if (result.status !== 0) throw new Error("git log failed");
}

/** A release every 2,000 commits. */
function releases({ count }: CommitGraph): { tag: string; hash: string }[] {
  const all = [];
  for (let i = count - 1; i >= 0; i -= 2000) all.push({ tag: "v1.0", hash: hashOf(graph, i) });
  return all;
}

function busiest(all: TouchedPaths): string {
  const of = (name: string) => commitsTouching(all, pathIndexOf(all, name)).length;
  return all.paths.reduce((most, name) => (of(name) > of(most) ? name : most));
}

async function makeRepository(path: string): Promise<void> {
  console.log(`making ${path}`);
  const unfinished = `${path}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    git(unfinished, ["init", "--quiet", "--bare", "--initial-branch=main", "."]);
    const importer = spawn("git", ["fast-import", "--quiet"], {
      cwd: unfinished,
      stdio: ["pipe", "inherit", "inherit"],
    });
    const ended = once(importer, "exit");
    await pipeline(Readable.from(history()), importer.stdin);
    if ((await ended)[0] !== 0) throw new Error("git fast-import failed");
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** Commits of one to four files each; every eleventh merges what was there a little before. */
function* history(): Generator<string> {
  let state = 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const names = Array.from({ length: files }, (_, n) => `d${n % 23}/s${n % 197}/file${n}.c`);
  const write = (n: number, version: number) => {
    const text = source(n, version);
    return `M 644 inline ${names[n]}\ndata ${text.length}\n${text}`;
  };
  for (let mark = 1; mark <= commits; mark++) {
    const lines = [
      `commit refs/heads/main\nmark :${mark}`,
      `committer A U Thor <author@example.com> ${1_500_000_000 + mark * 100} +0000`,
      "data 5\nwork",
    ];
    if (mark > 50 && mark % 11 === 0) lines.push(`merge :${mark - 2 - random(40)}`);
    if (mark === 1) lines.push(...names.map((_, n) => write(n, 0)));
    for (let k = random(4); mark > 1 && k >= 0; k--) {
      const n = Math.floor(files * (random(1_000_000) / 1_000_000) ** 3);
      if (random(200) === 0) {
        const renamed = `d${mark % 23}/s${n % 197}/file${n}.c`;
        if (renamed !== names[n]) lines.push(`R ${names[n]} ${renamed}`);
        names[n] = renamed;
      }
      lines.push(write(n, mark));
    }
    yield `${lines.join("\n")}\n`;
  }
}

/** Twenty functions, of which the version says one. */
function source(n: number, version: number): string {
  let text = "";
  for (let f = 0; f < 20; f++) {
    const value = f === version % 20 ? version : 0;
    text += `static int work_${n}_${f}(int in)\n{\n\treturn in + ${value};\n}\n\n`;
  }
  return text;
}

function git(cwd: string, args: readonly string[]): string {
  const result = spawnSync("git", args, { cwd, encoding: "latin1" });
  if (result.status !== 0) throw new Error(`git ${args[0]} failed: ${result.stderr}`);
  return result.stdout;
}
