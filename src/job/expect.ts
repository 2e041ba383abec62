import { RE2JS } from "re2js";
import { z } from "zod";

/** A pattern is the user's own and short; compiling takes memory by its length. */
const longestPattern = 1000;

/** What counts as the bug that is bisected. */
export const expectSchema = z.union([
  z.strictObject({
    /** The title that it has, to the letter. */
    title: z.string().trim().min(1),
  }),
  z.strictObject({
    /** A regular expression (RE2) found in its title or its report. */
    pattern: z
      .string()
      .min(1)
      .max(longestPattern)
      .superRefine((pattern, context) => {
        try {
          RE2JS.compile(pattern);
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          context.addIssue({ code: "custom", message: `is no regular expression: ${why}` });
        }
      }),
  }),
]);
