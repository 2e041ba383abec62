import type { Situation } from "../rules.ts";
import { totalOf } from "../verdict.ts";

/** Runs of a commit; and of the first one, and of every one of a flaky reproducer. */
const usualRuns = 10;
const carefulRuns = 20;

/**
 * Whether a commit that was found to have the bug crashed in fewer of its runs than were clean; from
 * then on the reproducer counts as flaky. 2022 has it as bad < good, 2026 as a share of bad runs below
 * one half: the same.
 */
export function isFlaky({ tests, crashMeans }: Situation): boolean {
  return tests.some((test) => test.verdict === crashMeans && test.crashed < test.clean);
}

/** 20 runs of the first commit that can be run and of all once the reproducer is flaky, else 10. */
export function syzbotRuns(situation: Situation): number {
  if (situation.askedRuns !== null) return situation.askedRuns;
  const first = situation.tests.every((test) => totalOf(test) === 0);
  return first || isFlaky(situation) ? carefulRuns : usualRuns;
}

export const syzbotRunsInWords = `${usualRuns} of each commit, ${carefulRuns} of the first and where it is flaky`;
