import type { ComparedSamples, EventOf, NumberLimit } from "../event/index.ts";
import { logOdds } from "../search/measure/by-rates.ts";
import { compareSamples } from "../search/measure/samples.ts";
import { allRuns } from "./all-runs.ts";
import { crashMeans } from "./crash-means.ts";
import { limitOf, looks, numbersOf, ratesOf } from "./numbers.ts";
import { holdingOf, overrideOf } from "./overrides.ts";
import { choose } from "./probe.ts";
import { kernelAt } from "./standing-kernel.ts";
import type { BisectionState } from "./state.ts";
import type { Step } from "./step.ts";

type Check = EventOf<"checked">;

/** How unlikely chance must be for a parent to be another than the culprit. */
const unlikely = 0.01;

/**
 * Where the bug is a number: what is still to be measured of the culprit and its parents until the two-sample test
 * tells them apart, or will not; null: nothing is.
 */
export function measureParents(
  state: BisectionState,
  culprit: string,
  parents: readonly string[],
): Step | null {
  for (const parent of parents) {
    for (const look of looks) {
      if (isToldApart(compared(state, culprit, parent))) break;
      // What lies on the culprit's side will not be told apart by more runs.
      if (holdingOf(state, parent)?.verdict === "after") break;
      const missing =
        measure(state, parent, look, "parent") ?? measure(state, culprit, look, "culprit");
      if (missing !== null) return missing;
    }
  }
  return null;
}

function isToldApart(ends: ComparedSamples | null): boolean {
  return ends !== null && ends.p <= unlikely && Math.min(ends.after.n, ends.before.n) >= looks[0];
}

function measure(
  state: BisectionState,
  commit: string,
  runs: number,
  stage: "culprit" | "parent",
): Step | null {
  if (overrideOf(state, commit) !== null) return null;
  const known = kernelAt(state, commit);
  const made = known === undefined ? 0 : allRuns(state, known.kernel).length;
  if (made >= runs || (known?.failed ?? null) !== null) return null;
  const answered = state.answers.get(commit);
  const isSilent = answered !== undefined && numbersOf(state, commit).length === 0;
  if (isSilent) return null;
  return choose(state, {
    stage,
    commits: [{ commit, runs }],
    why: "the numbers of the culprit and its parents are compared",
  });
}

function compared(state: BisectionState, culprit: string, parent: string): ComparedSamples | null {
  const limit = limitOf(state);
  const [after, before] = samplesOf(state, culprit, parent);
  if (limit === null || after.length === 0 || before.length === 0) return null;
  return compareSamples({ after, before }, limit.worse);
}

function samplesOf(state: BisectionState, culprit: string, parent: string) {
  const samples = [numbersOf(state, culprit), numbersOf(state, parent)] as const;
  // Where a fix is searched, the worse numbers are the parent's.
  return crashMeans(state) === "after" ? samples : ([samples[1], samples[0]] as const);
}

/** Whether the culprit's numbers are on its side of the limit. */
export function checkCulpritNumbers(state: BisectionState, culprit: string): Check {
  const held = holdingOf(state, culprit);
  const { crashed = 0, clean = 0 } = held ?? {};
  const isThere = held?.verdict === "after";
  const of = crashed + clean;
  const limit = limitOf(state);
  return {
    kind: "checked",
    check: crashMeans(state) === "after" ? "culprit-crashes" : "fix-clean",
    result: isThere ? "passed" : "failed",
    parent: null,
    crashed,
    of,
    why: isThere
      ? `its numbers are ${sideText(state, limit)} the limit`
      : "its numbers are not on this side of the limit",
  };
}

function sideText(state: BisectionState, limit: NumberLimit | null): string {
  const isWorse = crashMeans(state) === "after";
  return (limit?.worse === "higher") === isWorse ? "above" : "below";
}

/** Whether a parent's numbers are others than the culprit's, by the two-sample test. */
export function checkParentNumbers(state: BisectionState, culprit: string, parent: string): Check {
  const held = holdingOf(state, parent);
  const { crashed = 0, clean = 0, override = null } = held ?? {};
  const numbers = compared(state, culprit, parent);
  const made = {
    kind: "checked",
    check: crashMeans(state) === "after" ? "parent-clean" : "parent-crashes",
    parent,
    crashed,
    of: crashed + clean,
    ...(numbers !== null && { numbers }),
  } as const;
  if (override !== null && override.verdict === "before") {
    return { ...made, result: "passed", why: "somebody says so" };
  }
  if (numbers === null) {
    return { ...made, result: "unknown", why: "a parent of the culprit cannot be measured" };
  }
  if (isToldApart(numbers)) {
    return { ...made, result: "passed", why: "the numbers of the two differ" };
  }
  if (held?.verdict === "after") {
    return { ...made, result: "failed", why: "a parent's numbers are as the culprit's" };
  }
  return { ...made, result: "unknown", why: "the numbers of the two may differ by chance alone" };
}

/** Probability that all of these are without the bug, as their numbers say, with even odds before. */
export function cleanByNumbers(state: BisectionState, commits: readonly string[]): number {
  const rates = ratesOf(state);
  if (rates === null) return 1;
  return commits.reduce((product, commit) => {
    const odds = logOdds(holdingOf(state, commit) ?? { crashed: 0, clean: 0 }, rates);
    return product / (1 + Math.exp(odds));
  }, 1);
}
