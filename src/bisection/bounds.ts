import type { BisectionState } from "./state.ts";

/** What may still be begun, beside what is under way. */
export interface Room {
  readonly builds: number;
  readonly runs: number;
}

/** What is left of the bounds; what is under way counts as done already. */
export function roomLeft(state: BisectionState): Room {
  const { bounds, building, running } = state;
  if (bounds === null) return boundless;
  const { builds, runs, seconds } = spent(state);
  const isOver = state.deadlinePassed || seconds >= (bounds.machineSeconds ?? Infinity);
  if (isOver) return { builds: 0, runs: 0 };
  return {
    builds: (bounds.builds ?? Infinity) - builds - building.size,
    runs: (bounds.runs ?? Infinity) - runs - running.size,
  };
}

const boundless: Room = { builds: Infinity, runs: Infinity };

/** Which of the bounds it came to, for people. */
export function boundReached(state: BisectionState): string {
  const { builds = null, runs = null, deadline = null } = state.bounds ?? {};
  const used = spent(state);
  if (state.deadlinePassed) return `the deadline has passed, ${hours(deadline ?? 0)} of work`;
  if (runs !== null && used.runs >= runs) return `${runs} runs were made, as many as are allowed`;
  if (builds !== null && used.builds >= builds) {
    return `${builds} builds were made, as many as are allowed`;
  }
  return `builds and runs took ${hours(used.seconds)}, as long as is allowed`;
}

function hours(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function spent({ kernels }: BisectionState) {
  let [builds, runs, seconds] = [0, 0, 0];
  for (const { built, failed, runs: finished } of kernels.values()) {
    if (failed !== null || built?.cached === false) builds += 1;
    seconds += built?.seconds ?? failed?.seconds ?? 0;
    for (const run of finished.values()) {
      if (run.lent !== undefined) continue;
      runs += 1;
      seconds += run.seconds;
    }
  }
  return { builds, runs, seconds };
}
