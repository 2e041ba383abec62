import { z } from "zod";
import type { Job } from "./schema.ts";
import { text } from "./values.ts";

/** Builds that the search for one fix may take where the job does not say how many: enough for 4,000 commits. */
export const usualRepairBuilds = 16;

const revision = text.max(1024);

/** Fixes for commits that do not build or boot. */
export const backportKeys = {
  /** Fixes that are applied to commits that do not have them. */
  backports: z
    .array(
      z.union([
        revision.transform((fix) => ({ fix })),
        z.strictObject({
          fix: revision,
          /** Only where this commit is in the history. */
          guilty: revision.optional(),
          /** What it is good for, in the log. */
          why: text.max(500).optional(),
        }),
      ]),
    )
    .max(100)
    .optional(),
  /** Whether a fix is searched for what does not build or boot. */
  repair: z
    .union([
      z.boolean(),
      z.strictObject({
        /** Most kernels that are built to find one. */
        builds: z.number().int().min(1).max(1000),
      }),
    ])
    .optional(),
};

/** Most kernels that are built to find one fix; null: none is searched. Only `adaptive` does so, where the job asks. */
export function repairBuildsOf({ repair, policy }: Job): number | null {
  if (policy !== "adaptive" || (repair ?? false) === false) return null;
  return typeof repair === "object" ? repair.builds : usualRepairBuilds;
}
