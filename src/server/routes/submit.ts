import { z } from "zod";
import { costText, type Plan } from "../../session/plan.ts";
import type { Home } from "../home/home.ts";
import { type App, addAddress } from "../http/address.ts";
import type { Pool } from "../queue/pool.ts";
import { beginSent, type Desk, planSent } from "../queue/submit.ts";

/** Longest name, content and number of files come from the bounds of the body and of uploads. */
const sentJob = z.strictObject({
  /** The job file's text, YAML. */
  job: z
    .string()
    .min(1)
    .max(1024 * 1024),
  /** Files that it names by a relative path, by that path: base64. */
  files: z.record(z.string().max(1024), z.base64()).default({}),
  note: z.string().max(1000).optional(),
});

const planAnswer = z.object({
  ok: z.literal(true),
  plan: z.array(z.object({ name: z.string(), value: z.string() })),
  estimate: z.object({
    kernels: z.number().nullable(),
    runs: z.number().nullable(),
    seconds: z.number().nullable(),
    text: z.string(),
  }),
});

/** Jobs that are sent. */
export function addSubmit(
  app: App,
  { home, pool, desk }: { readonly home: Home; readonly pool: Pool; readonly desk: Desk },
): void {
  addAddress(
    app,
    {
      method: "post",
      path: "/api/plan",
      role: "submit",
      summary: "What would be done for a job, and how much of it. Nothing is built.",
      body: sentJob,
      answer: planAnswer,
    },
    async ({ body, signal }): Promise<z.infer<typeof planAnswer>> =>
      planned(await planSent(desk, body, signal)),
  );
  addAddress(
    app,
    {
      method: "post",
      path: "/api/bisections",
      role: "submit",
      summary: "Begins a bisection of a job and puts it into the line.",
      body: sentJob,
      answer: z.object({ id: z.string() }),
      status: 201,
    },
    async ({ body, caller, signal }) => {
      const id = await beginSent(desk, body, signal);
      await home.sweep();
      await pool.want(id, { by: caller.name, ...(body.note && { note: body.note }) });
      return { id };
    },
  );
}

function planned({ lines, size, cost }: Plan): z.infer<typeof planAnswer> {
  const kernels = size?.kernels ?? null;
  const reach =
    size === null
      ? "how far back it has to search is not known yet"
      : `${size.commits} commits: about ${size.steps} steps, at most ${size.kernels} builds`;
  const text = [reach, ...(cost === null ? [] : [costText(cost)])].join("; ");
  return {
    ok: true,
    plan: lines.map(([name, value]) => ({ name, value })),
    estimate: { kernels, runs: cost?.runs ?? null, seconds: cost?.seconds ?? null, text },
  };
}
