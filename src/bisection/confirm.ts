import type { EventOf } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import type { Policy } from "../search/policy.ts";
import { cleanRunsFor } from "../search/rate.ts";
import type { Confidence } from "../search/reckoning.ts";
import type { Rules } from "../search/rules.ts";
import { totalOf } from "../search/verdict.ts";
import { isBuildAlone, runsOfBuild } from "./build-alone.ts";
import {
  checkCulprit,
  checkKnownParent,
  checkParent,
  checkSignatures,
  isOnlySaid,
} from "./checks.ts";
import { compareWithParent } from "./compare-parent.ts";
import { compareWithParents } from "./compared.ts";
import { checkCompilers } from "./compiler-checks.ts";
import { conclude } from "./conclude.ts";
import { confirmBooted } from "./confirm-booted.ts";
import { proveFix } from "./confirm-fix.ts";
import {
  checkCulpritNumbers,
  checkParentNumbers,
  cleanByNumbers,
  measureParents,
} from "./confirm-numbers.ts";
import { toldDeeper } from "./deeper.ts";
import { describeCulprit } from "./describe.ts";
import { allPassed, broken, furtherProof, untold } from "./further-proof.ts";
import { limitOf } from "./numbers.ts";
import { overrideOf } from "./overrides.ts";
import { choose } from "./probe.ts";
import { cleanProbability, observedRate } from "./runs.ts";
import { type Answer, type BisectionState, kernelOf, startOf } from "./state.ts";
import { record, type Step } from "./step.ts";

/** Most runs that a commit is given to prove itself clean. */
export const mostCheckRuns = 200;

/** What a policy that decides all is sure of when it names a culprit. */
export interface Sureness {
  /** Whether it looked at this commit as much as it wanted. */
  knows(commit: string): boolean;
  readonly confidence?: Confidence;
}

/**
 * Looks into the commit that the search ended at, as the rules say, and concludes. What a policy that
 * decides all knows already is not tested again: `sureness` says what that is, or is null without one.
 */
export function confirm(
  state: BisectionState,
  graph: CommitGraph,
  culprit: string,
  parents: readonly string[],
  policy: Policy,
  sureness: Sureness | null,
): Step {
  const { rules } = policy;
  const { confirmation } = rules;
  switch (confirmation.kind) {
    case "parents-run":
      return startOf(state).find === "fix"
        ? proveFix(state, graph, culprit, parents, policy, sureness)
        : proveByParents(state, graph, culprit, parents, rules, sureness);
    case "kernels-compared":
      return compareWithParent(state, culprit, parents, rules, confirmation);
    default:
      return confirmation satisfies never;
  }
}

/**
 * Checks the culprit: it crashes, each of its parents does not, in enough runs of its own, and their
 * kernels differ. Then the commit and its crash are described, it is looked at what it changes, and what the job
 * wants of kernels without it, and of what lies behind it, is built and run.
 */
function proveByParents(
  state: BisectionState,
  graph: CommitGraph,
  culprit: string,
  parents: readonly string[],
  rules: Rules,
  sureness: Sureness | null,
): Step {
  const isNumber = limitOf(state) !== null;
  // One build says all that runs would.
  const cleanRuns = isBuildAlone(state) ? 1 : cleanRunsOfParent(state, parents.length);
  const isKnown = (parent: string) => sureness?.knows(parent) ?? false;
  const unknown = parents.filter((parent) => !isKnown(parent));
  const checkOf = (parent: string) =>
    isNumber
      ? checkParentNumbers(state, culprit, parent)
      : isKnown(parent)
        ? checkKnownParent(state, parent)
        : checkParent(state, parent, cleanRuns);
  return (
    (isNumber ? measureParents(state, culprit, parents) : testParents(state, unknown, cleanRuns)) ??
    compareWithParents(state, culprit, parents) ??
    confirmBooted(state, culprit, parents) ??
    makeChecks(state, culprit, parents, checkOf) ??
    describeCulprit(state, culprit, rules) ??
    furtherProof(state, graph, culprit, parents, rules) ??
    verdict(state, culprit, parents, sureness?.confidence ?? null)
  );
}

/** Clean runs that each parent must show so that all of them together keep the promised confidence. */
function cleanRunsOfParent(state: BisectionState, parents: number): number {
  const missable = 1 - startOf(state).confidence ** (1 / Math.max(1, parents));
  return cleanRunsFor(missable, observedRate(state), mostCheckRuns);
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

/** Whether more runs of a commit that must be clean would change nothing, or are not worth having. */
export function isDecided(state: BisectionState, answer: Answer, cleanRuns: number): boolean {
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
  checkOf: (parent: string) => EventOf<"checked">,
): Step | null {
  const wanted = [
    limitOf(state) === null ? checkCulprit(state, culprit) : checkCulpritNumbers(state, culprit),
    ...parents.map(checkOf),
    ...(isBuildAlone(state) ? [] : checksOfKernels(state, culprit, parents)),
  ];
  const next = wanted.find(
    ({ check, parent }) =>
      !state.checks.some((made) => made.check === check && made.parent === parent),
  );
  return next === undefined ? null : record(next);
}

/** What kernels can be compared by, where there are any. */
export function checksOfKernels(
  state: BisectionState,
  culprit: string,
  parents: readonly string[],
): readonly EventOf<"checked">[] {
  return [
    ...parents
      .filter((parent) => !isOnlySaid(state, culprit, parent))
      .map((parent) => checkSignatures(state, culprit, parent)),
    ...parents.flatMap((parent) => checkCompilers(state, culprit, parent) ?? []),
  ];
}

/** Concludes by the checks; the result is as sure as it is that `mustBeClean` are. */
export function verdict(
  state: BisectionState,
  culprit: string,
  mustBeClean: readonly string[],
  believed: Confidence | null,
): Step {
  const failed = broken(state);
  if (failed !== null) return conclude("unconfirmed", { culprit, why: failed.why });
  const unknown = untold(state);
  if (unknown !== null) {
    const others = unknown.parent === null ? [] : [unknown.parent];
    return conclude("ties", { candidates: [culprit, ...others], why: unknown.why });
  }
  const tested = mustBeClean.filter((commit) => overrideOf(state, commit) === null);
  const weight = isBuildAlone(state) ? runsOfBuild : 1;
  const clean = tested.map((commit) => weight * (state.answers.get(commit)?.clean ?? 0));
  const confidenceInClean =
    limitOf(state) === null ? cleanProbability(state, clean) : cleanByNumbers(state, tested);
  // What somebody says has no probability: where none of them was tested, there is none to state.
  const certain = tested.length === 0 && mustBeClean.length > 0;
  return conclude("found", {
    culprit,
    ...(certain ? {} : confidenceIn(believed, confidenceInClean)),
    deeper: toldDeeper(state, culprit),
    why: state.overrides.length === 0 ? allPassed(state) : relied(state, believed),
  });
}

function confidenceIn(believed: Confidence | null, parentsClean: number) {
  if (believed === null) return { confidence: parentsClean };
  const { stated, posterior, table } = believed;
  return { confidence: stated, posterior, table };
}

function relied(state: BisectionState, believed: Confidence | null): string {
  const { overrides } = state;
  const sources = new Set(overrides.map(({ source }) => `the ${source}`));
  const how = believed === null ? "taken for true" : "weighed with the runs";
  return `${allPassed(state)}; ${how}: what ${[...sources].join(" and ")} said`;
}
