import type { BisectionEvent } from "../event/index.ts";
import type { Journal } from "../journal/journal.ts";
import type { BuildProgress } from "../lab/lab.ts";

/** Somebody who is told what happens while a bisection is driven. */
export interface Observer {
  /** One more event is on disk. */
  event(event: BisectionEvent, all: readonly BisectionEvent[]): void | Promise<void>;
  building?(kernel: string, progress: BuildProgress): void;
  /** A word that is no event. */
  note?(text: string): void;
  /** The session is over. */
  end?(): void | Promise<void>;
}

/** `journal`, whose observers hear of each event once it is stored. */
export function observed(journal: Journal, observers: readonly Observer[]): Journal {
  return {
    get events() {
      return journal.events;
    },
    async append(body) {
      const event = await journal.append(body);
      for (const observer of observers) await observer.event(event, journal.events);
      return event;
    },
    close: () => journal.close(),
  };
}
