import type { Expectation, NumberLimit } from "../event/index.ts";
import { isWorse, limitTitle } from "../outcome/limit.ts";
import type { Rates } from "../search/measure/by-rates.ts";
import { crashRate } from "../search/rate.ts";
import { allRuns } from "./all-runs.ts";
import { kernelAt } from "./standing-kernel.ts";
import { type BisectionState, startOf } from "./state.ts";

/** What a job expects of numbers. */
export type Measured = Extract<Expectation, { kind: "number" | "boot-time" }>;

/** What counts as the bug where that is a number; null where it is not. */
export function measuredIn(state: BisectionState): Measured | null {
  const { expect } = startOf(state);
  return expect?.kind === "number" || expect?.kind === "boot-time" ? expect : null;
}

/** From where on a number is the bug; null where none is, or that is not known yet. */
export function limitOf(state: BisectionState): NumberLimit | null {
  if (state.bug?.limit !== undefined) return state.bug.limit;
  const { worse, threshold } = measuredIn(state) ?? {};
  return worse === undefined || threshold === undefined ? null : { worse, threshold };
}

/** Runs of each of two commits after which their numbers are compared; where they differ, no more are made. */
export const looks = [6, 12, 24, 48] as const;

/** Characters of a pattern that a title has. */
const longestName = 100;

/** What a bug is called that is a number: `boot time in s: 0.55 or more`. */
export function numberTitle(expect: Measured, limit: NumberLimit): string {
  const name = expect.kind === "boot-time" ? "boot time in s" : expect.pattern;
  return `${name.slice(0, longestName)}: ${limitTitle(limit)}`;
}

/** What was measured of `commit`, in the order of its runs; empty where nothing was. */
export function numbersOf(state: BisectionState, commit: string): readonly number[] {
  const known = kernelAt(state, commit);
  if (known === undefined) return [];
  return allRuns(state, known.kernel).flatMap(({ number }) => number ?? []);
}

/** The end that is thought to be without the bug: of a search for a fix the head; null: none is named. */
export function cleanEndOf(
  state: BisectionState,
): { readonly hash: string; readonly name: string } | null {
  const { find, clean, head = null } = startOf(state);
  return find === "fix" ? (state.head ?? head) : clean;
}

/** Share of false alarms that is reckoned with where no clean end was measured. */
const usualAlarms = 0.05;
/** A limit that parts nothing is no limit; then clean runs say next to nothing, and no more than that. */
const leastLess = 0.9;

/**
 * How often runs are beyond the limit, on the two ends; null where the bug is no number, or the limit is not known.
 */
export function ratesOf(state: BisectionState): Rates | null {
  const limit = limitOf(state);
  if (limit === null) return null;
  const { crashes } = startOf(state);
  const clean = cleanEndOf(state);
  const share = (commit: string): number | null => {
    const numbers = numbersOf(state, commit);
    const beyond = numbers.filter((number) => isWorse(number, limit)).length;
    return numbers.length === 0 ? null : crashRate(beyond, numbers.length);
  };
  const bug = share(crashes.hash) ?? 1 - usualAlarms;
  const alarm = (clean === null ? null : share(clean.hash)) ?? usualAlarms;
  return { bug, alarm: Math.min(alarm, leastLess * bug) };
}
