import type { Costs } from "../search/reckoning.ts";

/** What testing takes where it was measured, in minutes. */
export const knownCosts = {
  /** Syzbot's: 6.7 minutes a kernel, ten machines at once for 4.3 minutes (2,305 bisections). */
  gce: { build: 6.7, run: 4.3, runsAtOnce: 10, crowding: 0 },
  /** Two processors: an incremental build, runs of 20 seconds, two at once; builds at once share them. */
  laptop: { build: 2, run: 1 / 3, runsAtOnce: 2, crowding: 1 },
} as const satisfies Record<string, Costs>;
