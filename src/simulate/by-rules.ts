import type { CommitGraph } from "../history/graph.ts";
import { cleanRunsFor, crashRate, missedBy } from "../search/rate.ts";
import type { Rules } from "../search/rules.ts";
import { totalOf } from "../search/verdict.ts";
import type { Bench } from "./bench.ts";

/** The clean end: the first commit outside of the graph. */
const cleanEnd = -1;
/** Most runs that a parent is given to prove itself clean. */
const mostParentRuns = 200;

/**
 * What comes before the search of a policy that begins with two known ends: the crash is reproduced and
 * the clean end tested, by the policy's rules. Null, or why there is nothing to search.
 */
export function findEnds(bench: Bench, rules: Rules, graph: CommitGraph): string | null {
  const reported = graph.count - 1;
  let runs: number | null = rules.runs(bench.situation);
  let verdict = "untestable";
  while (runs !== null) {
    const [test] = bench.test("reproduce", [{ commit: reported, runs }]);
    verdict = test?.verdict ?? "untestable";
    runs = rules.lookOn({ crashed: bench.identity?.crashed ?? 0, of: runs });
  }
  if (bench.identity === null || verdict !== "after") return "the crash was not reproduced";
  const [clean] = bench.test("clean-end", [
    { commit: cleanEnd, runs: rules.runs(bench.situation) },
  ]);
  return clean?.verdict === "before" ? null : "the clean end is not clean";
}

/**
 * Runs the parents of the commit that a search ended at until they are as surely clean as the user wants
 * the result to be right: the probability that they are. Null where one crashes or cannot be tested.
 */
export function confirmParents(bench: Bench, graph: CommitGraph, culprit: number): number | null {
  const parents = graph.parents.subarray(
    graph.parentStart[culprit],
    graph.parentStart[culprit + 1],
  );
  let [crashed, of] = [0, 0];
  for (const test of bench.situation.tests) {
    if (test.crashed === 0) continue;
    crashed += test.crashed;
    of += test.crashed + test.clean;
  }
  const rate = crashRate(crashed, of);
  const missable = 1 - bench.situation.confidence ** (1 / Math.max(1, parents.length));
  const cleanRuns = cleanRunsFor(missable, rate, mostParentRuns);
  let confidence = 1;
  for (const commit of parents) {
    const seen = bench.evidence.find((one) => one.commit === commit);
    const made = seen === undefined ? 0 : totalOf(seen);
    const missing = Math.max(0, cleanRuns - (seen?.clean ?? 0));
    const [test] = bench.test("parent", [{ commit, runs: made + missing }]);
    if (test === undefined || test.crashed > 0 || test.clean === 0) return null;
    confidence *= 1 - missedBy(test.clean, rate);
  }
  return confidence;
}
