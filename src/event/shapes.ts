import { z } from "zod";

/** A commit's full hash, SHA-1 or SHA-256. */
export const hash = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/);
/** The id of a kernel, as `kernelIdOf` makes it. */
export const kernelId = z.string().regex(/^[0-9a-f]{12,64}(\+[0-9a-f]{8})?$/);
