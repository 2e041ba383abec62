import type { EventOf } from "../event/index.ts";
import { crashMeans } from "./crash-means.ts";
import { isJudged } from "./forks.ts";
import { holdingOf, speaker } from "./overrides.ts";
import type { BisectionState } from "./state.ts";
import { saysClean, wordsOf } from "./words-of.ts";

type Check = EventOf<"checked">;

/**
 * Whether the fix was itself run `cleanRuns` times and did not crash, or somebody says that it is one. `isKnown`: a
 * policy looked at it that reckons with probabilities, for which a crash in many clean runs may be another bug's.
 */
export function checkFixed(
  state: BisectionState,
  fix: string,
  cleanRuns: number,
  isKnown = false,
): Check {
  const held = holdingOf(state, fix);
  const { shows } = wordsOf(state);
  const { crashed = 0, clean = 0, override = null } = held ?? {};
  const made = {
    kind: "checked",
    check: "fix-clean",
    parent: null,
    crashed,
    of: crashed + clean,
  } as const;
  if (held === undefined || held.verdict === "untestable") {
    return { ...made, result: "unknown", why: "it cannot be tested itself" };
  }
  if (held.verdict === crashMeans(state) && !(isKnown && override === null && clean > 0)) {
    return { ...made, result: "failed", why: `it still ${shows} itself` };
  }
  if (override !== null) return { ...made, result: "passed", why: `${speaker(override)} so` };
  if (clean < cleanRuns) {
    return { ...made, result: "unknown", why: `fewer than ${cleanRuns} of its runs say something` };
  }
  return { ...made, result: "passed", why: saysClean(state, crashed) };
}

/** Whether a parent of the fix still crashes, or never had the bug. */
export function checkStillBroken(state: BisectionState, parent: string): Check {
  const held = holdingOf(state, parent);
  const { sight, show } = wordsOf(state);
  const { crashed = 0, clean = 0, override = null } = held ?? {};
  const made = {
    kind: "checked",
    check: "parent-crashes",
    parent,
    crashed,
    of: crashed + clean,
  } as const;
  const fork = isJudged(state, parent) ? state.judgedForks.get(parent) : undefined;
  if (fork?.verdict === "before") {
    return { ...made, result: "passed", why: `it never had the bug: ${fork.why}` };
  }
  if (fork !== undefined || held === undefined || held.verdict === "untestable") {
    const why = fork?.why ?? "a parent of the fix cannot be tested";
    return { ...made, result: "unknown", why };
  }
  if (held.verdict !== crashMeans(state)) {
    return { ...made, result: "failed", why: `a parent of the fix does not ${show} either` };
  }
  if (override !== null) return { ...made, result: "passed", why: `${speaker(override)} so` };
  return { ...made, result: "passed", why: `one ${sight} is enough` };
}
