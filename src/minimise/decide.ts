/** What is known before a configuration is tried. */
export interface Standard {
  /** How often the whole configuration crashes, above 0 and below 1. */
  readonly rate: number;
  /** Probability with which a configuration may pass that crashes less than a third as often. */
  readonly risk: number;
}

/** What the runs of a configuration say, or how many more it takes at least. */
export type Said = "crashes" | "does-not" | { readonly more: number };

/** Probability with which one may fail that crashes as often as the whole configuration. */
const waste = 0.05;
/** Runs after which a configuration that is still neither is given up: what is kept is never wrong. */
const most = 100;
/** A crash rate from a few runs is not taken for one that is sure, or hopeless. */
const bounds = { least: 0.02, most: 0.95 } as const;
/** A configuration that crashes so much more rarely is of no use to a bisection. */
const rarer = 3;

/**
 * Whether a configuration still crashes: Wald's sequential test of "as often as the whole one" against "a third
 * as often". A run that does not show the bug counts against it, whatever it shows instead.
 *
 * As many runs as `more` says can be made at once: no fewer could decide, so that their order does not matter.
 */
export function decide(
  { crashed, silent }: { readonly crashed: number; readonly silent: number },
  { rate, risk }: Standard,
): Said {
  const same = Math.min(bounds.most, Math.max(bounds.least, rate));
  const gone = same / rarer;
  const up = Math.log(same / gone);
  const down = Math.log((1 - gone) / (1 - same));
  const pass = Math.log((1 - waste) / risk);
  const fail = Math.log((1 - risk) / waste);
  const now = crashed * up - silent * down;
  if (now >= pass) return "crashes";
  if (now <= -fail || crashed + silent >= most) return "does-not";
  const more = Math.min(Math.ceil((pass - now) / up), Math.ceil((fail + now) / down));
  return { more: Math.min(Math.max(1, more), most - crashed - silent) };
}
