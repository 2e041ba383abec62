import type { EventOf } from "../event/index.ts";
import type { Confirmation, Rules } from "../search/rules.ts";
import { checkCulprit, checkSignatures } from "./checks.ts";
import { checkFixed } from "./checks-of-fix.ts";
import { compareWithParents } from "./compared.ts";
import { checkCompilers } from "./compiler-checks.ts";
import { conclude } from "./conclude.ts";
import { describeCulprit } from "./describe.ts";
import { makeChecks } from "./make-checks.ts";
import { planKernel } from "./probe.ts";
import { situationOf } from "./situation.ts";
import { kernelAt } from "./standing-kernel.ts";
import { type BisectionState, startOf } from "./state.ts";
import { type Step, work } from "./step.ts";

type Comparison = Extract<Confirmation, { kind: "kernels-compared" }>;

/**
 * Looks into the culprit as syzbot does, and concludes: where it has one parent, that one's kernel is
 * built and must be another; nothing is run. What syzbot shows and does not rely upon, such as the same
 * kernel, a merge, or a result that is not sure enough, is `unconfirmed`.
 */
export function compareWithParent(
  state: BisectionState,
  culprit: string,
  parents: readonly string[],
  rules: Rules,
  confirmation: Comparison,
): Step {
  const [parent] = parents;
  const compared = parent !== undefined && parents.length === 1 ? parent : null;
  return (
    buildParent(state, compared) ??
    compareWithParents(state, culprit, compared === null ? [] : [compared]) ??
    makeChecks(state, checksOf(state, culprit, compared)) ??
    describeCulprit(state, culprit, rules) ??
    verdict(state, culprit, parents.length > 1, confirmation)
  );
}

/** A kernel that was neither built nor failed to is built once, beside every probe. */
function buildParent(state: BisectionState, parent: string | null): Step | null {
  if (parent === null) return null;
  const known = kernelAt(state, parent);
  if (known === undefined) return planKernel(state, parent, "check");
  const { kernel, built, failed } = known;
  return built === null && failed === null ? work({ task: "build", kernel }) : null;
}

function checksOf(
  state: BisectionState,
  culprit: string,
  parent: string | null,
): readonly EventOf<"checked">[] {
  const isFix = startOf(state).find === "fix";
  return [
    isFix ? checkFixed(state, culprit, 1) : checkCulprit(state, culprit),
    ...(parent === null
      ? []
      : [checkSignatures(state, culprit, parent), checkCompilers(state, culprit, parent)]),
  ].filter((check) => check !== null);
}

function verdict(
  state: BisectionState,
  culprit: string,
  merge: boolean,
  { confidence: sum, leastConfidence }: Comparison,
): Step {
  const confidence = sum(situationOf(state));
  const sure = confidence === null ? {} : { confidence };
  const broken = state.checks.find((check) => check.result === "failed");
  if (broken !== undefined) return conclude("unconfirmed", { culprit, ...sure, why: broken.why });
  if (merge) {
    const why = "the culprit is a merge: such results are not relied upon";
    return conclude("unconfirmed", { culprit, ...sure, why });
  }
  if (confidence !== null && confidence < leastConfidence) {
    const why = `the confidence ${confidence.toFixed(2)} is below ${leastConfidence}`;
    return conclude("unconfirmed", { culprit, ...sure, why });
  }
  return conclude("found", { culprit, ...sure, why: "the search ended at one commit" });
}
