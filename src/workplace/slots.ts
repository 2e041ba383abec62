import { join } from "node:path";
import { Failure } from "../failure/failure.ts";
import { nameOfFolder } from "../process/held-name.ts";
import { sha256 } from "./sha256.ts";

/** A place for one build at a time, held until it is given to whoever wants it. */
interface Releasable {
  release(): Promise<void>;
}

/** The slots of one builder: claimed when they are first needed, lent to one user at a time. */
export class Slots<Slot extends Releasable> {
  readonly #most: number;
  readonly #claimOne: (signal: AbortSignal) => Promise<Slot>;
  readonly #idle: Slot[] = [];
  readonly #all: Slot[] = [];
  readonly #waiting: (() => void)[] = [];
  #lent = 0;

  constructor(most: number, claim: (signal: AbortSignal) => Promise<Slot>) {
    this.#most = most;
    this.#claimOne = claim;
  }

  /** Lends a slot to `act`, in the order of calls. Throws `interrupted` where `signal` fires first. */
  async lend<T>(signal: AbortSignal, act: (slot: Slot) => Promise<T>): Promise<T> {
    await this.#turn(signal);
    try {
      const slot = this.#idle.pop() ?? (await this.#claim(signal));
      try {
        return await act(slot);
      } finally {
        this.#idle.push(slot);
      }
    } finally {
      this.#lent -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** Only once nothing is lent any more. Idempotent. */
  async close(): Promise<void> {
    for (const slot of this.#all.splice(0)) await slot.release();
    this.#idle.length = 0;
  }

  async #claim(signal: AbortSignal): Promise<Slot> {
    const slot = await this.#claimOne(signal);
    this.#all.push(slot);
    return slot;
  }

  async #turn(signal: AbortSignal): Promise<void> {
    while (this.#lent >= this.#most && !signal.aborted) {
      signal.throwIfAborted();
      let wake = () => {};
      const turn = new Promise<void>((resolve) => {
        wake = resolve;
      });
      this.#waiting.push(wake);
      signal.addEventListener("abort", wake, { once: true });
      await turn;
      signal.removeEventListener("abort", wake);
      const place = this.#waiting.indexOf(wake);
      if (place >= 0) this.#waiting.splice(place, 1);
    }
    if (signal.aborted) {
      // The turn that was meant for this call goes to the next one.
      this.#waiting.shift()?.();
      throw new Failure("interrupted", "interrupted while waiting for a build slot");
    }
    this.#lent += 1;
  }
}

/** Folder of the slots of the repository whose git folder is `gitDir`, below `slots` of a cache. */
export async function slotsFolder(slots: string, gitDir: string): Promise<string> {
  return join(slots, sha256(await nameOfFolder(gitDir)).slice(0, 16));
}
