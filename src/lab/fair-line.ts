import { Failure } from "../failure/failure.ts";

/** Somebody who waits for a place. */
interface Waiting {
  readonly grant: () => void;
}

/**
 * Places that several share fairly: whoever wants one waits in a line of its own, and a place that becomes free goes to
 * these lines in turn. So nobody waits longer for his first than all others together need for one each, however many
 * somebody else wants. No place is free while anybody waits.
 */
export class FairLine {
  readonly places: number;
  #busy = 0;
  /** By who waits, in the order of the turns: who was served last comes last. */
  readonly #lines = new Map<string, Waiting[]>();

  constructor(places: number) {
    this.places = places;
  }

  /** How many places are taken. */
  get busy(): number {
    return this.#busy;
  }

  /** How many wait. */
  get waiting(): number {
    let count = 0;
    for (const line of this.#lines.values()) count += line.length;
    return count;
  }

  /**
   * Waits for a place for `who`; resolves to what gives it back, which may be called more than once. Rejects with
   * `interrupted` where `signal` fires first, and takes no place then.
   */
  take(who: string, signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) return Promise.reject(interrupted());
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        grant: () => {
          signal.removeEventListener("abort", leave);
          resolve(this.#place());
        },
      };
      const leave = () => {
        this.#remove(who, waiting);
        reject(interrupted());
      };
      signal.addEventListener("abort", leave, { once: true });
      const line = this.#lines.get(who);
      if (line === undefined) this.#lines.set(who, [waiting]);
      else line.push(waiting);
      this.#serve();
    });
  }

  #place(): () => void {
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#busy--;
      this.#serve();
    };
  }

  #serve(): void {
    while (this.#busy < this.places) {
      const [next] = this.#lines;
      if (next === undefined) return;
      const [who, line] = next;
      const first = line.shift();
      // To the end of the turns, behind those that came since.
      this.#lines.delete(who);
      if (line.length > 0) this.#lines.set(who, line);
      this.#busy++;
      first?.grant();
    }
  }

  #remove(who: string, waiting: Waiting): void {
    const line = this.#lines.get(who) ?? [];
    const at = line.indexOf(waiting);
    if (at >= 0) line.splice(at, 1);
    if (line.length === 0) this.#lines.delete(who);
  }
}

function interrupted(): Failure {
  return new Failure("interrupted", "stopped while waiting for a place on this machine");
}
