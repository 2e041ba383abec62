import type { EventOf } from "../event/index.ts";
import type { Confidence } from "../search/reckoning.ts";
import { isBuildAlone, runsOfBuild } from "./build-alone.ts";
import { conclude } from "./conclude.ts";
import { cleanByNumbers } from "./confirm-numbers.ts";
import { toldDeeper } from "./deeper-searches.ts";
import { isLeftOut } from "./left-out.ts";
import { limitOf } from "./numbers.ts";
import { overrideOf } from "./overrides.ts";
import { cleanProbability } from "./runs.ts";
import type { BisectionState } from "./state.ts";
import type { Step } from "./step.ts";

/** What a policy that decides all is sure of when it names a culprit. */
export interface Sureness {
  /** Whether it looked at this commit as much as it wanted. */
  knows(commit: string): boolean;
  readonly confidence?: Confidence;
}

/** Concludes by the checks; the result is as sure as it is that `mustBeClean` are. */
export function concludeChecked(
  state: BisectionState,
  culprit: string,
  mustBeClean: readonly string[],
  believed: Confidence | null,
): Step {
  const failed = broken(state);
  if (failed !== null)
    return conclude("unconfirmed", { culprit, leftOut: isLeftOut(state), why: failed.why });
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
    leftOut: isLeftOut(state),
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

/** Checks without which no culprit is named. */
export const needed: ReadonlySet<EventOf<"checked">["check"]> = new Set([
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
function allPassed({ checks }: BisectionState): string {
  const open = checks.filter(({ check, result }) => result === "unknown" && costly.has(check));
  if (open.length === 0) return "every check passed";
  const what = open.map(({ check, why }) => `${check.replaceAll("-", " ")}: ${why}`);
  return `every check passed that could be made; not told: ${what.join("; ")}`;
}
