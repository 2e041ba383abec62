import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Failure } from "../failure/failure.ts";
import { type HeldName, holdName, isHeld, nameOfFolder } from "../process/held-name.ts";

/** Milliseconds between two tries to enter, and seconds until something must be wrong. */
const pause = 10;
const patience = 60;

/**
 * Who uses which kernel of a cache, across processes.
 *
 * A lease is an empty file `leases/SIGNATURE.HOLDER`; `HOLDER` names a process by a socket that it
 * listens on, so that a lease is worth nothing once its holder is gone. Leases are taken, and kernels
 * evicted, only inside of {@link Leases.exclusively}: nothing is evicted between looking and leasing.
 */
export class Leases {
  readonly #folder: string;
  readonly #holder: string;
  readonly #held: HeldName;
  readonly #lockName: string;
  /** How often this process leased what. */
  readonly #counts = new Map<string, number>();

  private constructor(folder: string, holder: string, held: HeldName, lockName: string) {
    this.#folder = folder;
    this.#holder = holder;
    this.#held = held;
    this.#lockName = lockName;
  }

  /** The leases of the cache folder `cache`; this process becomes one that can hold some. */
  static async open(cache: string): Promise<Leases> {
    const folder = join(cache, "leases");
    await mkdir(folder, { recursive: true });
    const holder = randomUUID();
    const held = await holdName(holderName(holder));
    if (held === null) throw new Failure("internal", "a random name is already taken");
    return new Leases(folder, holder, held, `cache:${await nameOfFolder(folder)}`);
  }

  /** This process, as {@link Leases.isAlive} knows it: for marking folders that are only half made. */
  get holder(): string {
    return this.#holder;
  }

  isAlive(holder: string): Promise<boolean> {
    return holder === this.#holder ? Promise.resolve(true) : isHeld(holderName(holder));
  }

  /** Runs `act`, which must be short, while no other process runs one of its own. */
  async exclusively<T>(act: () => Promise<T>): Promise<T> {
    const until = performance.now() + patience * 1000;
    let lock = await holdName(this.#lockName);
    while (lock === null) {
      if (performance.now() > until) {
        throw new Failure("build-infrastructure", `the kernel cache is locked for ${patience} s`, {
          facts: { folder: this.#folder },
          hint: "see whether another firstbad process hangs",
        });
      }
      await delay(pause);
      lock = await holdName(this.#lockName);
    }
    try {
      return await act();
    } finally {
      await lock.release();
    }
  }

  /** Leases `signature`; only inside of `exclusively`. The result gives it back and is idempotent. */
  async take(signature: string): Promise<() => void> {
    // Counted first: a lease of the same kernel that ends meanwhile must not take the file away.
    this.#counts.set(signature, (this.#counts.get(signature) ?? 0) + 1);
    try {
      await writeFile(this.#fileOf(signature), "");
    } catch (error) {
      this.#giveBack(signature);
      throw error;
    }
    let taken = true;
    return () => {
      if (taken) this.#giveBack(signature);
      taken = false;
    };
  }

  /** What any living process has leased; files of dead ones are removed. Only inside of `exclusively`. */
  async leased(): Promise<Set<string>> {
    const signatures = new Set(this.#counts.keys());
    const alive = new Map<string, boolean>();
    for (const name of await readdir(this.#folder)) {
      const [signature, holder] = name.split(".");
      if (signature === undefined || holder === undefined) continue;
      if (!alive.has(holder)) alive.set(holder, await this.isAlive(holder));
      if (alive.get(holder)) signatures.add(signature);
      else await rm(join(this.#folder, name), { force: true });
    }
    return signatures;
  }

  /** Gives everything back. Idempotent. */
  async close(): Promise<void> {
    this.#counts.clear();
    for (const name of await readdir(this.#folder).catch(() => [])) {
      if (name.endsWith(`.${this.#holder}`)) await rm(join(this.#folder, name), { force: true });
    }
    await this.#held.release();
  }

  #giveBack(signature: string): void {
    const count = this.#counts.get(signature);
    if (count === undefined) return;
    if (count > 1) {
      this.#counts.set(signature, count - 1);
    } else {
      this.#counts.delete(signature);
      rmSync(this.#fileOf(signature), { force: true });
    }
  }

  #fileOf(signature: string): string {
    return join(this.#folder, `${signature}.${this.#holder}`);
  }
}

function holderName(holder: string): string {
  return `holder:${holder}`;
}
