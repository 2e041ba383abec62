import { sideByRates } from "../search/measure/by-rates.ts";
import type { Remark, Rules } from "../search/rules.ts";
import { type RunCounts, verdictOf as sideOf, type Verdict } from "../search/verdict.ts";
import { isBuildAlone } from "./build-alone.ts";
import { situationOf } from "./situation.ts";
import type { BisectionState } from "./state.ts";

/**
 * What counted runs say by the rules; where the bug is a number, which any commit shows now and then, what is likelier;
 * and where it is a build that fails, that one build.
 */
export function verdictOf(state: BisectionState, rules: Rules, counts: RunCounts): Verdict {
  const situation = situationOf(state);
  const { rates, crashMeans } = situation;
  if (isBuildAlone(state)) return sideOf(counts, crashMeans);
  if (rates !== null && rates !== undefined) return sideByRates(counts, rates, crashMeans);
  return rules.verdict(counts, situation);
}

/** What is said of them besides; of numbers, nothing. */
export function remarkOn(state: BisectionState, rules: Rules, counts: RunCounts): Remark {
  const situation = situationOf(state);
  const isByRules = situation.rates == null && !isBuildAlone(state);
  return isByRules ? rules.remark(counts, situation) : {};
}
