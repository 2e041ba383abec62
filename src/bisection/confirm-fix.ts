import type { EventOf } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import type { Policy } from "../search/policy.ts";
import { cleanRunsFor } from "../search/rate.ts";
import { totalOf } from "../search/verdict.ts";
import { isBuildAlone } from "./build-alone.ts";
import { checkFixed, checkStillBroken } from "./checks-of-fix.ts";
import { compareWithParents } from "./compared.ts";
import { checksOfKernels, isDecided, mostCheckRuns, type Sureness, verdict } from "./confirm.ts";
import { confirmBooted } from "./confirm-booted.ts";
import { checkCulpritNumbers, checkParentNumbers, measureParents } from "./confirm-numbers.ts";
import { describeCulprit } from "./describe.ts";
import { isJudged, lookAtFork } from "./forks.ts";
import { furtherProof } from "./further-proof.ts";
import { limitOf } from "./numbers.ts";
import { holdingOf, overrideOf } from "./overrides.ts";
import { choose } from "./probe.ts";
import { observedRate } from "./runs.ts";
import { situationOf } from "./situation.ts";
import { type BisectionState, startOf } from "./state.ts";
import { record, type Step } from "./step.ts";

/**
 * Checks the fix that the search ended at, and concludes: it was run often enough without a crash, each of its
 * parents crashes or never had the bug, and their kernels differ.
 */
export function proveFix(
  state: BisectionState,
  graph: CommitGraph,
  fix: string,
  parents: readonly string[],
  policy: Policy,
  sureness: Sureness | null,
): Step {
  if (limitOf(state) !== null) return proveByNumbers(state, graph, fix, parents, policy, sureness);
  const cleanRuns =
    sureness === null && !isBuildAlone(state)
      ? cleanRunsFor(1 - startOf(state).confidence, observedRate(state), mostCheckRuns)
      : 1;
  return (
    testFix(state, fix, cleanRuns) ??
    testParents(state, graph, parents, policy) ??
    compareWithParents(state, fix, parents) ??
    confirmBooted(state, fix, parents) ??
    makeChecks(state, parents, checkFixed(state, fix, cleanRuns, sureness !== null), fix) ??
    describeCulprit(state, fix, policy.rules) ??
    furtherProof(state, graph, fix, parents, policy.rules) ??
    verdict(state, fix, [fix], sureness?.confidence ?? null)
  );
}

/** The same where the bug is a number: those of the fix are compared with those of each parent that had the bug. */
function proveByNumbers(
  state: BisectionState,
  graph: CommitGraph,
  fix: string,
  parents: readonly string[],
  policy: Policy,
  sureness: Sureness | null,
): Step {
  const tested = () => parents.filter((parent) => !isJudged(state, parent));
  return (
    testParents(state, graph, parents, policy) ??
    measureParents(state, fix, tested()) ??
    compareWithParents(state, fix, parents) ??
    makeChecks(state, parents, checkCulpritNumbers(state, fix), fix) ??
    describeCulprit(state, fix, policy.rules) ??
    furtherProof(state, graph, fix, parents, policy.rules) ??
    verdict(state, fix, [fix], sureness?.confidence ?? null)
  );
}

/** Runs of the fix until there are `cleanRuns` clean ones, or more of them would change nothing. */
function testFix(state: BisectionState, fix: string, cleanRuns: number): Step | null {
  if (overrideOf(state, fix) !== null) return null;
  const answer = state.answers.get(fix);
  if (answer !== undefined && isDecided(state, answer, cleanRuns)) return null;
  const missing = cleanRuns - (answer?.clean ?? 0);
  return choose(state, {
    stage: "culprit",
    commits: [{ commit: fix, runs: (answer === undefined ? 0 : totalOf(answer)) + missing }],
    why: `the fix must show ${cleanRuns} clean runs`,
  });
}

function testParents(
  state: BisectionState,
  graph: CommitGraph,
  parents: readonly string[],
  policy: Policy,
): Step | null {
  for (const parent of parents) {
    if (holdingOf(state, parent) !== undefined || isJudged(state, parent)) continue;
    const look = policy.rules.fix.looksAtForks
      ? lookAtFork(state, graph, policy, { commit: parent, left: null })
      : null;
    if (look !== null && look !== "awaited") return look;
    return choose(state, {
      stage: "parent",
      commits: [{ commit: parent, runs: policy.rules.runs(situationOf(state)) }],
      why: "a parent of the fix must crash",
    });
  }
  return null;
}

function makeChecks(
  state: BisectionState,
  parents: readonly string[],
  fixed: EventOf<"checked">,
  fix: string,
): Step | null {
  const tested = parents.filter((parent) => !isJudged(state, parent));
  const wanted = [
    fixed,
    ...parents.map((parent) =>
      limitOf(state) === null || isJudged(state, parent)
        ? checkStillBroken(state, parent)
        : checkParentNumbers(state, fix, parent),
    ),
    // What does not build has no kernel to compare.
    ...(isBuildAlone(state) ? [] : checksOfKernels(state, fix, tested)),
  ];
  const next = wanted[state.checks.length];
  return next === undefined ? null : record(next);
}
