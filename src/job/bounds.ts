import { z } from "zod";
import { durationIn } from "./duration.ts";
import type { Job } from "./schema.ts";

const count = z.number().int().min(1).max(1_000_000);

const duration = z.union([z.number().positive(), z.string()]).transform((value, context) => {
  const seconds = durationIn(String(value).trim());
  if (seconds !== null) return seconds;
  const message = `expected a time such as 90m or 2h, got ${JSON.stringify(value)}`;
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

/** How much a bisection may take. */
export const boundKeys = {
  budget: z
    .strictObject({
      /** Most kernels to build, and runs to make. */
      builds: count.optional(),
      runs: count.optional(),
      /** Most time that all builds and runs together may take, one after the other; in seconds. */
      "machine-time": duration.optional(),
    })
    .optional(),
  /** Most time of work, pauses between sessions left out; in seconds. */
  deadline: duration.optional(),
};

/** How much a bisection may take: null is as much as it needs. */
export interface Bounds {
  readonly builds: number | null;
  readonly runs: number | null;
  readonly machineSeconds: number | null;
  readonly deadline: number | null;
}

/** The bounds of the job, or null where it has none. */
export function boundsOf({ budget, deadline }: Job): Bounds | null {
  const bounds = {
    builds: budget?.builds ?? null,
    runs: budget?.runs ?? null,
    machineSeconds: budget?.["machine-time"] ?? null,
    deadline: deadline ?? null,
  };
  return Object.values(bounds).every((bound) => bound === null) ? null : bounds;
}
