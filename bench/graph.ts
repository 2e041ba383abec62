/**
 * How long it takes to read the commit graph of a large repository and to prepare it for a search,
 * compared with `git rev-list --parents` alone, which only prints it. Asked for: at most three times.
 *
 *     node bench/graph.ts
 *
 * The repository (100,000 commits, about 9 % merges) is made once and kept in $FIRSTBAD_BENCH, or in
 * the system's folder for temporary files.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommitGraph } from "../src/history/graph.ts";
import { indexOf } from "../src/history/graph-hashes.ts";
import { countMerges } from "../src/history/graph-walk.ts";
import { loadGraph } from "../src/history/load-graph.ts";
import { openRepository } from "../src/history/repository.ts";
import { gitPolicy } from "../src/search/git/git-policy.ts";
import { type Figure, measured, median, words, worst } from "./figures.ts";

const commits = 100_000;
const rounds = 7;

const folder = join(process.env.FIRSTBAD_BENCH ?? tmpdir(), `firstbad-bench-graph-${commits}`);
if (!existsSync(folder)) makeRepository(folder);
const repository = await openRepository(folder);
const tip = git(folder, ["rev-parse", "refs/heads/main"]).trim();

const printed: Figure[] = [];
const loaded: Figure[] = [];
const decided: Figure[] = [];
for (let round = 0; round < rounds; round++) {
  printed.push(await measured(async () => print(tip)));
  let graph: CommitGraph | null = null;
  loaded.push(
    await measured(async () => {
      ({ graph } = await loadGraph(repository, { tip, exclude: [] }));
      if (indexOf(graph, tip) !== commits - 1) throw new Error("the tip is not the last commit");
    }),
  );
  decided.push(await measured(async () => void decide(graph!)));
  if (round === 0) console.log(`${graph!.count} commits, ${countMerges(graph!)} merges`);
}

const base = median(printed);
console.log(`git rev-list --parents   ${words(base)}`);
const load = median(loaded);
const [wall, cpu] = [load.wall / base.wall, load.cpu / base.cpu];
console.log(
  `read and prepare         ${words(load)}   ratio ${wall.toFixed(2)} wall, ${cpu.toFixed(2)} CPU`,
);
console.log(`first decision of "git"  ${words(median(decided))}   worst ${words(worst(decided))}`);
process.exitCode = wall <= 3 ? 0 : 1;

/** What is compared with: the same process spawned, its output thrown away. */
function print(commit: string): void {
  const result = spawnSync("git", ["rev-list", "--parents", commit], {
    cwd: folder,
    stdio: "ignore",
  });
  if (result.status !== 0) throw new Error("git rev-list failed");
}

function decide(graph: CommitGraph): void {
  const state = {
    graph,
    after: graph.count - 1,
    evidence: [],
    crashMeans: "after",
    runs: 1,
  } as const;
  const decision = gitPolicy.next(state);
  if (decision.kind !== "probe") throw new Error(`nothing to test: ${decision.kind}`);
}

/** Subsystem branches that fork from the main line, take topic branches, and are merged into it. */
function makeRepository(path: string): void {
  console.log(`making ${path}`);
  const unfinished = `${path}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    git(unfinished, ["init", "--quiet", "--bare", "--initial-branch=main", "."]);
    git(unfinished, ["fast-import", "--quiet"], history());
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function history(): string {
  const stream: string[] = [];
  let state = 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  let made = 0;
  const add = (parents: readonly number[]): number => {
    made += 1;
    stream.push(
      `commit refs/heads/main\nmark :${made}`,
      `committer A U Thor <author@example.com> ${1_500_000_000 + made * 100 - random(50)} +0000`,
      "data 5\nwork\n",
      ...parents.map((parent, k) => `${k === 0 ? "from" : "merge"} :${parent}`),
    );
    return made;
  };
  let main = add([]);
  const lines = Array.from({ length: 12 }, () => main);
  // The last commit brings all lines together.
  while (made < commits - 1) {
    const line = random(lines.length);
    const draw = random(1000);
    const room = commits - 1 - made;
    if (draw < 40) {
      main = add([main, lines[line]!]);
    } else if (draw < 60) {
      lines[line] = add([lines[line]!, main]);
    } else if (draw < 110 && room > 8) {
      // A topic of a few commits beside one of the line, merged by its maintainer.
      let topic = lines[line]!;
      for (let k = random(6); k >= 0; k--) topic = add([topic]);
      lines[line] = add([add([lines[line]!]), topic]);
    } else {
      lines[line] = add([lines[line]!]);
    }
  }
  add([main, ...new Set(lines)]);
  // A last line without its end makes fast-import repeat it until memory is exhausted.
  return `${stream.join("\n")}\n`;
}

function git(cwd: string, args: readonly string[], input = ""): string {
  const result = spawnSync("git", args, { cwd, input, encoding: "latin1", maxBuffer: 1 << 28 });
  if (result.status !== 0) throw new Error(`git ${args[0]} failed: ${result.stderr}`);
  return result.stdout;
}
