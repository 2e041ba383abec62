import type { CommitGraph } from "../history/graph.ts";
import { cleanRunsFor, crashRate, missedBy } from "../search/rate.ts";
import type { Rules } from "../search/rules.ts";
import { otherSide, totalOf } from "../search/verdict.ts";
import type { Bench } from "./bench.ts";

/** Most runs that a parent is given to prove itself clean. */
const mostParentRuns = 200;
/** Runs of a parent that must crash. */
const usualParentRuns = 10;

/**
 * What comes before the search of a policy that begins with two known ends: the crash is reproduced and
 * the clean end tested, by the policy's rules. Null, or why there is nothing to search.
 */
export function findEnds(bench: Bench, rules: Rules): string | null {
  const { reported, clean } = bench.ends;
  let runs: number | null = rules.runs(bench.situation);
  let verdict = "untestable";
  while (runs !== null) {
    const [test] = bench.test("reproduce", [{ commit: reported, runs }]);
    verdict = test?.verdict ?? "untestable";
    runs = rules.lookOn({ crashed: bench.identity?.crashed ?? 0, of: runs });
  }
  if (bench.identity === null || verdict !== bench.crashMeans) {
    return "the crash was not reproduced";
  }
  const [seen] = bench.test("clean-end", [{ commit: clean, runs: rules.runs(bench.situation) }]);
  return seen?.verdict === otherSide(bench.crashMeans) ? null : "the clean end is not clean";
}

/**
 * Runs what must be clean, the parents of the commit that a search ended at or the fix itself, until that is as sure
 * as the user wants the result to be right: the probability that they are. Null where one crashes or cannot be
 * tested, or a parent of a fix does not crash.
 */
export function confirmParents(bench: Bench, graph: CommitGraph, culprit: number): number | null {
  const parents = graph.parents.subarray(
    graph.parentStart[culprit],
    graph.parentStart[culprit + 1],
  );
  const isFix = bench.crashMeans === "before";
  const mustBeClean = isFix ? [culprit] : [...parents];
  let [crashed, of] = [0, 0];
  for (const test of bench.situation.tests) {
    if (test.crashed === 0) continue;
    crashed += test.crashed;
    of += test.crashed + test.clean;
  }
  const rate = crashRate(crashed, of);
  const missable = 1 - bench.situation.confidence ** (1 / Math.max(1, mustBeClean.length));
  const cleanRuns = cleanRunsFor(missable, rate, mostParentRuns);
  let confidence = 1;
  for (const commit of mustBeClean) {
    const seen = bench.evidence.find((one) => one.commit === commit);
    const made = seen === undefined ? 0 : totalOf(seen);
    const missing = Math.max(0, cleanRuns - (seen?.clean ?? 0));
    const [test] = bench.test("parent", [{ commit, runs: made + missing }]);
    if (test === undefined || test.crashed > 0 || test.clean === 0) return null;
    confidence *= 1 - missedBy(test.clean, rate);
  }
  return !isFix || [...parents].every((parent) => crashes(bench, parent)) ? confidence : null;
}

/** Whether the bug was seen in `commit`, which is run where it was not yet. */
function crashes(bench: Bench, commit: number): boolean {
  const seen = bench.evidence.find((one) => one.commit === commit);
  if (seen !== undefined && seen.crashed + seen.clean > 0) return seen.crashed > 0;
  const [test] = bench.test("parent", [{ commit, runs: usualParentRuns }]);
  return (test?.crashed ?? 0) > 0;
}
