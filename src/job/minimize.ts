import { z } from "zod";
import type { Job } from "./schema.ts";
import { text } from "./values.ts";

const tries = z.number().int().min(1).max(1000);

/** Whether and how the configuration is made smaller before the bisection. */
export const minimize = z
  .union([
    z.boolean(),
    z.strictObject({
      /** A `.config` that boots; what it lacks is left out as far as the crash allows. */
      baseline: text.optional(),
      /** Most configurations to try. */
      tries: tries.optional(),
      /** Probability with which the result may crash less than a third as often. */
      risk: z.number().gt(0).max(0.5).optional(),
    }),
  ])
  .optional();

type Minimize = z.infer<typeof minimize>;

/** Whether a baseline is named. */
export function isBaseline(
  given: Minimize,
): given is Exclude<Minimize, boolean | undefined> & { baseline: string } {
  return typeof given === "object" && given.baseline !== undefined;
}

/** Configurations that are tried: beside a bisection, and where nothing else is asked for. */
export const usualTries = { beside: 10, alone: 40 } as const;
const usualRisk = 0.05;

/** How the configuration of `job` is made smaller; null: it stays. */
export function minimisingOf(job: Job, alone = false) {
  const given = job.kind === "kernel" ? (job.minimize ?? false) : false;
  if (job.kind !== "kernel" || (given === false && !alone)) return null;
  const { tries = undefined, risk = usualRisk } = typeof given === "object" ? given : {};
  return {
    baseline: baselineOf(job, given, alone),
    tries: tries ?? (alone ? usualTries.alone : usualTries.beside),
    risk,
  };
}

/**
 * A named file; else, where nothing is asked for but a smaller configuration, what the job's fragments were put over,
 * or next to nothing. Beside a bisection only instrumentation is left out then.
 */
function baselineOf(job: Extract<Job, { kind: "kernel" }>, given: Minimize, alone: boolean) {
  if (isBaseline(given)) return { kind: "file" as const };
  if (!alone) return null;
  const { config } = job.kernel;
  return { kind: "base" as const, base: typeof config === "string" ? "allnoconfig" : config.base };
}
