import { z } from "zod";
import { judgedBodies, longestReason } from "./judged-event.ts";
import { hash, kernelId } from "./shapes.ts";

export { longestReason };

/** Most commits that one override is about: a whole release of Linux, with 43 bytes for each of them. */
export const mostOverridden = 20_000;

/** Most runs that are asked for at once beyond what a search wants. */
export const mostRunsAdded = 1000;

/** The side of the change that a commit lies on, or that it cannot be told. */
const verdict = z.enum(["before", "after", "untestable"]);

/**
 * What somebody has to say about a bisection while it goes on, or after. These alone may come from other
 * processes than the one that holds the journal.
 */
export const userBodies = [
  /**
   * Somebody, or a log that was replayed, says where these commits lie. It wins over what runs say,
   * until it is taken back or said otherwise.
   */
  z.strictObject({
    kind: z.literal("overridden"),
    commits: z.array(hash).min(1).max(mostOverridden),
    verdict,
    why: z.string().max(longestReason).nullable(),
    source: z.enum(["user", "log"]),
  }),
  /** The event `overridden` with this `seq` counts no more. */
  z.strictObject({
    kind: z.literal("override-undone"),
    override: z.number().int().nonnegative(),
  }),
  /** Somebody wants a kernel run more often than the search does, to see for themselves. */
  z.strictObject({
    kind: z.literal("runs-added"),
    kernel: kernelId,
    commit: hash,
    more: z.number().int().min(1).max(mostRunsAdded),
    /** It is run until so many runs are finished that answer for it, those of equal kernels included. */
    runs: z.number().int().positive(),
    why: z.string().max(longestReason).nullable(),
  }),
  ...judgedBodies,
] as const;

const userBody = z.discriminatedUnion("kind", [...userBodies]);

export type UserEvent = z.infer<typeof userBody>;

/** `value`, which came from another process. Throws a ZodError that names what does not fit. */
export function parseUserEvent(value: unknown): UserEvent {
  return userBody.parse(value);
}

/** The word for one side, as git takes it; `git bisect log` prints it without quotes. */
const term = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/);

/** The user's own words for the two sides of the change. */
export const userTerms = z.strictObject({ before: term, after: term });
export type Terms = z.infer<typeof userTerms>;

/** The part of history that is searched, where it is not all of it. */
export const historyPart = z.strictObject({
  /** Only what is reached over first parents: merges count as one commit. */
  firstParent: z.boolean(),
  /** Only commits that change one of these files or folders; none: all commits. */
  paths: z.array(z.string().min(1).max(4096)).max(1000),
});
export type HistoryPart = z.infer<typeof historyPart>;
