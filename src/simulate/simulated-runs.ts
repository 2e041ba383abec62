import type { Bug } from "./bug.ts";
import { coin } from "./coin.ts";
import { foreignTitle, ownForeignTitle } from "./world.ts";

/** What one run shows. */
export type Shown = "crashed" | "clean" | "foreign";

/** Kinds of coins, so that one never decides two things. */
const kinds = {
  isOdd: 10,
  oddRate: 11,
  otherBug: 12,
  unrelated: 13,
  title: 14,
  crash: 15,
  ownTitle: 16,
};

/**
 * What run `run` of a commit shows: the same for every policy that asks. The commit is an index in the
 * graph, or negative: outside, where another bug never is, and this one only if its fix is searched.
 */
export function shown(seed: number, bug: Bug, commit: number, run: number): Shown {
  const flip = (kind: number) => coin(seed, bug.number, commit, run, kind);
  if (commit >= 0 && bug.otherBug !== null && bug.otherBug.commits[commit] === 1) {
    if (flip(kinds.otherBug) < bug.otherBug.rate) {
      return bug.otherBug.foreign ? "foreign" : "crashed";
    }
  }
  if (flip(kinds.unrelated) < bug.unrelatedRate) {
    return flip(kinds.title) < foreignTitle ? "foreign" : "crashed";
  }
  if (!hasBug(bug, commit) || !comesThere(bug, commit)) return "clean";
  if (flip(kinds.crash) >= rateAt(seed, bug, commit)) return "clean";
  // Where it was reported, each title that is seen is one of the bug's own.
  const isReported = commit === bug.reported;
  return !isReported && flip(kinds.ownTitle) < ownForeignTitle ? "foreign" : "crashed";
}

function hasBug({ crashing, find }: Bug, commit: number): boolean {
  return commit < 0 ? find === "fix" : crashing[commit] === 1;
}

/** Whether the reproducer comes to the crashing function on `commit`. */
export function comesThere({ open }: Bug, commit: number): boolean {
  return open === null || (commit >= 0 && open[commit] === 1);
}

function rateAt(seed: number, bug: Bug, commit: number): number {
  const isReported = commit === bug.reported;
  const isOdd = coin(seed, bug.number, commit, 0, kinds.isOdd) < bug.oddCommits;
  if (isReported || !isOdd) return bug.crashRate;
  return coin(seed, bug.number, commit, 0, kinds.oddRate);
}
