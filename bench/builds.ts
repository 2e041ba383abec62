/**
 * What the build of a kernel costs, by what is there already, against a build from nothing: the next commit
 * in a slot that has built the one before, a new slot with ccache filled, and, as people do by hand, a
 * second worktree at a path of its own with ccache filled from the first. The demo's history, UML with KASAN.
 *
 *     node bench/builds.ts [--steps 8]
 *
 * Everything is made anew below $FIRSTBAD_BENCH (or the system's folder for temporary files) but for the
 * history. Four builds from nothing: some ten minutes. Needs root, for the control group that counts.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { type DemoHistory, makeDemoHistory } from "../demo/history.ts";
import { createKernelBuilder } from "../src/kernel/builder.ts";
import { CpuGroup } from "./cpu-group.ts";

const { values } = parseArgs({
  options: { steps: { type: "string", default: "8" }, row: { type: "string" } },
});
const steps = Number(values.steps);
const folder = join(process.env.FIRSTBAD_BENCH ?? tmpdir(), "firstbad-bench-builds");
const cache = join(folder, "cache");
const fragment = join(import.meta.dirname, "../demo/kernel/uml.config");
const history = await makeDemoHistory({ folder, signal: new AbortController().signal });

const rows: readonly { name: string; builds: number; work: () => Promise<void> | void }[] = [
  {
    name: "from nothing",
    builds: 1,
    work: () => {
      forget("");
      return built([history.crashes]);
    },
  },
  { name: "the next commit, in its slot", builds: steps, work: () => built(olderCommits(history)) },
  {
    name: "in a new slot, ccache filled",
    builds: 1,
    work: () => {
      forget("slots", "inputs", "kernels");
      return built([history.crashes]);
    },
  },
  { name: "by hand, from nothing", builds: 1, work: () => byHand("first") },
  { name: "by hand, in a second worktree", builds: 1, work: () => byHand("second") },
];

const row = rows.find(({ name }) => name === values.row);
if (row === undefined) allRows();
else await row.work();

function allRows(): void {
  console.log(`${"".padEnd(32)} CPU s a build   ratio   wall s`);
  rmSync(join(folder, "by-hand"), { recursive: true, force: true });
  let first: number | null = null;
  for (const { name, builds } of rows) {
    const group = new CpuGroup(name.replace(/\W+/g, "-"));
    const words = [import.meta.filename, "--row", name, "--steps", `${steps}`];
    const [command, args] = group.inside(process.execPath, words);
    const begin = performance.now();
    const { status } = spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
    if (status !== 0) throw new Error(`${name} ended with ${status}`);
    const cpu = group.seconds() / builds;
    first ??= cpu;
    const wall = (performance.now() - begin) / 1000 / builds;
    console.log(
      [
        name.padEnd(32),
        cpu.toFixed(1).padStart(13),
        (cpu / first).toFixed(3).padStart(7),
        wall.toFixed(1).padStart(8),
      ].join(" "),
    );
  }
}

/** Forgets these parts of the cache; all of it for "". */
function forget(...parts: readonly string[]): void {
  for (const part of parts) rmSync(join(cache, part), { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
}

async function built(commits: readonly string[]): Promise<void> {
  const { repository } = history;
  const builder = await createKernelBuilder({ repository, cache, slots: 1 });
  const fragments = [readFileSync(fragment, "utf8")];
  const config = { kind: "base", base: "allnoconfig", fragments } as const;
  for (const commit of commits) {
    const result = await builder.build({ commit, patches: [], arch: "um", config }, {});
    if (result.kind === "failed") throw new Error(result.excerpt.join("\n"));
  }
  await builder.close();
}

/** The commits before the tip that build, newest first, each the first parent of the one before. */
function olderCommits({ repository, crashes, unbuildable }: DemoHistory): string[] {
  const words = ["-C", repository, "rev-list", "--first-parent", "--skip=1", "--max-count=100"];
  const all = execFileSync("git", [...words, crashes], { encoding: "utf8" })
    .trimEnd()
    .split("\n");
  return all.filter((commit) => !unbuildable.includes(commit)).slice(0, steps);
}

/** A worktree and a build folder of their own, called `name`, and a ccache that all such share. */
function byHand(name: string): void {
  const place = join(folder, "by-hand", name);
  const [src, out] = [join(place, "src"), join(place, "out")];
  mkdirSync(out, { recursive: true });
  const git = ["-C", history.repository];
  execFileSync("git", [...git, "worktree", "prune"]);
  execFileSync("git", [...git, "worktree", "add", "--quiet", "--detach", src, history.crashes]);
  const env = {
    ...{ PATH: process.env.PATH, LC_ALL: "C", LOCALVERSION: "" },
    CCACHE_DIR: join(folder, "by-hand/ccache"),
    KCONFIG_ALLCONFIG: fragment,
  };
  const make = (...words: string[]) =>
    execFileSync("make", ["-C", src, `O=${out}`, "ARCH=um", "CC=ccache gcc", ...words], {
      env,
      stdio: ["ignore", "ignore", "pipe"],
    });
  make("allnoconfig");
  make(`-j${availableParallelism()}`, "linux");
}
