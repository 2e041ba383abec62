import type { CommitGraph } from "../history/graph.ts";
import type { Rules } from "../search/rules.ts";
import { broken, needed, untold } from "./conclude-checked.ts";
import { searchDeeper } from "./deeper.ts";
import { checkPlausible } from "./plausible.ts";
import { checkReverts } from "./revert-checks.ts";
import type { BisectionState } from "./state.ts";
import type { Step } from "./step.ts";

/** What is asked of a culprit that no check before has spoken against. */
export function furtherProof(
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
