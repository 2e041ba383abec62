import type { CommitGraph } from "../../../src/history/graph.ts";
import { crashRates, falseRates, logRatePrior } from "../../../src/search/adaptive/crash-rates.ts";
import type { Observation } from "../../../src/search/adaptive/question.ts";

/**
 * The model written down once more, slowly and by commits: for each suspect and each crash rate the
 * probability of all runs, from who contains whom by walking parents. For graphs whose one outside commit
 * is the clean end. Weights: the clean end first, then the commits.
 */
export function bruteForce(
  graph: CommitGraph,
  prior: readonly number[],
  observations: readonly Observation[],
  crashMeans: "before" | "after",
): number[] {
  const suspects = [-1, ...Array.from({ length: graph.count }, (_, i) => i)];
  const weights = suspects.map((suspect, place) => {
    let sum = 0;
    crashRates.forEach((rate, j) => {
      let product = Math.exp(logRatePrior[j] as number);
      for (const seen of observations) {
        const isInside = contains(graph, seen.commit, suspect);
        const isItself = seen.commit === suspect;
        const isParent = suspect >= 0 && parentsOf(graph, suspect).includes(seen.commit);
        product *= likelihood(
          seen,
          [rate, falseRates[j] as number],
          isInside === (crashMeans === "after"),
          isItself || isParent,
        );
      }
      sum += product;
    });
    return sum * (prior[place] as number);
  });
  const whole = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / whole);
}

/** `mustCrash`: the commit has the bug under this suspect; `near`: it is the suspect or a parent of it. */
function likelihood(
  { crashed, clean }: Observation,
  [rate, falseRate]: readonly [number, number],
  mustCrash: boolean,
  near: boolean,
): number {
  const against = mustCrash ? crashed === 0 && clean > 0 : crashed > 0;
  const odd = near && against ? 1e-5 : mustCrash ? 0.02 : 0.004;
  const usual = mustCrash ? rate : falseRate;
  return (1 - odd) * usual ** crashed * (1 - usual) ** clean + odd * anyRate(crashed, clean);
}

/** ∫ x^(k-½) (1-x)^(f-½) / π: by the gamma function at halves. */
function anyRate(k: number, f: number): number {
  const gammaHalf = (n: number): number =>
    n === 0 ? Math.sqrt(Math.PI) : (n - 0.5) * gammaHalf(n - 1);
  const factorial = (n: number): number => (n === 0 ? 1 : n * factorial(n - 1));
  return (gammaHalf(k) * gammaHalf(f)) / factorial(k + f) / Math.PI;
}

function contains(graph: CommitGraph, commit: number, other: number): boolean {
  if (commit === other) return true;
  return commit >= 0 && parentsOf(graph, commit).some((parent) => contains(graph, parent, other));
}

function parentsOf(graph: CommitGraph, commit: number): number[] {
  return [...graph.parents.subarray(graph.parentStart[commit], graph.parentStart[commit + 1])];
}
