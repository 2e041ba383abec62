import type { BisectionEvent, EventBody } from "../event/event.ts";
import type { Requests } from "./requests.ts";

/** The list of events of one bisection, held by one writer. */
export interface Journal {
  /** All events so far, oldest first. Grows with {@link append}; never changes otherwise. */
  readonly events: readonly BisectionEvent[];
  /**
   * Adds `body` as the next event and resolves once it is on stable storage: whatever depends on it
   * may begin then. Calls are kept in order. Rejects with a `Failure` (`disk-full`, `journal-damaged`)
   * where it could not be stored; nothing can be appended afterwards.
   */
  append(body: EventBody): Promise<BisectionEvent>;
  /** Gives the writer's place free. Idempotent. */
  close(): Promise<void>;
}

/** A journal whose holder hears what other processes want appended. */
export interface HeldJournal extends Journal {
  readonly requests: Requests;
}
