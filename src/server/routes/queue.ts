import { z } from "zod";
import type { Turns } from "../../lab/turns.ts";
import { type App, addAddress } from "../http/address.ts";
import type { Pool } from "../queue/pool.ts";

const slots = z.object({ of: z.number(), busy: z.number() });
const queueAnswer = z.object({
  slots: z.object({ builds: slots, runs: slots }),
  working: z.array(
    z.object({
      bisection: z.string(),
      kind: z.enum(["build", "run"]),
      id: z.string(),
      since: z.string(),
      text: z.string(),
    }),
  ),
  /** Those that this server drives. */
  running: z.array(z.object({ id: z.string(), since: z.string(), by: z.string().nullable() })),
  queued: z.array(
    z.object({
      id: z.string(),
      /** From 1. */
      place: z.number(),
      since: z.string(),
      by: z.string().nullable(),
      note: z.string().nullable(),
    }),
  ),
  paused: z.array(z.object({ id: z.string(), since: z.string() })),
});

/** What this machine works at, and what waits for it. */
export function addQueue(
  app: App,
  { pool, turns }: { readonly pool: Pool; readonly turns: Turns },
): void {
  addAddress(
    app,
    {
      method: "get",
      path: "/api/queue",
      role: "read",
      summary: "What this machine works at, and what waits for it.",
      answer: queueAnswer,
    },
    (): z.infer<typeof queueAnswer> => {
      const queue = pool.queue;
      const inState = (state: string) => queue.filter((one) => one.state === state);
      return {
        slots: turns.slots,
        working: turns.atWork.map(({ who, kind, id, since }) => ({
          ...{ bisection: who, kind, id, since: new Date(since).toISOString() },
          text: kind === "build" ? `building ${id}` : `running ${id}`,
        })),
        running: inState("running").map(({ id, since, by }) => ({ id, since, by })),
        queued: inState("waiting").map(({ id, since, by, note }, n) => {
          return { id, place: n + 1, since, by, note };
        }),
        paused: inState("paused").map(({ id, since }) => ({ id, since })),
      };
    },
  );
}
