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
import type { PastTest } from "../src/search/rules.ts";
import type { Bug } from "../src/simulate/bug.ts";
import { knownCosts } from "../src/simulate/costs.ts";
import type { SimulatedHistory } from "../src/simulate/dag-file.ts";
import {
  type Bisected,
  type Simulation,
  type Summary,
  simulate,
} from "../src/simulate/simulate.ts";
import { cleanWorld, realWorld } from "../src/simulate/world.ts";
import { boundsOf } from "./bounds.ts";
import { benchHistory, realCulprits } from "./histories.ts";
import { madeHistory } from "./made-history.ts";

const { values } = parseArgs({
  options: {
    dags: { type: "string" },
    graph: { type: "string", default: "uboot-13k" },
    rows: { type: "string", default: "real,clean,bounds,builders,rare,useless,grid,pairs,latency" },
    bugs: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});
/** Least crash rate of a reproducer that is not called rare. */
const rare = 0.3;
const causes: readonly { cause: string; fits: (bug: Bug) => boolean }[] = [
  {
    cause: "culprit or parent does not build",
    fits: (bug) => bug.stretches.some(({ commits }) => atCulprit(bug, commits)),
  },
  {
    cause: "culprit or parent hidden in each run",
    fits: (bug) =>
      bug.otherBug?.foreign === true &&
      bug.otherBug.rate === 1 &&
      atCulprit(bug, bug.otherBug.commits),
  },
  { cause: "another bug looks the same", fits: ({ otherBug }) => otherBug?.foreign === false },
  { cause: "seldom crashes", fits: ({ crashRate }) => crashRate < rare },
  { cause: "another bug hides it here and there", fits: ({ otherBug }) => otherBug !== null },
  { cause: "other commits do not build", fits: ({ stretches }) => stretches.length > 0 },
  { cause: "none of these", fits: () => true },
];

const dags = values.dags ?? null;
const seed = Number(values.seed);
const bugsOr = (usual: number) => (values.bugs === undefined ? usual : Number(values.bugs));
const syzbot2022 = policyNamed("syzbot-2022");
const syzbot2026 = policyNamed("syzbot-2026");
/**
 * What the study simulated for syzbot in 2022: 10 runs of each commit, whether the reproducer is flaky or
 * not. The program made 20 from the first commit on that crashed in fewer runs than were clean.
 */
const syzbotOfStudy: Policy = {
  ...syzbot2022,
  name: "syzbot-2022, never flaky",
  rules: {
    ...syzbot2022.rules,
    runs: (situation) =>
      syzbot2022.rules.runs({ ...situation, tests: situation.tests.map(asSteady) }),
  },
};

function asSteady(test: PastTest): PastTest {
  return { ...test, clean: test.crashed > 0 ? 0 : test.clean };
}

/** The history of the rows, read once. */
let usual: SimulatedHistory | null = null;

const rows: Readonly<Record<string, () => Promise<void>>> = {
  real: measureReal,
  clean: measureClean,
  bounds: measureBounds,
  builders: measureBuilders,
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
  const blindly: Bisected[] = [];
  const [ours] = await run([adaptivePolicy], of, every);
  const [blind] = await run([adaptivePolicy], { ...of, prior: "none" }, blindly);
  const [three] = await run([adaptivePolicy], { ...of, builders: 3 });
  const [theirs, steady, newer] = await run([syzbot2022, syzbotOfStudy, syzbot2026], of);
  if (!ours || !theirs || !steady || !newer || !three || !blind) return;
  say("adaptive, 1 builder", ours);
  say("adaptive, 3 builders", three);
  say("adaptive, no prior", blind);
  say("syzbot-2022", theirs);
  say("syzbot-2022, never flaky", steady);
  say("syzbot-2026", newer);
  compare(ours, three, theirs);
  sayCauses(every);
  sayReliability("with a report", every);
  sayReliability("no prior", blindly);
}

/** What errors and costs come from, each bug in the first group that it fits. */
function sayCauses(every: readonly Bisected[]): void {
  console.log("cause                                bugs  right    open  builds  runs");
  const left = new Set(every);
  for (const { cause, fits } of causes) {
    const bugs = [...left].filter(({ bug }) => fits(bug));
    for (const one of bugs) left.delete(one);
    const mean = (of: (one: Bisected) => number) =>
      (bugs.reduce((sum, one) => sum + of(one), 0) / Math.max(1, bugs.length)).toFixed(1);
    const right = bugs.filter(({ named, bug }) => named === bug.culprit).length;
    const open = bugs.filter(({ found }) => !found).length;
    console.log(
      `${cause.padEnd(36)} ${String(bugs.length).padEnd(5)} ${percent(right / Math.max(1, bugs.length)).padEnd(8)} ` +
        `${String(open).padEnd(5)} ${mean(({ builds }) => builds).padEnd(7)} ${mean(({ runs }) => runs)}`,
    );
  }
}

function atCulprit({ culprit }: Bug, marked: Uint8Array): boolean {
  const { parents, parentStart } = (usual as SimulatedHistory).graph;
  const near = parents.subarray(parentStart[culprit], parentStart[culprit + 1]);
  return [culprit, ...near].some((commit) => marked[commit] === 1);
}

/** How often results are right, by what is stated. */
function sayReliability(what: string, every: readonly Bisected[]): void {
  console.log(`stated, ${what}`.padEnd(24), "bugs   on average  right");
  const borders = [0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01];
  borders.slice(0, -1).forEach((from, n) => {
    const to = borders[n + 1] as number;
    const stated = (one: Bisected) => one.confidence ?? one.posterior ?? 0;
    const within = every.filter((one) => stated(one) >= from && stated(one) < to);
    const mean = within.reduce((sum, one) => sum + stated(one), 0) / Math.max(1, within.length);
    const right = within.filter(({ named, bug }) => named === bug.culprit).length;
    const share = within.length === 0 ? "-" : percent(right / within.length);
    console.log(
      `from ${from.toFixed(2)}`.padEnd(24),
      `${String(within.length).padEnd(6)} ${mean.toFixed(3)}       ${share}`,
    );
  });
}

/** What no search can do better on the same bugs. */
async function measureBounds(): Promise<void> {
  usual ??= benchHistory(dags, values.graph, 13_000);
  for (const [name, world] of [
    ["real", realWorld],
    ["clean", cleanWorld],
  ] as const) {
    const { decidable, right, bits } = boundsOf(usual, world, { seed, bugs: bugsOr(400) });
    console.log(
      `${name}: ${percent(decidable)} can be decided, right at most ${percent(right)}, ` +
        `${bits.toFixed(2)} bits and so ${(bits + 1).toFixed(1)} builds at least`,
    );
  }
}

/** Three builders whose builds take up to half more or less: asked again after each test, or after rounds. */
async function measureBuilders(): Promise<void> {
  for (const [name, world] of [
    ["real", realWorld],
    ["clean", cleanWorld],
  ] as const) {
    for (const planning of ["rounds", "anew"] as const) {
      const of = { world, bugs: bugsOr(300), builders: 3, uneven: 0.5, planning };
      const [one] = await run([adaptivePolicy], of);
      if (one) say(`${name}, 3 builders, ${planning}`, one);
    }
  }
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
