/**
 * Where things of a bisection are shown. A page gives addresses of its own server, a report that stands alone
 * places within itself; null: shown nowhere, so that only the text stays.
 */
export interface Links {
  /** The console of a run. */
  readonly run: (run: string) => string | null;
  /** The place of a step in the table. */
  readonly step: (n: number) => string | null;
  /** A line of a file as it was at a commit. */
  readonly source: (commit: string, file: string, line: number) => string | null;
}

/** A run as addresses have it: `KERNEL-N` for `KERNEL#N`. */
export function runAddress(run: string): string {
  return run.replace(/#(?=[^#]*$)/, "-");
}
