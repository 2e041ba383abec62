import { type Cases, usualCases } from "./crash-rates.ts";

/**
 * How far one commit is trusted to behave like the others. Each number is the share of commits whose
 * runs say something else: with a crash rate of their own, uniform between never and always in
 * Jeffreys' sense. It caps how much any one commit can say, so that no single odd kernel decides.
 */
export const oddity = {
  /**
   * Of commits that have the bug. 92.5 % of 1,984 such commits of real bugs crashed in all runs, and the
   * rest is spread far more widely than chance would.
   */
  crashing: 0.02,
  /** Of commits that do not have it: another bug that looks the same. */
  clean: 0.004,
  /**
   * Of the culprit itself and its parents. That it crashes where its parents do not is what makes it
   * the culprit: a suspect that would need an odd kernel for that is as good as cleared.
   */
  itself: 1e-5,
} as const;

/** The probability of exactly this sequence of runs on a commit that has the bug, by case, in logarithms. */
export function logCrashing(
  crashed: number,
  clean: number,
  odd: number,
  { crashRates }: Cases = usualCases,
): Float64Array {
  return sequence(logsOf(crashRates), crashed, clean, odd);
}

/** The same on a commit that does not have it. */
export function logClean(
  crashed: number,
  clean: number,
  odd: number,
  { falseRates }: Cases = usualCases,
): Float64Array {
  return sequence(logsOf(falseRates), crashed, clean, odd);
}

interface Logs {
  readonly crash: readonly number[];
  readonly clean: readonly number[];
}

const knownLogs = new WeakMap<readonly number[], Logs>();

/** Worked out once: the rates are the same ones each time. */
function logsOf(rates: readonly number[]): Logs {
  let logs = knownLogs.get(rates);
  if (logs === undefined) {
    logs = { crash: rates.map(Math.log), clean: rates.map((rate) => Math.log1p(-rate)) };
    knownLogs.set(rates, logs);
  }
  return logs;
}

function sequence(logs: Logs, crashed: number, clean: number, odd: number): Float64Array {
  const any = odd * jeffreys(crashed, clean);
  return Float64Array.from(logs.crash, (log, j) =>
    Math.log((1 - odd) * Math.exp(crashed * log + clean * (logs.clean[j] as number)) + any),
  );
}

/** B(crashed+½, clean+½) / B(½, ½): a sequence of runs whose crash rate may be anything. */
function jeffreys(crashed: number, clean: number): number {
  let product = 1;
  // ∏ (i-½) over crashes and over clean runs, by ∏ i over all: interleaved, so that nothing underflows early.
  for (let i = 1; i <= crashed; i++) product *= (i - 0.5) / i;
  for (let i = 1; i <= clean; i++) product *= (i - 0.5) / (crashed + i);
  // Thousands of runs of one commit: still possible, so that no logarithm becomes infinite.
  return Math.max(product, 1e-250);
}
