import { type Cases, usualCases } from "./crash-rates.ts";
import { logClean, logCrashing, oddity } from "./likelihood.ts";

/** What n more runs of one kernel may show: the probabilities of 0…n crashes, if it has the bug and if not. */
export interface Forecast {
  readonly runs: number;
  readonly crashing: Float64Array;
  readonly clean: Float64Array;
}

/**
 * The forecast of `runs` runs of a kernel that crashed and stayed clean as often as given, the crash rate
 * being believed to be as `rates` says.
 */
export function forecastOf(
  rates: Float64Array,
  seen: { readonly crashed: number; readonly clean: number },
  runs: number,
  cases: Cases = usualCases,
): Forecast {
  const crashing = new Float64Array(runs + 1);
  const clean = new Float64Array(runs + 1);
  const crashingSoFar = logCrashing(seen.crashed, seen.clean, oddity.crashing, cases);
  const cleanSoFar = logClean(seen.crashed, seen.clean, oddity.clean, cases);
  let choose = 1;
  for (let crashed = 0; crashed <= runs; crashed++) {
    const [k, f] = [seen.crashed + crashed, seen.clean + runs - crashed];
    const logs = logCrashing(k, f, oddity.crashing, cases);
    const quiet = logClean(k, f, oddity.clean, cases);
    let [ifCrashing, ifClean] = [0, 0];
    for (let j = 0; j < rates.length; j++) {
      const rate = rates[j] as number;
      ifCrashing += rate * Math.exp((logs[j] as number) - (crashingSoFar[j] as number));
      ifClean += rate * Math.exp((quiet[j] as number) - (cleanSoFar[j] as number));
    }
    crashing[crashed] = choose * ifCrashing;
    clean[crashed] = choose * ifClean;
    choose = (choose * (runs - crashed)) / (crashed + 1);
  }
  return { runs, crashing, clean };
}

/** The bits that a forecast's runs say about a kernel that has the bug with probability `p`. */
export function bitsOf({ crashing, clean }: Forecast, p: number): number {
  let mixed = 0;
  let known = 0;
  for (let k = 0; k < crashing.length; k++) {
    const [a, b] = [crashing[k] as number, clean[k] as number];
    mixed -= log2Times(p * a + (1 - p) * b);
    known -= p * log2Times(a) + (1 - p) * log2Times(b);
  }
  return Math.max(0, mixed - known);
}

/** Bits of a yes or no that is yes with probability `p`: no test can say more. */
export function entropy(p: number): number {
  return -log2Times(p) - log2Times(1 - p);
}

function log2Times(x: number): number {
  return x > 0 ? x * Math.log2(x) : 0;
}
