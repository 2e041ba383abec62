import type { CommitGraph } from "../history/graph.ts";
import type { Policy } from "../search/policy.ts";
import type { Rules } from "../search/rules.ts";
import { isBuildAlone } from "./build-alone.ts";
import { checkCulprit, checkKnownParent, checkParent } from "./checks.ts";
import { cleanRunsWanted, runUntilClean } from "./clean-runs.ts";
import { compareWithParent } from "./compare-parent.ts";
import { compareWithParents } from "./compared.ts";
import { concludeChecked, type Sureness } from "./conclude-checked.ts";
import { confirmBooted } from "./confirm-booted.ts";
import { proveFix } from "./confirm-fix.ts";
import { checkCulpritNumbers, checkParentNumbers, measureParents } from "./confirm-numbers.ts";
import { describeCulprit } from "./describe.ts";
import { furtherProof } from "./further-proof.ts";
import { checksOfKernels, makeChecks } from "./make-checks.ts";
import { limitOf } from "./numbers.ts";
import { type BisectionState, startOf } from "./state.ts";
import type { Step } from "./step.ts";

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
  const cleanRuns = isBuildAlone(state) ? 1 : cleanRunsWanted(state, parents.length);
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
    makeChecks(state, [
      isNumber ? checkCulpritNumbers(state, culprit) : checkCulprit(state, culprit),
      ...parents.map(checkOf),
      // What does not build has no kernel to compare.
      ...(isBuildAlone(state) ? [] : checksOfKernels(state, culprit, parents)),
    ]) ??
    describeCulprit(state, culprit, rules) ??
    furtherProof(state, graph, culprit, parents, rules) ??
    concludeChecked(state, culprit, parents, sureness?.confidence ?? null)
  );
}

function testParents(
  state: BisectionState,
  parents: readonly string[],
  cleanRuns: number,
): Step | null {
  const why = `a parent of the culprit must show ${cleanRuns} clean runs`;
  for (const parent of parents) {
    const step = runUntilClean(state, parent, cleanRuns, { stage: "parent", why });
    if (step !== null) return step;
  }
  return null;
}
