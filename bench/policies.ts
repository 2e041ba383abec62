/**
 * The demo's bug on real kernels under each policy, and the same bug where it is hard to see: a reproducer
 * that fires in three of ten runs, and one whose runs end in another crash in one of ten. For each: the
 * end, whether the right commit was named and how surely, kernels built, machines booted, wall and
 * processor time, as ratios of `--policy git` with four runs a commit. Asked for: wall at most 0.5 of it.
 *
 *     node bench/policies.ts [BUG…]      certain, flaky, unrelated; all where none is named
 *
 * Every bisection begins with no kernel and with the ccache that one build of the crashing commit leaves.
 * Everything is made anew below $FIRSTBAD_BENCH (or the system's folder for temporary files) but for the
 * history. Needs root, for control groups. Takes some ten minutes.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { losesReference } from "../demo/culprit.ts";
import { flakyReproducer } from "../demo/flaky-repro.ts";
import { makeDemoHistory } from "../demo/history.ts";
import { demoJob } from "../demo/job.ts";
import type { BisectionEvent } from "../src/event/index.ts";
import { CpuGroup } from "./cpu-group.ts";

const bugs = {
  certain: { crash: 1, unrelated: 0 },
  flaky: { crash: 0.3, unrelated: 0 },
  unrelated: { crash: 0.9, unrelated: 0.1 },
} as const;
const policies = ["git", "syzbot-2026", "adaptive"] as const;

interface Figures {
  readonly end: string;
  readonly isRight: boolean;
  readonly confidence: number | null;
  readonly kernels: number;
  readonly boots: number;
  readonly wall: number;
  readonly cpu: number;
}

const root = join(import.meta.dirname, "..");
const program = join(root, "bin/firstbad");
const folder = join(process.env.FIRSTBAD_BENCH ?? tmpdir(), "firstbad-bench-policies");
const { signal } = new AbortController();
const history = await makeDemoHistory({ folder, signal });
const warm = join(folder, "warm");
warmUp();

const named = process.argv.slice(2) as (keyof typeof bugs)[];
for (const bug of named.length > 0 ? named : (Object.keys(bugs) as (keyof typeof bugs)[])) {
  console.log(
    `\n${bug}: crashes in ${bugs[bug].crash} of the runs, of something else in ${bugs[bug].unrelated}`,
  );
  row("", "end", "right", "stated", "kernels", "boots", "wall s", "cpu s", "wall", "cpu");
  let peer: Figures | null = null;
  for (const policy of policies) {
    const figures = await bisected(bug, policy);
    peer ??= figures;
    row(
      policy,
      figures.end,
      figures.isRight ? "yes" : "NO",
      figures.confidence?.toFixed(4) ?? "-",
      `${figures.kernels}`,
      `${figures.boots}`,
      figures.wall.toFixed(0),
      figures.cpu.toFixed(0),
      (figures.wall / peer.wall).toFixed(2),
      (figures.cpu / peer.cpu).toFixed(2),
    );
  }
}

/** Builds the crashing commit once: what it leaves in ccache is what every bisection begins with. */
function warmUp(): void {
  rmSync(warm, { recursive: true, force: true });
  console.error("building the crashing commit");
  const words = ["test", history.crashes, "--job", jobOf("certain"), "--runs", "1"];
  const env = { ...process.env, FIRSTBAD_HOME: warm };
  // It crashes, which its exit code says.
  spawnSyncQuietly(words, env);
}

function spawnSyncQuietly(words: readonly string[], env: NodeJS.ProcessEnv): void {
  try {
    execFileSync(program, words, { env, stdio: "ignore" });
  } catch (error) {
    if ((error as { status?: number }).status !== 1) throw error;
  }
}

async function bisected(bug: keyof typeof bugs, policy: string): Promise<Figures> {
  const home = join(folder, "home");
  rmSync(home, { recursive: true, force: true });
  mkdirSync(join(home, "cache"), { recursive: true });
  for (const kept of ["ccache", "initramfs"]) {
    cpSync(join(warm, "cache", kept), join(home, "cache", kept), {
      recursive: true,
      preserveTimestamps: true,
    });
  }
  console.error(`${bug}: ${policy}`);
  const group = new CpuGroup(`${bug}-${policy}`);
  const begin = performance.now();
  const runs = policy === "git" ? ["--runs", "4"] : [];
  const words = ["bisect", jobOf(bug), "--policy", policy, ...runs, "--quiet"];
  const child = spawn(...group.inside(program, words), {
    env: { ...process.env, FIRSTBAD_HOME: home },
    stdio: ["ignore", "ignore", "inherit"],
  });
  await once(child, "exit");
  const wall = (performance.now() - begin) / 1000;
  const [id = ""] = readdirSync(join(home, "bisections"));
  const events = readFileSync(join(home, "bisections", id, "events.ndjson"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as BisectionEvent);
  const concluded = events.findLast((event) => event.kind === "concluded");
  if (concluded === undefined) throw new Error(`${policy} did not end`);
  const { culprit, end, confidence } = concluded;
  const count = (kind: BisectionEvent["kind"]) =>
    events.filter((event) => event.kind === kind).length;
  return {
    end,
    isRight: culprit !== null && (await losesReference(history.repository, culprit)),
    confidence,
    kernels: count("kernel-built"),
    boots: count("run-finished"),
    wall,
    cpu: group.seconds(),
  };
}

function jobOf(bug: keyof typeof bugs): string {
  const place = join(folder, bug);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "repro.c"), flakyReproducer(bugs[bug]));
  const path = join(place, "firstbad.yaml");
  writeFileSync(path, JSON.stringify(demoJob(history.repository, "repro.c")));
  return path;
}

function row(...cells: readonly string[]): void {
  console.log(cells.map((cell, n) => (n === 0 ? cell.padEnd(12) : cell.padStart(9))).join(" "));
}
