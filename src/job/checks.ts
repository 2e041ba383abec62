import { z } from "zod";
import type { Job } from "./schema.ts";

/** Kernels that a search behind a culprit, or inside a merge, may take where the job does not say how many. */
const usualDeeperBuilds = 12;

/** What a culprit is asked besides, before it is named. */
export const checkKeys = {
  checks: z
    .strictObject({
      /** Whether kernels are built without the culprit. */
      revert: z.boolean().optional(),
      /** Whether it is searched behind a culprit that made a bug visible, and inside a merge. */
      deeper: z
        .union([
          z.boolean(),
          z.strictObject({
            /** Most kernels that are built for it. */
            builds: z.number().int().min(1).max(1000),
          }),
        ])
        .optional(),
    })
    .optional(),
};

/** What is asked of a culprit besides. */
export interface ChecksAsked {
  readonly revert: boolean;
  /** Most kernels that are built behind a culprit, or inside a merge; null: none. */
  readonly deeper: number | null;
}

/**
 * What is checked besides, as `started` tells it. All of it with `adaptive` unless the job says otherwise; with
 * other policies, which have rules of their own, what the job asks for; null: nothing.
 */
export function checksOf({ checks, policy }: Job): ChecksAsked | null {
  const usual = policy === "adaptive";
  if (policy.startsWith("syzbot") || (checks === undefined && !usual)) return null;
  const { revert = usual, deeper = usual } = checks ?? {};
  if (typeof deeper === "object") return { revert, deeper: deeper.builds };
  return { revert, deeper: deeper ? usualDeeperBuilds : null };
}
