import {
  type BisectionEvent,
  type EventBody,
  eventVersion,
  type LogFacts,
  type LogNote,
} from "../../event/index.ts";

/** An event that may be new: without its place, and with a time only where it had one. */
export type Loose = EventBody & { readonly at?: string };

/** The events with places of their own; what is new happens when what stands before it did. */
export function renumbered(bodies: readonly Loose[]): BisectionEvent[] {
  let at = new Date(0).toISOString();
  return bodies.map((body, seq) => {
    at = body.at ?? at;
    return { ...body, version: eventVersion, seq, at };
  });
}

/** A sentence of syzkaller's. */
export function note(name: LogNote, facts: LogFacts): Loose {
  return { kind: "noted", note: name, facts };
}
