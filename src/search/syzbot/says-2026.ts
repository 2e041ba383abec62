import { type RunCounts, totalOf } from "../verdict.ts";
import type { Says } from "./says.ts";

/** Counted runs, and those that failed for a reason of the machines. */
export interface CountsOf2026 extends RunCounts {
  readonly infrastructure: number;
}

/** What each verdict takes, in runs. */
interface Wanted {
  /** Clean runs of a commit without the bug, where no run crashed. */
  readonly clean: number;
  /** Crashes of a commit that has it, and runs that say anything besides. */
  readonly crashed: number;
  readonly telling: number;
}

/** What a test of `runs` runs takes, of which `infrastructure` failed for the machines; all divisions rounded down. */
export function wantedOf(runs: number, infrastructure: number, flaky: boolean): Wanted {
  return {
    clean: flaky ? Math.floor((runs * 3) / 4) : Math.floor(runs / 2),
    crashed: Math.max(2, Math.floor((runs - infrastructure) / 6)),
    telling: Math.floor(runs / 2),
  };
}

/**
 * What the runs of a commit say in 2026. Clean: no crash, and half of the runs clean, three quarters
 * where the reproducer is flaky. Crashes: two crashes, a sixth of the runs where that is more, and half
 * of the runs say something. Otherwise it is open; where the machines failed in more runs than
 * anything else left open, the bisection is aborted.
 */
export function says2026(counts: CountsOf2026, flaky: boolean): Says {
  const { crashed, clean, foreign, missing, infrastructure } = counts;
  const runs = totalOf(counts) + infrastructure;
  if (runs === 0) return "unclear";
  const wanted = wantedOf(runs, infrastructure, flaky);
  if (crashed === 0 && clean >= wanted.clean) return "clean";
  if (crashed >= wanted.crashed && clean + crashed >= wanted.telling) return "crashes";
  return infrastructure > foreign + missing ? "aborted" : "unclear";
}
