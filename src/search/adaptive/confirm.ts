import { crashRates } from "./crash-rates.ts";
import type { Evidence } from "./kernels.ts";
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
/** Runs of one kernel that is against all others, after which it is believed. */
const enoughContradiction = 40;

/** The least number of clean runs after which a kernel with the bug is missed with 2 %, or `most`. */
export function cleanRunsWanted(rates: Float64Array, most: number): number {
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
  crashMeans: "before" | "after",
  cleanRuns: number,
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
    const { crashed, clean } = kernel ?? { crashed: 0, clean: 0 };
    if (mustCrash) {
      if (crashed > 0) return;
      if (clean >= cleanRuns) contradicted = true;
      else wanted.push({ node: at, runs: cleanRuns - clean });
    } else if (crashed > 0) {
      // It crashed where it must not: run on until chance or another bug is no explanation any more.
      if (crashed + clean >= enoughContradiction) contradicted = true;
      else wanted.push({ node: at, runs: Math.max(cleanRuns, crashed + clean) });
    } else if (clean < cleanRuns) {
      wanted.push({ node: at, runs: cleanRuns - clean });
    }
  };
  judge(node, crashMeans === "after");
  for (const parent of parentsOf(lattice, node)) judge(parent, crashMeans === "before");
  if (contradicted) return { kind: "contradicted" };
  if (untestable.length > 0) return { kind: "untestable", nodes: untestable };
  return wanted.length > 0 ? { kind: "missing", wanted } : { kind: "confirmed" };
}
