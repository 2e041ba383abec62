import { otherSide } from "../verdict.ts";
import { type Cases, usualCases } from "./crash-rates.ts";
import type { Evidence, TestedKernel } from "./kernels.ts";
import { type Lattice, parentsOf } from "./lattice.ts";

/** How a suspect stands against the rule that decides: it has the change, and none of its parents does. */
export type Standing =
  | { readonly kind: "confirmed" }
  /** These kernels need so many more runs first. */
  | { readonly kind: "missing"; readonly wanted: readonly Wanted[] }
  /** It, or a parent of it, cannot be tested. */
  | { readonly kind: "untestable"; readonly nodes: readonly number[] }
  /** Its runs, or those of a parent, say the opposite. */
  | { readonly kind: "contradicted" };

/** Runs of a node beside those made. */
export interface Wanted {
  readonly node: number;
  readonly runs: number;
}

/** Clean runs that are thought of; more only in doublings of the last. */
const runSteps = [1, 2, 3, 5, 8, 10, 15, 20, 30, 40, 60] as const;
/** How likely a kernel that has the bug may be to pass for clean. */
const missable = 0.02;
/** Times by which runs must be likelier with the bug than without it, or the reverse, to decide a kernel that crashed. */
const enoughOdds = Math.log(1 / missable);
/** Crashes of the likeliest suspect that are enough, however many of its runs are clean: its rate may be its own. */
const seenOftenEnough = 3;
/** Runs of one kernel that decide nothing, after which it is left alone. */
const mostUndecided = 200;

/** The least number of clean runs after which a kernel with the bug is missed with 2 %, or `most`. */
export function cleanRunsWanted(
  rates: Float64Array,
  most: number,
  { crashRates }: Cases = usualCases,
): number {
  const missed = (runs: number) =>
    crashRates.reduce((sum, rate, j) => sum + (rates[j] as number) * (1 - rate) ** runs, 0);
  for (const runs of runSteps) if (missed(runs) <= missable) return Math.min(runs, most);
  let runs: number = runSteps[runSteps.length - 1] as number;
  while (missed(runs) > missable && runs < most) runs *= 2;
  return Math.min(runs, most);
}

/**
 * Whether what is seen of `node` and its parents, those outside of the graph included, is enough to call
 * it the culprit, whatever else is believed.
 */
export function standingOf(
  lattice: Lattice,
  node: number,
  evidence: Evidence,
  rates: Float64Array,
  { crashMeans, cleanRuns }: { crashMeans: "before" | "after"; cleanRuns: number },
): Standing {
  const wanted: Wanted[] = [];
  const untestable: number[] = [];
  let contradicted = false;
  const judge = (at: number, mustCrash: boolean): void => {
    if (evidence.untestable.includes(at)) {
      untestable.push(at);
      return;
    }
    const kernel = evidence.kernels.find(({ nodes }) => nodes.includes(at));
    const side = mustCrash ? crashMeans : otherSide(crashMeans);
    const said = kernel?.said ?? null;
    const runs =
      kernel === undefined
        ? cleanRuns
        : said !== null
          ? whatIsSaid(said, side)
          : runsMissing(kernel, mustCrash, rates, crashMeans, cleanRuns);
    if (runs === null) contradicted = true;
    else if (runs > 0) wanted.push({ node: at, runs });
  };
  judge(node, crashMeans === "after");
  for (const parent of parentsOf(lattice, node)) judge(parent, crashMeans === "before");
  if (contradicted) return { kind: "contradicted" };
  if (untestable.length > 0) return { kind: "untestable", nodes: untestable };
  return wanted.length > 0 ? { kind: "missing", wanted } : { kind: "confirmed" };
}

/** What the user says of a kernel needs no run; null: he says the opposite. */
function whatIsSaid(said: "before" | "after", side: "before" | "after"): number | null {
  return said === side ? 0 : null;
}

/** Runs that a kernel still needs to count as crashing, or as clean; null: it is the other one. */
function runsMissing(
  kernel: TestedKernel,
  mustCrash: boolean,
  rates: Float64Array,
  crashMeans: "before" | "after",
  cleanRuns: number,
): number | null {
  const { crashed, clean } = kernel;
  if (crashed === 0) {
    if (clean < cleanRuns) return cleanRuns - clean;
    return mustCrash ? null : 0;
  }
  if (mustCrash && crashed >= seenOftenEnough) return 0;
  // One crash in many runs may be another bug that looks the same.
  const inside = logOdds(kernel, rates);
  const crashing = crashMeans === "after" ? inside : -inside;
  const odds = mustCrash ? crashing : -crashing;
  if (odds >= enoughOdds) return 0;
  if (odds <= -enoughOdds || crashed + clean >= mostUndecided) return null;
  return Math.max(cleanRuns, crashed + clean);
}

/** By how much likelier a kernel's runs are after the change than before it, as a logarithm. */
function logOdds({ inside, outside }: TestedKernel, rates: Float64Array): number {
  let [after, before] = [0, 0];
  for (let j = 0; j < rates.length; j++) {
    after += (rates[j] as number) * Math.exp(inside[j] as number);
    before += (rates[j] as number) * Math.exp(outside[j] as number);
  }
  return Math.log(Math.max(after, 1e-300)) - Math.log(Math.max(before, 1e-300));
}
