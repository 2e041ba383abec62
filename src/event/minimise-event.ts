import { z } from "zod";
import { kernelId } from "./shapes.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const option = z.string().regex(/^CONFIG_[A-Za-z0-9_]{1,200}$/);
const options = z.array(option).max(20_000);
const count = z.number().int().nonnegative();

/** A configuration that was kept in the bisection's folder, and how many of its options are on. */
const keptConfig = z.strictObject({ file: z.string(), sha256, options: count });

/** How the crashing configuration is made smaller before anything else. */
export const minimising = z.strictObject({
  /**
   * What it is compared with: a file that was taken in, or what a make target gives. Null: only instrumentation
   * is left out.
   */
  baseline: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("file") }),
      z.strictObject({ kind: z.literal("base"), base: z.string() }),
    ])
    .nullable(),
  /** Most configurations that are tried. */
  tries: z.number().int().positive(),
  /** Probability with which the result may crash less than a third as often. */
  risk: z.number().gt(0).lt(1),
});

/** What happens while a configuration is made smaller. */
export const minimiseBodies = [
  /** What may be left out of the configuration of the crashing commit. */
  z.strictObject({
    kind: z.literal("minimise-prepared"),
    full: keptConfig,
    base: keptConfig.nullable(),
    candidates: z
      .array(
        z.strictObject({
          name: option,
          /** The candidates that it needs, by their place. */
          needs: z.array(count),
          /** Probability that the crash needs it. */
          chance: z.number().min(0).max(1),
          /** The instrumentation that it belongs to. */
          group: z.string().optional(),
          /** The baseline has it, too: it only goes with all of its group. */
          inBase: z.literal(true).optional(),
        }),
      )
      .max(20_000),
    /** The groups of instrumentation that can show the crash. */
    finders: z.array(z.string()),
  }),
  /** What cannot be read cannot be made smaller: the whole configuration is taken. */
  z.strictObject({ kind: z.literal("minimise-given-up"), why: z.string() }),
  /** The next configuration to try. */
  z.strictObject({
    kind: z.literal("config-chosen"),
    kernel: kernelId,
    config: sha256,
    step: z.enum(["baseline", "instrumentation", "part"]),
    /** What it has no more beside what was left out before. Of the baseline: nothing is named. */
    without: options,
    /** Groups of instrumentation among it. */
    groups: z.array(z.string()).optional(),
    /** Candidates that are in question, and about how many tests they still take. */
    open: count,
    tests: count,
    why: z.string(),
  }),
  z.strictObject({
    kind: z.literal("config-answered"),
    kernel: kernelId,
    crashes: z.boolean(),
    /** Runs that showed the bug, of all. */
    crashed: count,
    of: count,
  }),
  /** What came of it: the configuration of all kernels from now on, where it is another one. */
  z.strictObject({
    kind: z.literal("minimised"),
    /** Null: nothing could be left out. */
    result: keptConfig.nullable(),
    /** Whether it is the baseline itself. */
    isBaseline: z.boolean(),
    /** Candidates that are still in it, and how many of them nobody knows to be needed. */
    kept: options,
    open: count,
    /** Candidates that there were, and configurations tried. */
    of: count,
    tried: count,
    why: z.string(),
  }),
  /** The smaller configuration did not crash again: the whole one is taken from now on. */
  z.strictObject({ kind: z.literal("minimise-undone"), why: z.string() }),
] as const;
