import { z } from "zod";

const bounds = z.strictObject({
  /** Absent: as before; null: no bound. */
  builds: z.number().int().positive().nullable().optional(),
  runs: z.number().int().positive().nullable().optional(),
  machineSeconds: z.number().positive().nullable().optional(),
  deadline: z.number().positive().nullable().optional(),
});
/** How much a bisection may take from now on, as far as somebody said. */
export type AskedBounds = z.infer<typeof bounds>;

/** One thing that happened to a queue, as its file has it. */
export const queueLine = z.strictObject({
  version: z.literal(1),
  at: z.string(),
  /** The bisection. */
  id: z.string(),
  /**
   * `wants`: somebody wants it to go on, at the end of the line. `begun`: it is driven. `paused`: somebody wants it to
   * wait. `ended`: the queue has no more to do with it.
   */
  what: z.enum(["wants", "begun", "paused", "ended"]),
  /** Who said so. */
  by: z.string().optional(),
  note: z.string().optional(),
  bounds: bounds.optional(),
});
export type QueueLine = z.infer<typeof queueLine>;

/** A bisection that the queue has to do with. */
export interface Queued {
  readonly id: string;
  /** ISO 8601: since when it is as it is. */
  readonly since: string;
  readonly state: "waiting" | "running" | "paused";
  readonly by: string | null;
  readonly note: string | null;
  readonly bounds: AskedBounds | null;
}

/**
 * The queue after `lines`, in the order in which they will be driven: those that were under way first, in the order in
 * which they began, then those that wait, then those that are paused. Pure.
 */
export function queueAfter(lines: Iterable<QueueLine>): Queued[] {
  const queue = new Map<string, Queued>();
  for (const { id, at, what, by, note, bounds: asked } of lines) {
    const before = queue.get(id);
    // Whatever changes goes to the end of those of its kind.
    queue.delete(id);
    if (what === "ended") continue;
    const state = what === "wants" ? "waiting" : what === "begun" ? "running" : "paused";
    queue.set(id, {
      ...{ id, since: at, state },
      by: by ?? before?.by ?? null,
      note: note ?? before?.note ?? null,
      // They are in the journal once it has begun to be driven.
      bounds: what === "begun" ? null : (asked ?? before?.bounds ?? null),
    });
  }
  const all = [...queue.values()];
  const inState = (state: Queued["state"]) => all.filter((one) => one.state === state);
  return [...inState("running"), ...inState("waiting"), ...inState("paused")];
}

/** Lines that make the same queue from nothing. */
export function linesOf(queue: readonly Queued[]): QueueLine[] {
  return queue.flatMap(({ id, since: at, state, by, note, bounds: asked }) => {
    const wants: QueueLine = {
      ...{ version: 1, at, id, what: "wants" },
      ...(by !== null && { by }),
      ...(note !== null && { note }),
      ...(asked !== null && { bounds: asked }),
    };
    if (state === "waiting") return [wants];
    return [wants, { version: 1, at, id, what: state === "running" ? "begun" : "paused" }];
  });
}
