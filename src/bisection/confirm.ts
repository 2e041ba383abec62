import { type EventOf, kernelIdOf } from "../event/index.ts";
import { conclude } from "./conclude.ts";
import { symbolizeCrashOf } from "./final-crash.ts";
import { holdingOf, overrideOf, speaker } from "./overrides.ts";
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
    if (overrideOf(state, parent) !== null) continue;
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
    ...parents
      .filter((parent) => !isOnlySaid(state, culprit, parent))
      .map((parent) => checkSignatures(state, culprit, parent)),
  ];
  const next = wanted[state.checks.length];
  return next === undefined ? null : record(next);
}

type Check = EventOf<"checked">;

function checkCulprit(state: BisectionState, culprit: string): Check {
  const { crashed = 0, clean = 0, override = null } = holdingOf(state, culprit) ?? {};
  const made = {
    kind: "checked",
    check: "culprit-crashes",
    parent: null,
    crashed,
    of: crashed + clean,
  } as const;
  if (crashed > 0) return { ...made, result: "passed", why: "one crash of this bug is enough" };
  if (override?.verdict === crashMeans(state)) {
    return { ...made, result: "passed", why: `${speaker(override)} so` };
  }
  return { ...made, result: "failed", why: "it was never seen to crash itself" };
}

function checkParent(state: BisectionState, parent: string, cleanRuns: number): Check {
  const answer = holdingOf(state, parent);
  const { crashed = 0, clean = 0, override = null } = answer ?? {};
  const made = {
    kind: "checked",
    check: "parent-clean",
    parent,
    crashed,
    of: crashed + clean,
  } as const;
  if (answer?.verdict === crashMeans(state)) {
    return { ...made, result: "failed", why: parentCrashes(state, parent) };
  }
  if (answer === undefined || answer.verdict === "untestable") {
    return { ...made, result: "unknown", why: "a parent of the culprit cannot be tested" };
  }
  if (override !== null) return { ...made, result: "passed", why: `${speaker(override)} so` };
  if (clean < cleanRuns) {
    return {
      ...made,
      result: "unknown",
      why: `fewer than ${cleanRuns} runs of a parent say something`,
    };
  }
  return { ...made, result: "passed", why: `${cleanRuns} clean runs were wanted` };
}

/** Searched among the commits of some paths alone, the search saw no others, and a parent may be one. */
function parentCrashes(state: BisectionState, parent: string): string {
  const paths = startOf(state).part?.paths ?? [];
  return paths.length === 0
    ? "a parent of the culprit crashes too"
    : `its parent ${parent.slice(0, 12)} crashes too: the change lies outside of ${paths.join(" ")}`;
}

/** Whether somebody's word stands for a test of one of these, so that there is no kernel to compare. */
function isOnlySaid(state: BisectionState, ...commits: readonly string[]): boolean {
  return commits.some((commit) => {
    const built = state.kernels.get(kernelIdOf(commit))?.built ?? null;
    return built === null && overrideOf(state, commit) !== null;
  });
}

function checkSignatures(state: BisectionState, culprit: string, parent: string): Check {
  const made = { kind: "checked", check: "signatures-differ", parent, crashed: 0, of: 0 } as const;
  const [ours, theirs] = [culprit, parent].map(
    (commit) => state.kernels.get(kernelIdOf(commit))?.built?.signature,
  );
  if (ours === undefined || theirs === undefined) {
    return { ...made, result: "unknown", why: "there is no kernel of a parent to compare with" };
  }
  if (ours === theirs) {
    return {
      ...made,
      result: "failed",
      why: "the culprit's kernel is its parent's: it changed nothing",
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
  const tested = parents.filter((parent) => overrideOf(state, parent) === null);
  const clean = tested.map((parent) => state.answers.get(parent)?.clean ?? 0);
  // What somebody says has no probability: where no parent was tested, there is none to state.
  const certain = tested.length === 0 && parents.length > 0;
  return conclude("found", {
    culprit,
    ...(certain ? {} : { confidence: cleanProbability(state, clean) }),
    why: state.overrides.length === 0 ? "every check passed" : relied(state),
  });
}

function relied({ overrides }: BisectionState): string {
  const sources = new Set(overrides.map(({ source }) => `the ${source}`));
  return `every check passed; taken for true: what ${[...sources].join(" and ")} said`;
}
