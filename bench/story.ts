/**
 * The demo's bisection on real kernels, its search compared with `git bisect run` and the script that a
 * person writes by hand (peer/bisect-step.sh): the same history, ends, commits, config, initramfs and
 * number of runs. Both begin with the clean end built, ccache included. Asked for: at most 1.1 times its
 * wall and CPU time, better 0.9.
 *
 *     node bench/story.ts
 *
 * Everything is made anew below $FIRSTBAD_BENCH (or the system's folder for temporary files) but for
 * the history. Takes some minutes.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { makeDemoHistory } from "../demo/history.ts";
import type { BisectionEvent, EventOf, ProbeStage } from "../src/event/index.ts";
import { durationText } from "../src/report/duration.ts";
import { CpuGroup } from "./cpu-group.ts";

interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

interface Outcome {
  readonly culprit: string;
  readonly tested: readonly string[];
  readonly search: Cost;
}

const root = join(import.meta.dirname, "..");
const folder = join(process.env.FIRSTBAD_BENCH ?? tmpdir(), "firstbad-bench-story");
const history = await makeDemoHistory({ folder, signal: new AbortController().signal });
const home = join(folder, "home");
rmSync(home, { recursive: true, force: true });

const { ours, phases, range } = await runOurs();
const peer = runPeer(range);

console.log(`\n${range.commits} commits, ${ours.tested.length} tested, 4 runs each`);
console.log(`same commits: ${ours.tested.join() === peer.tested.join() ? "yes" : "NO"}`);
console.log(`same culprit: ${ours.culprit === peer.culprit ? "yes" : "NO"} (${ours.culprit})`);
row("", "wall", "cpu");
row("git bisect run, search", ...texts(peer.search));
row("firstbad, search", ...texts(ours.search));
row(
  "ratio",
  (ours.search.wall / peer.search.wall).toFixed(2),
  (ours.search.cpu / peer.search.cpu).toFixed(2),
);
console.log("apart from that, firstbad:");
for (const [stage, cost] of phases) if (stage !== "search") row(`  ${stage}`, ...texts(cost));

/** firstbad with an empty home; its phases are told apart by its events, as they are written. */
async function runOurs() {
  const group = new CpuGroup("ours");
  const job = join(root, "demo/firstbad.yaml");
  const words = ["bisect", job, "--repo", history.repository, "--events", "-"];
  const child = spawn(...group.inside(join(root, "bin/firstbad"), words), {
    env: { ...process.env, FIRSTBAD_HOME: home },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const phases = new Map<string, Cost>();
  const tested: string[] = [];
  let range: EventOf<"graph-loaded"> | null = null;
  let culprit: string | null = null;
  let [phase, since]: [ProbeStage | "begin", Cost] = ["begin", cost(group)];
  const close = (next: typeof phase) => {
    const now = cost(group);
    const sum = phases.get(phase) ?? { wall: 0, cpu: 0 };
    const more = { wall: now.wall - since.wall, cpu: now.cpu - since.cpu };
    phases.set(phase, { wall: sum.wall + more.wall, cpu: sum.cpu + more.cpu });
    [phase, since] = [next, now];
  };
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith("{")) continue;
    const event = JSON.parse(line) as BisectionEvent;
    if (event.kind === "graph-loaded") range = event;
    if (event.kind === "probe-chosen") {
      close(event.stage);
      if (event.stage === "search") tested.push(...event.probes.map(({ commit }) => commit));
    }
    if (event.kind === "concluded") {
      close(phase);
      culprit = event.culprit;
    }
  }
  await ended;
  const search = phases.get("search");
  if (range === null || culprit === null || search === undefined) throw new Error("no culprit");
  return { ours: { culprit, tested, search } satisfies Outcome, phases, range };
}

/** The same by hand: a work tree, a build folder, the ends built, then `git bisect run`. */
function runPeer({ after, before: [before = ""] }: EventOf<"graph-loaded">): Outcome {
  const place = join(folder, "peer");
  rmSync(place, { recursive: true, force: true });
  const [tree, out] = [join(place, "tree"), join(place, "out")];
  mkdirSync(out, { recursive: true });
  const git = (...words: string[]) =>
    execFileSync("git", ["-C", tree, ...words], { stdio: ["ignore", "pipe", "ignore"] }).toString();
  execFileSync("git", ["clone", "--quiet", "--shared", "--no-checkout", history.repository, tree]);
  const [config] = execFileSync("find", [join(home, "cache/slots"), "-path", "*/0/out/.config"], {
    encoding: "utf8",
  }).split("\n");
  copyFileSync(config ?? "", join(out, ".config"));
  const initramfs = join(home, "cache/initramfs");
  const env = {
    ...process.env,
    CCACHE_DIR: join(place, "ccache"),
    OUT: out,
    INITRD: join(initramfs, readdirSync(initramfs)[0] ?? ""),
    CC: "ccache gcc",
    DONE: "firstbad: done",
    STEPS: join(place, "steps"),
  };
  const step = join(root, "bench/peer/bisect-step.sh");
  console.error("git bisect run: building the ends");
  for (const end of [after, before]) {
    git("checkout", "--quiet", "--detach", end);
    spawnSync(step, { cwd: tree, env, stdio: ["ignore", "inherit", "inherit"] });
  }
  rmSync(env.STEPS);
  git("bisect", "start", after, before);
  const group = new CpuGroup("peer");
  const begin = cost(group);
  spawnSync(...group.inside("git", ["bisect", "run", step]), {
    cwd: tree,
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const end = cost(group);
  const tested = readFileSync(env.STEPS, "utf8")
    .trim()
    .split("\n")
    .map((line) => git("rev-parse", line.split(" ")[0] ?? "").trim());
  return {
    culprit: git("rev-parse", "refs/bisect/bad").trim(),
    tested,
    search: { wall: end.wall - begin.wall, cpu: end.cpu - begin.cpu },
  };
}

/** Time now, and CPU seconds of all that ran in the group so far, whoever its parent was. */
function cost(group: CpuGroup): Cost {
  return { wall: performance.now() / 1000, cpu: group.seconds() };
}

function texts({ wall, cpu }: Cost): [string, string] {
  return [durationText(wall), durationText(cpu)];
}

function row(...cells: string[]): void {
  console.log(cells.map((cell, n) => (n === 0 ? cell.padEnd(26) : cell.padStart(9))).join(" "));
}
