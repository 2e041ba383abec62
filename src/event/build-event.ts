import { z } from "zod";
import { kernelId } from "./shapes.ts";

/** What builds tell besides how they ended. */
export const buildBodies = [
  /**
   * Kernels of an age are built by another compiler than those before, as these ones do not build it. From
   * now on they are not tried for that age.
   */
  z.strictObject({
    kind: z.literal("compiler-changed"),
    /** The first kernel that it was so with. */
    kernel: kernelId,
    /** The newest release that such kernels contain: `v5.3`. */
    release: z.string(),
    /** The compiler that builds it, by its name on this machine. */
    to: z.string(),
    passedOver: z
      .array(
        z.strictObject({
          compiler: z.string(),
          release: z.string(),
          /** What it stumbled over: a line of its own. */
          why: z.string(),
        }),
      )
      .min(1),
  }),
  /** Kernels of an age are asked for other options than the job says. Told once for equal changes. */
  z.strictObject({
    kind: z.literal("config-changed"),
    kernel: kernelId,
    changes: z
      .array(
        z.strictObject({
          option: z.string(),
          /** What was asked for; null: nothing. */
          from: z.string().nullable(),
          to: z.string(),
          why: z.string(),
        }),
      )
      .min(1),
  }),
] as const;

/** The name on this machine of the compiler that built a kernel; absent: builds choose their own. */
export const toolchain = z.string().optional();

/**
 * Options without which the crash cannot be seen, which the crashing commit has and this one has not: its
 * kernel was not kept. Absent: it is not for that.
 */
export const gone = z.array(z.string()).min(1).optional();
