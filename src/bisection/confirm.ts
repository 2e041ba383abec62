import { cleanRunsFor } from "../search/rate.ts";
import type { Rules } from "../search/rules.ts";
import { totalOf } from "../search/verdict.ts";
import { checkCulprit, checkParent, checkSignatures } from "./checks.ts";
import { compareWithParent } from "./compare-parent.ts";
import { conclude } from "./conclude.ts";
import { describeCulprit } from "./describe.ts";
import { choose } from "./probe.ts";
import { cleanProbability, observedRate } from "./runs.ts";
import { type Answer, type BisectionState, kernelOf, startOf } from "./state.ts";
import { record, type Step } from "./step.ts";

/** Most runs that a parent is given to prove itself clean. */
const mostParentRuns = 200;

/** Looks into the commit that the search ended at, as the rules say, and concludes. */
export function confirm(
  state: BisectionState,
  culprit: string,
  parents: readonly string[],
  rules: Rules,
): Step {
  const { confirmation } = rules;
  switch (confirmation.kind) {
    case "parents-run":
      return proveByParents(state, culprit, parents, rules);
    case "kernels-compared":
      return compareWithParent(state, culprit, parents, rules, confirmation);
    default:
      return confirmation satisfies never;
  }
}

/**
 * Checks the culprit: it crashes, each of its parents does not, in enough runs of its own, and their
 * kernels differ. Then the commit and its crash are described.
 */
function proveByParents(
  state: BisectionState,
  culprit: string,
  parents: readonly string[],
  rules: Rules,
): Step {
  const cleanRuns = cleanRunsOfParent(state, parents.length);
  return (
    testParents(state, parents, cleanRuns) ??
    makeChecks(state, culprit, parents, cleanRuns) ??
    describeCulprit(state, culprit, rules) ??
    verdict(state, culprit, parents)
  );
}

/** Clean runs that each parent must show so that all of them together keep the promised confidence. */
function cleanRunsOfParent(state: BisectionState, parents: number): number {
  const missable = 1 - startOf(state).confidence ** (1 / Math.max(1, parents));
  return cleanRunsFor(missable, observedRate(state), mostParentRuns);
}

function testParents(
  state: BisectionState,
  parents: readonly string[],
  cleanRuns: number,
): Step | null {
  for (const parent of parents) {
    const answer = state.answers.get(parent);
    if (answer !== undefined && isDecided(state, answer, cleanRuns)) continue;
    const missing = cleanRuns - (answer?.clean ?? 0);
    return choose(state, {
      stage: "parent",
      commits: [{ commit: parent, runs: (answer === undefined ? 0 : totalOf(answer)) + missing }],
      why: `a parent of the culprit must show ${cleanRuns} clean runs`,
    });
  }
  return null;
}

/** Whether more runs of a parent would change nothing, or are not worth having. */
function isDecided(state: BisectionState, answer: Answer, cleanRuns: number): boolean {
  const kernel = kernelOf(state, answer.kernel);
  if (answer.verdict === "untestable" || kernel.failed !== null) return true;
  if (answer.crashed > 0 || answer.clean >= cleanRuns) return true;
  // Runs that say nothing are made up for, up to as many again.
  return totalOf(answer) >= 2 * cleanRuns;
}

function makeChecks(
  state: BisectionState,
  culprit: string,
  parents: readonly string[],
  cleanRuns: number,
): Step | null {
  const wanted = [
    checkCulprit(state, culprit),
    ...parents.map((parent) => checkParent(state, parent, cleanRuns)),
    ...parents.map((parent) => checkSignatures(state, culprit, parent)),
  ];
  const next = wanted[state.checks.length];
  return next === undefined ? null : record(next);
}

function verdict(state: BisectionState, culprit: string, parents: readonly string[]): Step {
  const broken = state.checks.find((check) => check.result === "failed");
  if (broken !== undefined) return conclude("unconfirmed", { culprit, why: broken.why });
  const unknown = state.checks.find((check) => check.result === "unknown");
  if (unknown !== undefined) {
    const others = unknown.parent === null ? [] : [unknown.parent];
    return conclude("ties", { candidates: [culprit, ...others], why: unknown.why });
  }
  const clean = parents.map((parent) => state.answers.get(parent)?.clean ?? 0);
  return conclude("found", {
    culprit,
    confidence: cleanProbability(state, clean),
    why: "every check passed",
  });
}
