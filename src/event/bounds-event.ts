import { z } from "zod";

const count = z.number().int().positive().nullable();
const seconds = z.number().positive().nullable();

/** How much a bisection may take, and that its time is over. */
export const boundsBodies = [
  /**
   * How much it may take in all, what it has taken included; null: as much as it needs. It takes the place
   * of the bounds before, and makes a conclusion void to which these led, or that left something out for them.
   */
  z.strictObject({
    kind: z.literal("bounds-set"),
    /** Kernels built, those left out that a cache had. */
    builds: count,
    runs: count,
    /** All builds and runs together, one after the other. */
    machineSeconds: seconds,
    /** Of work: from the first event of each session to its last. */
    deadline: seconds,
  }),
  /** The deadline has passed: what was under way is ended, and nothing is tested until there is a later one. */
  z.strictObject({ kind: z.literal("deadline-passed") }),
] as const;
