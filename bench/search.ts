/**
 * The adaptive search against the policies of syzbot, on the same simulated bugs with the same coin
 * flips: right answers, builds, runs, minutes, how often a stated confidence is true, and how long a
 * decision takes.
 *
 *     node bench/search.ts [--dags FOLDER] [--graph uboot-13k] [--rows real,clean,…] [--bugs N] [--seed S]
 *
 * `--dags`: a folder of commit graphs (`NAME.jsonl.gz`); without it, a made-up history of the same size.
 * Each row takes one to three minutes on one processor.
 */
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { adaptivePolicy } from "../src/search/adaptive/adaptive-policy.ts";
import { policyNamed } from "../src/search/policies.ts";
import type { Policy } from "../src/search/policy.ts";
import { knownCosts } from "../src/simulate/costs.ts";
import type { SimulatedHistory } from "../src/simulate/dag-file.ts";
import {
  type Bisected,
  type Simulation,
  type Summary,
  simulate,
} from "../src/simulate/simulate.ts";
import { cleanWorld, realWorld } from "../src/simulate/world.ts";
import { benchHistory, realCulprits } from "./histories.ts";
import { madeHistory } from "./made-history.ts";

const { values } = parseArgs({
  options: {
    dags: { type: "string" },
    graph: { type: "string", default: "uboot-13k" },
    rows: { type: "string", default: "real,clean,rare,useless,grid,pairs,latency" },
    bugs: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});
const dags = values.dags ?? null;
const seed = Number(values.seed);
const bugsOr = (usual: number) => (values.bugs === undefined ? usual : Number(values.bugs));
const syzbot2022 = policyNamed("syzbot-2022");
const syzbot2026 = policyNamed("syzbot-2026");

/** The history of the rows, read once. */
let usual: SimulatedHistory | null = null;

const rows: Readonly<Record<string, () => Promise<void>>> = {
  real: measureReal,
  clean: measureClean,
  rare: measureRare,
  useless: measureUseless,
  grid: measureGrid,
  pairs: measurePairs,
  latency: measureLatency,
};
for (const row of values.rows.split(",")) {
  const measure = rows[row];
  if (measure === undefined) throw new Error(`no row ${row}; there are ${Object.keys(rows)}`);
  console.log(`\n## ${row}`);
  await measure();
}

/** The mix of troubles of real bisections. */
async function measureReal(): Promise<void> {
  const of = { world: realWorld, bugs: bugsOr(800) };
  const every: Bisected[] = [];
  const [ours, theirs, newer] = await run([adaptivePolicy, syzbot2022, syzbot2026], of, every);
  const [three] = await run([adaptivePolicy], { ...of, builders: 3 });
  const [blind] = await run([adaptivePolicy], { ...of, prior: "none" });
  if (!ours || !theirs || !newer || !three || !blind) return;
  say("adaptive, 1 builder", ours);
  say("adaptive, 3 builders", three);
  say("adaptive, no prior", blind);
  say("syzbot-2022", theirs);
  say("syzbot-2026", newer);
  compare(ours, three, theirs);
  console.log("stated   bugs   right");
  const adaptive = every.filter(({ policy }) => policy === adaptivePolicy.name);
  const borders = [0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01];
  borders.slice(0, -1).forEach((from, n) => {
    const to = borders[n + 1] as number;
    const within = adaptive.filter((one) => {
      const stated = one.confidence ?? one.posterior ?? 0;
      return stated >= from && stated < to;
    });
    const right = within.filter(({ named, bug }) => named === bug.culprit).length;
    const share = within.length === 0 ? "-" : percent(right / within.length);
    console.log(`${from.toFixed(2)}     ${String(within.length).padEnd(6)} ${share}`);
  });
}

/** Nothing goes wrong. */
async function measureClean(): Promise<void> {
  const of = { world: cleanWorld, bugs: bugsOr(300) };
  const [ours, theirs] = await run([adaptivePolicy, syzbot2022], of);
  const [three] = await run([adaptivePolicy], { ...of, builders: 3 });
  const [blind] = await run([adaptivePolicy], { ...of, prior: "none" });
  if (!ours || !theirs || !three || !blind) return;
  say("adaptive, 1 builder", ours);
  say("adaptive, 3 builders", three);
  say("adaptive, no prior", blind);
  say("syzbot-2022", theirs);
  compare(ours, three, theirs);
}

/** Reproducers that seldom fire, with and without unrelated crashes. */
async function measureRare(): Promise<void> {
  for (const crashRate of [0.2, 0.1]) {
    for (const unrelatedRate of [0, 0.02]) {
      const world = { ...cleanWorld, crashRate, unrelatedRate };
      const all = await run([adaptivePolicy, syzbot2022, syzbot2026], { world, bugs: bugsOr(300) });
      for (const one of all) say(`p=${crashRate} q=${unrelatedRate} ${one.policy}`, one);
    }
  }
}

/** A report that points elsewhere. */
async function measureUseless(): Promise<void> {
  const world = { ...cleanWorld, crashRate: 0.9, unrelatedRate: 0.02 };
  const [none] = await run([adaptivePolicy], { world, bugs: bugsOr(300), prior: "none" });
  const [useless] = await run([adaptivePolicy], { world, bugs: bugsOr(300), prior: "useless" });
  if (!none || !useless) return;
  say("no prior", none);
  say("useless prior", useless);
  console.log(`builds: ${(useless.builds / none.builds).toFixed(2)} times`);
}

/** Whether what is stated with 0.99 is right, whatever goes wrong. */
async function measureGrid(): Promise<void> {
  let [claimed, right] = [0, 0];
  for (const crashRate of [1, 0.5, 0.2, 0.1]) {
    for (const unrelatedRate of [0, 0.02]) {
      for (const broken of [0, 0.1]) {
        const world = { ...cleanWorld, crashRate, unrelatedRate, broken };
        const [one] = await run([adaptivePolicy], { world, bugs: bugsOr(100) });
        if (one === undefined) continue;
        say(`p=${crashRate} q=${unrelatedRate} broken=${broken}`, one);
        claimed += one.claimed;
        right += one.claimedRight;
      }
    }
  }
  console.log(`stated with 0.99: ${claimed}, right ${percent(right / claimed)}`);
}

/** Real culprits, the files of their fixes standing in for those of a crash report. */
async function measurePairs(): Promise<void> {
  const history = benchHistory(dags, values.graph, 13_000);
  const culprits = dags === null ? [] : realCulprits(dags, values.graph, history);
  if (culprits.length === 0) {
    console.log("no pairs of fixes and culprits: give --dags");
    return;
  }
  for (const [name, crashRate, unrelatedRate] of [
    ["p=1", 1, 0],
    ["p=0.5 q=0.02", 0.5, 0.02],
  ] as const) {
    const world = { ...cleanWorld, crashRate, unrelatedRate };
    const of = { history, culprits, bugs: culprits.length, world };
    for (const one of await run([adaptivePolicy, syzbot2022], of))
      say(`${name} ${one.policy}`, one);
  }
}

/** How long a decision takes, and how much memory, as the history grows. */
async function measureLatency(): Promise<void> {
  const histories = [
    () => benchHistory(dags, "uboot-13k", 13_000),
    () => benchHistory(dags, "uboot-107k", 107_000),
    () => madeHistory(1_000_000),
  ];
  for (const make of histories) {
    const history = make();
    const before = process.memoryUsage();
    const bugs = history.graph.count > 500_000 ? 3 : 12;
    const [one] = await run([adaptivePolicy], { history, world: realWorld, bugs });
    const after = process.memoryUsage();
    const used = after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed;
    const megabytes = Math.max(0, used / 2 ** 20);
    console.log(
      `${history.name}: ${history.graph.count} commits, p95 ${one?.decisionMsP95.toFixed(1)} ms, ` +
        `${megabytes.toFixed(0)} MiB more, ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB at most in all`,
    );
  }
}

type Wanted = Pick<Simulation, "world" | "bugs"> & Partial<Simulation>;

async function run(
  policies: readonly Policy[],
  wanted: Wanted,
  every: Bisected[] = [],
): Promise<Summary[]> {
  usual ??= benchHistory(dags, values.graph, 13_000);
  const simulation: Simulation = {
    history: usual,
    policies,
    prior: "report",
    seed,
    costs: knownCosts.gce,
    builders: 1,
    confidence: 0.99,
    ...wanted,
  };
  return simulate(
    simulation,
    () => performance.now(),
    (_, bisected) => {
      every.push(...bisected);
    },
  );
}

function say(what: string, one: Summary): void {
  const claims =
    one.claimed === 0 ? "none" : `${one.claimed}, ${percent(one.claimedRight / one.claimed)} right`;
  console.log(
    `${what.padEnd(32)} N=${one.bugs} right ${percent(one.correct / one.bugs)} builds ${one.builds.toFixed(1)} ` +
      `runs ${one.runs.toFixed(1)} min ${one.minutes.toFixed(1)} (95 %: ${one.minutesP95.toFixed(0)}) ` +
      `stated with 0.99: ${claims} open ${one.inconclusive} p95 ${one.decisionMsP95.toFixed(1)} ms`,
  );
}

function compare(ours: Summary, three: Summary, theirs: Summary): void {
  const times = (a: number, b: number) => `1/${(b / a).toFixed(2)}`;
  const points = (100 * (ours.correct - theirs.correct)) / ours.bugs;
  console.log(
    `of syzbot-2022: right ${points >= 0 ? "+" : ""}${points.toFixed(1)} points, builds ${times(ours.builds, theirs.builds)}, ` +
      `runs ${times(ours.runs, theirs.runs)}, minutes ${times(ours.minutes, theirs.minutes)}, ` +
      `with 3 builders ${times(three.minutes, theirs.minutes)}`,
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
