import type { EventOf } from "../event/index.ts";
import { checkSignatures, isOnlySaid } from "./checks.ts";
import { checkCompilers } from "./compiler-checks.ts";
import type { BisectionState } from "./state.ts";
import { record, type Step } from "./step.ts";

type Check = EventOf<"checked">;

/** Records the first of these checks that is not made yet; null: all are. */
export function makeChecks({ checks }: BisectionState, wanted: readonly Check[]): Step | null {
  const next = wanted.find(
    ({ check, parent }) => !checks.some((made) => made.check === check && made.parent === parent),
  );
  return next === undefined ? null : record(next);
}

/** What the kernels of a commit and its parents can be compared by, where there are any. */
export function checksOfKernels(
  state: BisectionState,
  culprit: string,
  parents: readonly string[],
): readonly Check[] {
  return [
    ...parents
      .filter((parent) => !isOnlySaid(state, culprit, parent))
      .map((parent) => checkSignatures(state, culprit, parent)),
    ...parents.flatMap((parent) => checkCompilers(state, culprit, parent) ?? []),
  ];
}
