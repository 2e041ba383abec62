import type { EventOf } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import type { Rules } from "../search/rules.ts";
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

/** The check that speaks against the culprit; null: none does. */
export function broken({ checks }: BisectionState): EventOf<"checked"> | null {
  const failed = checks.filter((check) => check.result === "failed");
  // A culprit that changed nothing is why its parent does as it does.
  return failed.find(({ check }) => check === "signatures-differ") ?? failed[0] ?? null;
}

/** The first check without which no culprit is named, and that could not be made; null: there is none. */
export function untold({ checks }: BisectionState): EventOf<"checked"> | null {
  return checks.find(({ check, result }) => result === "unknown" && needed.has(check)) ?? null;
}

const needed: ReadonlySet<EventOf<"checked">["check"]> = new Set([
  "culprit-crashes",
  "parent-clean",
  "signatures-differ",
  "compilers-agree",
  "fix-clean",
  "parent-crashes",
]);

/** Checks that build kernels: what they could not tell is said. */
const costly: ReadonlySet<EventOf<"checked">["check"]> = new Set([
  "revert-on-culprit",
  "revert-on-crashing",
  "fix-on-parent",
  "fix-on-crashing",
]);

/** Why a culprit is named: what passed, and what could not be told. */
export function allPassed({ checks }: BisectionState): string {
  const open = checks.filter(({ check, result }) => result === "unknown" && costly.has(check));
  if (open.length === 0) return "every check passed";
  const what = open.map(({ check, why }) => `${check.replaceAll("-", " ")}: ${why}`);
  return `every check passed that could be made; not told: ${what.join("; ")}`;
}
