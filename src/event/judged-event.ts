import { z } from "zod";
import { hash } from "./shapes.ts";

/** Longest reason that is kept, in characters. */
export const longestReason = 1000;

/** What people found out about a conclusion afterwards. */
export const judgedBodies = [
  /** Somebody knows whether the answer is right. The newest word holds. */
  z.strictObject({
    kind: z.literal("judged"),
    /** The `seq` of the conclusion that is meant. */
    conclusion: z.number().int().nonnegative(),
    verdict: z.enum(["right", "wrong"]),
    /** The commit that it is, where that was said. */
    commit: hash.nullable(),
    why: z.string().max(longestReason).nullable(),
  }),
] as const;
