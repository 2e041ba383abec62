import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure/failure.ts";
import type { Repository } from "../history/repository.ts";
import { Slot } from "./slot.ts";

/** The slots of one builder: claimed when they are first needed, lent to one build at a time. */
export class Slots {
  readonly #folder: string;
  readonly #repository: Repository;
  readonly #most: number;
  readonly #idle: Slot[] = [];
  readonly #all: Slot[] = [];
  readonly #waiting: (() => void)[] = [];
  #lent = 0;

  constructor(folder: string, repository: Repository, most: number) {
    this.#folder = folder;
    this.#repository = repository;
    this.#most = most;
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
    await mkdir(this.#folder, { recursive: true });
    const slot = await Slot.claim(this.#folder, this.#repository, signal);
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

/** Folder of the slots of a repository. */
export function slotsFolder(cache: string, repositoryHash: string): string {
  return join(cache, "slots", repositoryHash.slice(0, 16));
}
