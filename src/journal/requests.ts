import type { BisectionEvent, UserEvent } from "../event/index.ts";
import type { Failure } from "../failure/failure.ts";

/** What another process wants appended. One of its two answers is to be called, once. */
export interface Request {
  readonly body: UserEvent;
  /** It was appended, as this event. */
  accept(event: BisectionEvent): void;
  refuse(failure: Failure): void;
}

/** What other processes ask of the one that holds a journal, in the order in which it came. */
export interface Requests {
  /** Takes out all that came since. */
  take(): readonly Request[];
  /** Resolves as soon as there is one to take. */
  arrival(): Promise<void>;
}

/** How a request ended: `closed` where the holder let go of the journal before it came to it. */
export type Reply =
  | { readonly kind: "accepted"; readonly event: BisectionEvent }
  | { readonly kind: "refused"; readonly failure: Failure }
  | { readonly kind: "closed" };

/** More than that many that nobody takes are too many to keep. */
const mostWaiting = 16;

/** {@link Requests} that wait for somebody to take them, until {@link close}. */
export class RequestQueue implements Requests {
  readonly #waiting: Request[] = [];
  readonly #unanswered = new Set<(reply: Reply) => void>();
  #arrived = Promise.withResolvers<void>();
  #closed = false;

  /** Puts `body` in line and resolves to what became of it. */
  ask(body: UserEvent): Promise<Reply> {
    if (this.#closed || this.#waiting.length >= mostWaiting) {
      return Promise.resolve({ kind: "closed" });
    }
    return new Promise((resolve) => {
      const reply = (what: Reply) => {
        this.#unanswered.delete(reply);
        resolve(what);
      };
      this.#unanswered.add(reply);
      this.#waiting.push({
        body,
        accept: (event) => reply({ kind: "accepted", event }),
        refuse: (failure) => reply({ kind: "refused", failure }),
      });
      this.#arrived.resolve();
    });
  }

  take(): readonly Request[] {
    this.#arrived = Promise.withResolvers();
    return this.#waiting.splice(0);
  }

  arrival(): Promise<void> {
    return this.#arrived.promise;
  }

  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
    for (const reply of this.#unanswered) reply({ kind: "closed" });
  }
}
