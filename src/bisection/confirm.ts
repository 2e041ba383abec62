import type { EventOf } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import { cleanRunsFor } from "../search/rate.ts";
import type { Confidence } from "../search/reckoning.ts";
import type { Rules } from "../search/rules.ts";
import { totalOf } from "../search/verdict.ts";
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
import { searchDeeper, toldDeeper } from "./deeper.ts";
import { describeCulprit } from "./describe.ts";
import { overrideOf } from "./overrides.ts";
import { checkPlausible } from "./plausible.ts";
import { choose } from "./probe.ts";
import { checkReverts } from "./revert-checks.ts";
import { cleanProbability, observedRate } from "./runs.ts";
import { type Answer, type BisectionState, kernelOf, startOf } from "./state.ts";
import { record, type Step } from "./step.ts";

/** Most runs that a parent is given to prove itself clean. */
const mostParentRuns = 200;

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
  rules: Rules,
  sureness: Sureness | null,
): Step {
  const { confirmation } = rules;
  switch (confirmation.kind) {
    case "parents-run":
      return proveByParents(state, graph, culprit, parents, rules, sureness);
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
  const cleanRuns = cleanRunsOfParent(state, parents.length);
  const isKnown = (parent: string) => sureness?.knows(parent) ?? false;
  const unknown = parents.filter((parent) => !isKnown(parent));
  const checkOf = (parent: string) =>
    isKnown(parent) ? checkKnownParent(state, parent) : checkParent(state, parent, cleanRuns);
  return (
    testParents(state, unknown, cleanRuns) ??
    compareWithParents(state, culprit, parents) ??
    confirmBooted(state, culprit, parents) ??
    makeChecks(state, culprit, parents, checkOf) ??
    describeCulprit(state, culprit, rules) ??
    furtherProof(state, graph, culprit, parents, rules) ??
    verdict(state, culprit, parents, sureness?.confidence ?? null)
  );
}

/** What is asked of a culprit that no check before has spoken against. */
function furtherProof(
  state: BisectionState,
  graph: CommitGraph,
  culprit: string,
  parents: readonly string[],
  rules: Rules,
): Step | null {
  const failed = broken(state);
  if ((failed !== null && needed.has(failed.check)) || untold(state) !== null) return null;
  const plausible = checkPlausible(state, culprit, parents);
  // Nothing is built for what is contradicted already.
  if (plausible !== null || failed !== null) return plausible;
  return (
    checkReverts(state, culprit, parents, rules) ??
    searchDeeper(state, graph, culprit, parents, rules)
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
  checkOf: (parent: string) => EventOf<"checked">,
): Step | null {
  const wanted = [
    checkCulprit(state, culprit),
    ...parents.map(checkOf),
    ...parents
      .filter((parent) => !isOnlySaid(state, culprit, parent))
      .map((parent) => checkSignatures(state, culprit, parent)),
    ...parents.flatMap((parent) => checkCompilers(state, culprit, parent) ?? []),
  ];
  const next = wanted.find(
    ({ check, parent }) =>
      !state.checks.some((made) => made.check === check && made.parent === parent),
  );
  return next === undefined ? null : record(next);
}

function verdict(
  state: BisectionState,
  culprit: string,
  parents: readonly string[],
  believed: Confidence | null,
): Step {
  const failed = broken(state);
  if (failed !== null) return conclude("unconfirmed", { culprit, why: failed.why });
  const unknown = untold(state);
  if (unknown !== null) {
    const others = unknown.parent === null ? [] : [unknown.parent];
    return conclude("ties", { candidates: [culprit, ...others], why: unknown.why });
  }
  const tested = parents.filter((parent) => overrideOf(state, parent) === null);
  const clean = tested.map((parent) => state.answers.get(parent)?.clean ?? 0);
  // What somebody says has no probability: where no parent was tested, there is none to state.
  const certain = tested.length === 0 && parents.length > 0;
  return conclude("found", {
    culprit,
    ...(certain ? {} : confidenceIn(believed, cleanProbability(state, clean))),
    deeper: toldDeeper(state, culprit),
    why: state.overrides.length === 0 ? allPassed(state) : relied(state, believed),
  });
}

/** The check that speaks against the culprit; null: none does. */
function broken({ checks }: BisectionState): EventOf<"checked"> | null {
  const failed = checks.filter((check) => check.result === "failed");
  // A culprit that changed nothing is why its parent does as it does.
  return failed.find(({ check }) => check === "signatures-differ") ?? failed[0] ?? null;
}

/** The first check without which no culprit is named, and that could not be made; null: there is none. */
function untold({ checks }: BisectionState): EventOf<"checked"> | null {
  return checks.find(({ check, result }) => result === "unknown" && needed.has(check)) ?? null;
}

const needed: ReadonlySet<EventOf<"checked">["check"]> = new Set([
  "culprit-crashes",
  "parent-clean",
  "signatures-differ",
  "compilers-agree",
]);

/** Checks that build kernels: what they could not tell is said. */
const costly: ReadonlySet<EventOf<"checked">["check"]> = new Set([
  "revert-on-culprit",
  "revert-on-crashing",
  "fix-on-parent",
  "fix-on-crashing",
]);

function allPassed({ checks }: BisectionState): string {
  const open = checks.filter(({ check, result }) => result === "unknown" && costly.has(check));
  if (open.length === 0) return "every check passed";
  const what = open.map(({ check, why }) => `${check.replaceAll("-", " ")}: ${why}`);
  return `every check passed that could be made; not told: ${what.join("; ")}`;
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
