import { z } from "zod";

/** What of a measured number counts as worse, and by how much it has to be. */
const measured = {
  worse: z.enum(["higher", "lower"]),
  /** From here on a number is worse; absent: where the two ends part best. */
  threshold: z.number().optional(),
  /** Least share by which the medians of the two ends differ: 0.1 is 10 %. */
  atLeast: z.number().nonnegative(),
};

/** What counts as the bug, where the job says so and not the crashing commit. */
export const expectation = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("title"), title: z.string() }),
  /** A regular expression in the title or the report. */
  z.strictObject({ kind: z.literal("pattern"), pattern: z.string() }),
  /** What the exit code of the user's own command says. */
  z.strictObject({ kind: z.literal("predicate") }),
  z.strictObject({ kind: z.literal("any-crash") }),
  z.strictObject({ kind: z.literal("boot-fails") }),
  /** `message`: a regular expression in a line of what the build says; null: any failure. */
  z.strictObject({ kind: z.literal("build-fails"), message: z.string().nullable() }),
  /** `machine`: it booted and did not end in its time. `reproducer`: or that alone did not. */
  z.strictObject({ kind: z.literal("hangs"), who: z.enum(["machine", "reproducer"]) }),
  z.strictObject({
    kind: z.literal("message"),
    pattern: z.string(),
    is: z.enum(["present", "absent"]),
  }),
  z.strictObject({
    kind: z.literal("test"),
    name: z.string(),
    is: z.enum(["failing", "passing"]),
    /** What a run without a result of it says. */
    missing: z.enum(["nothing", "failing", "passing"]),
  }),
  /** A number in a line of the console: what the first group of the pattern matches. */
  z.strictObject({ kind: z.literal("number"), pattern: z.string(), ...measured }),
  /** Seconds until our first process, or until a line that matches `until`. */
  z.strictObject({ kind: z.literal("boot-time"), until: z.string().nullable(), ...measured }),
]);

/** Numbers of one commit, in short. */
const sample = z.strictObject({
  n: z.number().int().positive(),
  median: z.number(),
});

/** How the numbers of two commits compare. */
export const comparedSamples = z.strictObject({
  after: sample,
  before: sample,
  /** One-sided, of the rank-sum test: how likely chance alone makes `after` as much worse. */
  p: z.number().min(0).max(1),
});

/** From where on a number counts as the bug, and what that was chosen by. */
export const numberLimit = z.strictObject({
  worse: measured.worse,
  threshold: z.number(),
  /** What the two ends showed; absent: the job names the threshold. */
  ends: comparedSamples.optional(),
});
