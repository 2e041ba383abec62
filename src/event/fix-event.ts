import { z } from "zod";
import { hash } from "./shapes.ts";

const named = z.strictObject({ hash, name: z.string() });

/** Commits that would be left after a step, and about how many more steps. */
export const left = z.strictObject({
  suspects: z.number().int().nonnegative(),
  steps: z.number().int().nonnegative(),
});

/** What `probe-chosen` tells where the test is about whether another commit can tell of a fix. */
export const lookedAtFor = {
  /** The commit that would be tested next, and what would be left after it. */
  ahead: z.strictObject({ commit: hash, left }).optional(),
};

/** What `started` tells besides where the fix of a bug is searched. */
export const startedFix = {
  /** The commit up to which the fix is searched; absent: the cause is. */
  head: named.optional(),
  /** The commit that brought the bug, where the user knows it. */
  cause: named.optional(),
};

/** What a search for a fix tells. */
export const fixBodies = [
  /** The fix is searched up to this commit from now on. */
  z.strictObject({ kind: z.literal("head-moved"), ...named.shape }),
  /**
   * A commit that would be tested next has not the bug's cause in its history, as far as is known: that it does
   * not crash would say nothing of a fix. It is not tested, and counts as broken still, or as untestable where
   * that cannot be told.
   */
  z.strictObject({
    kind: z.literal("fork-judged"),
    commit: hash,
    /** Where its history and that of the crashing commit part. */
    bases: z.array(hash),
    verdict: z.enum(["before", "untestable"]),
    /** What is left after it; null: a parent of the fix, at the end. */
    left: left.nullable(),
    why: z.string(),
  }),
] as const;
