import { isWorse, numberText, percentText } from "../outcome/limit.ts";
import {
  changeOf,
  compareSamples,
  partingThreshold,
  type Samples,
} from "../search/measure/samples.ts";
import { allRuns } from "./all-runs.ts";
import { conclude } from "./conclude.ts";
import { cleanEndOf, looks, type Measured, numbersOf, numberTitle } from "./numbers.ts";
import { choose } from "./probe.ts";
import { kernelAt } from "./standing-kernel.ts";
import { type BisectionState, startOf } from "./state.ts";
import { record, type Step } from "./step.ts";

/**
 * How unlikely chance must be at each look. Four looks find a difference that is none in less than 1 of 125
 * bisections; six numbers of each end that are all worse have 1 in 924.
 */
const unlikely = 0.002;

/**
 * Measures both ends until it is known whether they differ, and from where on a number is the bug: the limit that
 * parts them best. Where they do not differ, or not by as much as is asked, the bisection ends with their figures.
 */
export function learnLimit(state: BisectionState, expect: Measured): Step {
  const { crashes } = startOf(state);
  const clean = cleanEndOf(state);
  if (clean === null) throw new Error("a number without a threshold is compared with a clean end");
  for (const look of looks) {
    const missing =
      measure(state, crashes.hash, look, "reproduce", null) ??
      measure(state, clean.hash, look, "clean-end", clean.name);
    if (missing !== null) return missing;
    const samples = {
      after: numbersOf(state, crashes.hash),
      before: numbersOf(state, clean.hash),
    };
    const ends = compareSamples(samples, expect.worse);
    if (ends.p > unlikely) continue;
    if (changeOf(ends, expect.worse) < expect.atLeast) break;
    return identify(samples, ends, expect);
  }
  return notDifferent(state, expect);
}

/** Has one end measured; ends the bisection where that cannot be done; null: it was. */
function measure(
  state: BisectionState,
  commit: string,
  runs: number,
  stage: "reproduce" | "clean-end",
  label: string | null,
): Step | null {
  const name = label === null ? "the crashing commit" : `${otherEnd(state)} ${label}`;
  const failed = (kernelAt(state, commit)?.failed ?? null) !== null;
  const answered = state.answers.get(commit);
  const made = answered === undefined ? 0 : allRuns(state, answered.kernel).length;
  const measured = numbersOf(state, commit).length;
  // A kernel that does not boot is not booted again and again.
  const isGivenUp = answered !== undefined && (failed || (made < runs && measured === 0));
  if (isGivenUp || (made >= runs && measured < runs / 2)) {
    const why = failed
      ? `${name} does not build`
      : `${measured} of ${made} runs of ${name} gave a number`;
    return conclude("untestable", { candidates: [commit], why });
  }
  if (made >= runs) return null;
  return choose(state, {
    stage,
    commits: [{ commit, runs }],
    ...(label !== null && { label }),
    why: "both ends are measured, to find out how much they differ",
  });
}

function identify(
  samples: Samples,
  ends: ReturnType<typeof compareSamples>,
  expect: Measured,
): Step {
  const { worse } = expect;
  const limit = { worse, threshold: partingThreshold(samples, worse), ends };
  const title = numberTitle(expect, limit);
  return record({
    kind: "bug-identified",
    title,
    titles: [title],
    kinds: [],
    stacks: [],
    crashed: samples.after.filter((number) => isWorse(number, limit)).length,
    of: samples.after.length,
    limit,
  });
}

function notDifferent(state: BisectionState, expect: Measured): Step {
  const { crashes, find } = startOf(state);
  const clean = cleanEndOf(state);
  const samples = {
    after: numbersOf(state, crashes.hash),
    before: numbersOf(state, clean?.hash ?? ""),
  };
  const ends = compareSamples(samples, expect.worse);
  const { after, before, p } = ends;
  const figures =
    `median ${numberText(before.median)} of ${before.n} runs of ${otherEnd(state)}, ` +
    `${numberText(after.median)} of ${after.n} of the crashing commit (p = ${numberText(p)})`;
  const isDifferent = p <= unlikely;
  const why = isDifferent
    ? `the ends differ by ${percentText(changeOf(ends, expect.worse))}, and ${percentText(expect.atLeast)} was asked: ${figures}`
    : `the ends do not differ: ${figures}`;
  // What is no better on the head is not fixed there.
  return find === "fix"
    ? conclude("not-fixed-yet", { candidates: [clean?.hash ?? crashes.hash], why })
    : conclude("not-reproduced", { candidates: [crashes.hash], why });
}

function otherEnd(state: BisectionState): string {
  return startOf(state).find === "fix" ? "the head" : "the clean end";
}
