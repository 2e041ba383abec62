import type { ProbeStage } from "../../event/index.ts";
import type { PastTest, Situation } from "../rules.ts";

/** Stages whose commits git chooses; the first test and the releases do not count. */
const steps: readonly ProbeStage[] = ["merge-base", "search"];

/**
 * How sure 2026 is of a search: the product, over the steps of `git bisect` that were clean, of the
 * probability 1 - (1 - p)^clean that clean runs say so rightly. p is the share of crashes on the
 * crashing commit; every later commit with a smaller one pulls it half of the way down.
 */
export function confidence2026({ tests, crashMeans }: Situation): number {
  let [rate, confidence] = [1, 1];
  for (const test of tests) {
    if (test.verdict === crashMeans) rate = rateAfter(rate, test);
    else if (test.verdict !== "untestable" && steps.includes(test.stage)) {
      confidence *= 1 - missedIn(test.clean, rate);
    }
  }
  return confidence;
}

/** The probability that `clean` clean runs, made after these tests, hid the bug. */
export function missable2026(clean: number, { tests, crashMeans }: Situation): number {
  let rate = 1;
  for (const test of tests) if (test.verdict === crashMeans) rate = rateAfter(rate, test);
  return missedIn(clean, rate);
}

function missedIn(clean: number, rate: number): number {
  return (1 - rate) ** clean;
}

function rateAfter(rate: number, test: PastTest): number {
  const share = shareOf(test);
  return test.stage === "reproduce" ? share : Math.min(rate, (rate + share) / 2);
}

/** A verdict for the bug has a crash. */
function shareOf({ crashed, clean }: PastTest): number {
  return crashed / (crashed + clean);
}
