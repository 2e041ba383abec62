import type { ComparedSamples, NumberLimit } from "../../event/index.ts";
import { median } from "../../outcome/median.ts";
import { rankSum } from "./rank-sum.ts";

type Worse = NumberLimit["worse"];

/** Numbers of two commits: of one after the change and of one before it. Neither is empty. */
export interface Samples {
  readonly after: readonly number[];
  readonly before: readonly number[];
}

/** How two samples compare, and how likely chance alone makes `after` as much worse. */
export function compareSamples({ after, before }: Samples, worse: Worse): ComparedSamples {
  const sign = worse === "higher" ? 1 : -1;
  const signed = (numbers: readonly number[]) => numbers.map((number) => sign * number);
  return {
    after: { n: after.length, median: median(after) },
    before: { n: before.length, median: median(before) },
    p: Math.min(1, rankSum(signed(after), signed(before))),
  };
}

/** By which share of the median before the one after is worse; negative where it is better. */
export function changeOf(
  { after, before }: Pick<ComparedSamples, "after" | "before">,
  worse: Worse,
): number {
  const difference = (after.median - before.median) * (worse === "higher" ? 1 : -1);
  if (difference === 0) return 0;
  return difference / Math.max(Math.abs(before.median), Number.MIN_VALUE);
}

/**
 * The threshold that parts two samples best: beyond it lies as large a share of `after` less the share of `before` as
 * can be (Youden's index), and of several such the one in the widest gap, in its middle.
 */
export function partingThreshold({ after, before }: Samples, worse: Worse): number {
  const values = [...new Set([...after, ...before])].sort((a, b) => a - b);
  let best = { threshold: values[0] ?? 0, parts: -Infinity, gap: 0 };
  for (let k = 1; k < values.length; k++) {
    const [low, high] = [values[k - 1] as number, values[k] as number];
    const beyond = (numbers: readonly number[]) =>
      numbers.filter((number) => (worse === "higher" ? number >= high : number <= low)).length /
      numbers.length;
    const parts = beyond(after) - beyond(before);
    const gap = high - low;
    // Shares of few numbers are equal or clearly not.
    const isBetter = parts > best.parts + 1e-9;
    if (isBetter || (Math.abs(parts - best.parts) <= 1e-9 && gap > best.gap)) {
      best = { threshold: between(low, high, worse), parts, gap };
    }
  }
  return best.threshold;
}

/** The middle, where it lies between them: two neighbours among the numbers that there are have none. */
function between(low: number, high: number, worse: Worse): number {
  const middle = low + (high - low) / 2;
  if (middle > low && middle < high) return middle;
  return worse === "higher" ? high : low;
}
