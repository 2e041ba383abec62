import { z } from "zod";
import { hash, kernelId } from "./shapes.ts";

const bisectionId = z.string().min(1).max(255);
const runId = z.string().regex(/^[0-9a-f]{12,64}(\+[0-9a-f]{8})?#\d+$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The bisection that made a run, and what it is called there; absent: it was made here. */
export const lentBy = z.strictObject({ from: bisectionId, run: runId }).optional();

/** What an earlier bisection of the same conditions lends. */
export const reuseBodies = [
  /** It has run these kernels. They lend their runs to kernels of the same signature, once these are built. */
  z.strictObject({
    kind: z.literal("evidence-offered"),
    from: bisectionId,
    /** `asked`: by its name, or for any; `same`: it was begun with the same job at the same commit. */
    why: z.enum(["asked", "same"]),
    kernels: z
      .array(
        z.strictObject({
          signature: sha256,
          commit: hash,
          /** So many of its runs are lent, the first ones. */
          runs: z.number().int().positive(),
        }),
      )
      .min(1)
      .max(10_000),
  }),
  /** The runs of a kernel of this signature were taken over; each is a `run-finished` before this. */
  z.strictObject({
    kind: z.literal("evidence-reused"),
    from: bisectionId,
    kernel: kernelId,
    signature: sha256,
    /** Fewer than offered where their consoles are gone. */
    runs: z.number().int().nonnegative(),
  }),
] as const;
