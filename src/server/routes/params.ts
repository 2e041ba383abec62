import { z } from "zod";

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, "no id of a bisection");
/** KERNEL-N, as the file of its console is called. */
const run = z.string().regex(/^[0-9a-f]{12,64}(\+[0-9a-f]{8})?-\d{1,7}$/, "no run: KERNEL-N");
/** Paths that name a bisection. */
export const idOf = z.object({ id });
/** Paths that name one of its runs. */
export const runOf = z.object({ id, run });
/** Paths that name a commit of its repository. */
export const commitOf = z.object({
  id,
  commit: z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, "no full hash"),
});
