import type { EventOf } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import type { Policy } from "../search/policy.ts";
import { isBuildAlone } from "./build-alone.ts";
import { checkFixed, checkStillBroken } from "./checks-of-fix.ts";
import { cleanRunsWanted, runUntilClean } from "./clean-runs.ts";
import { compareWithParents } from "./compared.ts";
import { concludeChecked, type Sureness } from "./conclude-checked.ts";
import { confirmBooted } from "./confirm-booted.ts";
import { checkCulpritNumbers, checkParentNumbers, measureParents } from "./confirm-numbers.ts";
import { describeCulprit } from "./describe.ts";
import { isJudged, lookAtFork } from "./forks.ts";
import { furtherProof } from "./further-proof.ts";
import { checksOfKernels, makeChecks } from "./make-checks.ts";
import { limitOf } from "./numbers.ts";
import { holdingOf } from "./overrides.ts";
import { choose } from "./probe.ts";
import { situationOf } from "./situation.ts";
import type { BisectionState } from "./state.ts";
import type { Step } from "./step.ts";
import { wordsOf } from "./words-of.ts";

/**
 * Checks the fix that the search ended at, and concludes: it was run often enough without a crash, each of its
 * parents crashes or never had the bug, and their kernels differ. Where the bug is a number, those of the fix are
 * compared with those of each parent that had the bug.
 */
export function proveFix(
  state: BisectionState,
  graph: CommitGraph,
  fix: string,
  parents: readonly string[],
  policy: Policy,
  sureness: Sureness | null,
): Step {
  const isNumber = limitOf(state) !== null;
  const cleanRuns = sureness === null && !isBuildAlone(state) ? cleanRunsWanted(state) : 1;
  const why = `the fix must show ${cleanRuns} clean runs`;
  return (
    (isNumber ? null : runUntilClean(state, fix, cleanRuns, { stage: "culprit", why })) ??
    testParents(state, graph, parents, policy) ??
    (isNumber ? measureParents(state, fix, unjudged(state, parents)) : null) ??
    compareWithParents(state, fix, parents) ??
    confirmBooted(state, fix, parents) ??
    makeChecks(
      state,
      checksOf(
        state,
        fix,
        parents,
        isNumber
          ? checkCulpritNumbers(state, fix)
          : checkFixed(state, fix, cleanRuns, sureness !== null),
      ),
    ) ??
    describeCulprit(state, fix, policy.rules) ??
    furtherProof(state, graph, fix, parents, policy.rules) ??
    concludeChecked(state, fix, [fix], sureness?.confidence ?? null)
  );
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
      why: `a parent of the fix must ${wordsOf(state).show}`,
    });
  }
  return null;
}

function checksOf(
  state: BisectionState,
  fix: string,
  parents: readonly string[],
  fixed: EventOf<"checked">,
): readonly EventOf<"checked">[] {
  return [
    fixed,
    ...parents.map((parent) =>
      limitOf(state) === null || isJudged(state, parent)
        ? checkStillBroken(state, parent)
        : checkParentNumbers(state, fix, parent),
    ),
    // What does not build has no kernel to compare.
    ...(isBuildAlone(state) ? [] : checksOfKernels(state, fix, unjudged(state, parents))),
  ];
}

/** Parents that had the bug, as far as is known. */
function unjudged(state: BisectionState, parents: readonly string[]): readonly string[] {
  return parents.filter((parent) => !isJudged(state, parent));
}
