import { type EventOf, kernelIdOf } from "../event/index.ts";
import { conclude } from "./conclude.ts";
import { symbolizeCrashOf } from "./final-crash.ts";
import { choose, crashMeans } from "./probe.ts";
import { cleanRunsFor } from "./rate.ts";
import { cleanProbability, observedRate } from "./runs.ts";
import { type Answer, type BisectionState, kernelOf, startOf } from "./state.ts";
import { record, type Step, work } from "./step.ts";
import { totalOf } from "./tally.ts";

/** Most runs that a parent is given to prove itself clean. */
const mostParentRuns = 200;

/**
 * Checks the commit that the search ended at, and concludes: it crashes, each of its parents does not,
 * in enough runs of its own, and their kernels differ. Then the commit and its crash are described.
 */
export function confirm(state: BisectionState, culprit: string, parents: readonly string[]): Step {
  const cleanRuns = cleanRunsOfParent(state, parents.length);
  return (
    testParents(state, parents, cleanRuns) ??
    makeChecks(state, culprit, parents, cleanRuns) ??
    describe(state, culprit) ??
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

type Check = EventOf<"checked">;

function checkCulprit(state: BisectionState, culprit: string): Check {
  const { crashed = 0, clean = 0 } = state.answers.get(culprit) ?? {};
  return {
    kind: "checked",
    check: "culprit-crashes",
    result: crashed > 0 ? "passed" : "failed",
    parent: null,
    crashed,
    of: crashed + clean,
    why: crashed > 0 ? "one crash of this bug is enough" : "it was never seen to crash itself",
  };
}

function checkParent(state: BisectionState, parent: string, cleanRuns: number): Check {
  const answer = state.answers.get(parent);
  const { crashed = 0, clean = 0 } = answer ?? {};
  const made = {
    kind: "checked",
    check: "parent-clean",
    parent,
    crashed,
    of: crashed + clean,
  } as const;
  if (answer?.verdict === crashMeans(state)) {
    return { ...made, result: "failed", why: "a parent of the culprit crashes too" };
  }
  if (answer === undefined || answer.verdict === "untestable") {
    return { ...made, result: "unknown", why: "a parent of the culprit cannot be tested" };
  }
  if (clean < cleanRuns) {
    return {
      ...made,
      result: "unknown",
      why: `fewer than ${cleanRuns} runs of a parent say something`,
    };
  }
  return { ...made, result: "passed", why: `${cleanRuns} clean runs were wanted` };
}

function checkSignatures(state: BisectionState, culprit: string, parent: string): Check {
  const made = { kind: "checked", check: "signatures-differ", parent, crashed: 0, of: 0 } as const;
  const [ours, theirs] = [culprit, parent].map(
    (commit) => state.kernels.get(kernelIdOf(commit))?.built?.signature,
  );
  if (ours === undefined || theirs === undefined) {
    return {
      ...made,
      result: "unknown",
      why: "a parent was not built, and there is nothing to compare with",
    };
  }
  if (ours === theirs) {
    return {
      ...made,
      result: "failed",
      why: "the culprit builds to what its parent does: it changed nothing",
    };
  }
  return { ...made, result: "passed", why: "the signatures differ" };
}

function describe(state: BisectionState, culprit: string): Step | null {
  if (state.described.get(culprit)?.diffstat == null) {
    return work({ task: "describe", commit: culprit, culprit: true });
  }
  return symbolizeCrashOf(state, culprit);
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
