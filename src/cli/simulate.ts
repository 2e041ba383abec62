import { readFile, stat } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { gunzipSync } from "node:zlib";
import { Failure } from "../failure/failure.ts";
import { withNewestNames } from "../history/graph-paths.ts";
import { parseGraph } from "../history/graph-text.ts";
import { loadGraph } from "../history/load-graph.ts";
import { openRepository } from "../history/repository.ts";
import { resolveCommit } from "../history/resolve-commit.ts";
import { loadTouchedPaths } from "../history/touched-paths.ts";
import { usualRepairBuilds } from "../job/backports.ts";
import { columns } from "../report/columns.ts";
import { durationText } from "../report/duration.ts";
import { policies } from "../search/policies.ts";
import type { Costs } from "../search/reckoning.ts";
import { knownCosts } from "../simulate/costs.ts";
import { readDagFile, type SimulatedHistory } from "../simulate/dag-file.ts";
import { type PriorKind, type Summary, simulate } from "../simulate/simulate.ts";
import { cleanWorld, realWorld, type World } from "../simulate/world.ts";

/** Flags of `firstbad simulate`. */
export interface SimulateFlags {
  readonly graph?: string;
  readonly repo?: string;
  readonly bad?: string;
  readonly good?: string;
  readonly policy?: readonly string[];
  readonly prior: PriorKind;
  readonly preset: "real" | "clean";
  readonly find: "cause" | "fix";
  readonly bugs: number;
  readonly seed: number;
  readonly crashRate?: number;
  readonly unrelatedRate?: number;
  readonly broken?: number;
  readonly unbootable?: number;
  readonly fixApplies?: number;
  readonly repair?: boolean;
  readonly openedLater?: number;
  readonly openedByCulprit?: number;
  readonly reached?: boolean;
  readonly cost: Costs;
  readonly builders: number;
  readonly json?: boolean;
}

/** Names that `--policy` takes. */
export const simulatedNames: readonly string[] = policies.map(({ name }) => name);

/** Most bytes of a graph file, unpacked. */
const largestGraph = 1 << 28;
/** Milliseconds between two lines of progress. */
const progressEvery = 2000;
/** Milliseconds between two looks at whether somebody wants it to stop. */
const breatheEvery = 50;

/** `firstbad simulate`: what bisections of made-up bugs would cost, by each policy. */
export async function simulateCommand(flags: SimulateFlags): Promise<number> {
  const history = await historyOf(flags);
  if (history.graph.count < 2) {
    throw new Failure("graph-damaged", "there are no two commits to tell apart", {
      hint: "give --bad a commit that has more history behind it than --good",
    });
  }
  const chosen = flags.policy ?? simulatedNames;
  const summaries = await simulate(
    {
      history,
      world: worldOf(flags),
      policies: policies.filter(({ name }) => chosen.includes(name)),
      prior: flags.prior,
      find: flags.find,
      bugs: flags.bugs,
      seed: flags.seed,
      costs: flags.cost,
      builders: flags.builders,
      confidence: 0.99,
      ...(flags.repair && { repair: usualRepairBuilds }),
    },
    () => performance.now(),
    progress(flags.bugs),
  );
  process.stdout.write(flags.json ? `${JSON.stringify(summaries)}\n` : table(summaries));
  return 0;
}

/** `gce`, `laptop`, or `BUILD,RUN,PARALLEL` in minutes; null where it is none of these. */
export function costsOf(text: string): Costs | null {
  if (text === "gce" || text === "laptop") return knownCosts[text];
  const [build, run, runsAtOnce, ...more] = text.split(",").map(Number);
  const isPositive = (value: number | undefined): value is number =>
    value !== undefined && value > 0 && value < 1e6;
  if (!isPositive(build) || !isPositive(run) || !isPositive(runsAtOnce)) return null;
  if (more.length > 0 || !Number.isInteger(runsAtOnce)) return null;
  return { build, run, runsAtOnce, crowding: 0 };
}

async function historyOf({ graph, repo, bad, good }: SimulateFlags): Promise<SimulatedHistory> {
  if (graph !== undefined) return readGraphFile(graph);
  if (repo === undefined || bad === undefined) {
    throw new Failure("commit-not-found", "there is no history to simulate in", {
      hint: "give --graph FILE, or --repo DIR with --bad REV",
    });
  }
  const repository = await openRepository(repo);
  const tip = await resolveCommit(repository, bad);
  const exclude = good === undefined ? [] : [await resolveCommit(repository, good)];
  const { graph: loaded } = await loadGraph(repository, { tip, exclude });
  const { touched } = await loadTouchedPaths(repository, loaded);
  return { name: repo, graph: loaded, touched: withNewestNames(touched) };
}

/** In the form of commit graphs with files, packed or not, or that of a bisection's folder. */
async function readGraphFile(path: string): Promise<SimulatedHistory> {
  const bytes = await readBytes(path);
  if (bytes[0] === 0x7b) return readDagFile(bytes.toString("utf8"));
  return { name: path, graph: parseGraph(bytes), touched: null };
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > largestGraph) throw new Error(`it has more than ${largestGraph} bytes`);
    const bytes = await readFile(path);
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return isPacked ? gunzipSync(bytes, { maxOutputLength: largestGraph }) : bytes;
  } catch (error) {
    throw new Failure("graph-damaged", `the graph ${path} cannot be read: ${String(error)}`, {
      facts: { path },
      hint: "give the path of a file that is there and can be read",
      cause: error,
    });
  }
}

function worldOf(flags: SimulateFlags): World {
  const { preset, crashRate, unrelatedRate, broken, unbootable, fixApplies } = flags;
  const { openedLater = 0, openedByCulprit = 0, reached: told = false } = flags;
  const world = preset === "real" ? realWorld : cleanWorld;
  return {
    ...world,
    ...(crashRate === undefined ? {} : { crashRate }),
    ...(unrelatedRate === undefined ? {} : { unrelatedRate }),
    ...(broken === undefined ? {} : { broken }),
    ...(unbootable === undefined ? {} : { unbootable }),
    ...(fixApplies === undefined ? {} : { fixApplies }),
    ...(openedLater + openedByCulprit > 0 && { way: { openedLater, openedByCulprit, told } }),
  };
}

/** Says on standard error how far it is and how long it will take; lets signals through. */
function progress(bugs: number): (done: number) => Promise<void> {
  const begin = performance.now();
  let [told, breathed] = [begin, begin];
  return async (done) => {
    const now = performance.now();
    if (now - breathed >= breatheEvery) {
      breathed = now;
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (now - told < progressEvery || done === bugs) return;
    told = now;
    const left = ((now - begin) / done) * (bugs - done);
    process.stderr.write(`${done} of ${bugs} bugs, ${durationText(left / 1000)} left\n`);
  };
}

function table(summaries: readonly Summary[]): string {
  const head = [
    "policy",
    "right",
    "builds",
    "runs",
    "minutes",
    "95 %",
    "at 0.99",
    "right",
    "open",
    "usable",
    "ms",
  ];
  const rows = summaries.map((one) => [
    one.policy,
    `${one.correct}/${one.bugs}`,
    one.builds.toFixed(1),
    one.runs.toFixed(0),
    one.minutes.toFixed(0),
    one.minutesP95.toFixed(0),
    `${one.claimed}`,
    `${one.claimedRight}`,
    `${one.inconclusive}`,
    `${(100 * one.usable).toFixed(1)} %`,
    one.decisionMsP95.toFixed(1),
  ]);
  return `${columns([head, ...rows]).join("\n")}\n${legend}`;
}

const legend = `
right: the culprit was named, alone or as the likeliest of several
builds, runs, minutes: of one bug, on average; 95 %: minutes of all but one bug in twenty
at 0.99, right: stated with 0.99 or more, and right then; open: ended without one culprit
usable: commits that build and boot at the end, with fixes that were found
ms: how long a decision takes, all but one in twenty
`;
