import { mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure/failure.ts";
import { Leases } from "./leases.ts";

/** Something whole in a cache, and what decides whether it may go. */
export interface CachedFolder {
  readonly signature: string;
  /** Of all its files together. */
  readonly bytes: number;
  /** When it was last used, in milliseconds since 1970. */
  readonly used: number;
  /** Whether a living process uses it: it is then never evicted. */
  readonly leased: boolean;
}

/** What is kept in a {@link SharedCache}. */
export interface CacheContent {
  /** Folder of the entries inside of the cache folder. */
  readonly name: string;
  /** What one entry is called, for messages. */
  readonly noun: string;
  /** Bytes of the entry in `folder`; null where it is missing, or not as it was when it was stored. */
  readonly bytesOf: (folder: string) => Promise<number | null>;
}

/** An entry that stays where it is until `release` is called, or this process ends. */
export interface LeasedFolder {
  readonly folder: string;
  /** Idempotent. */
  release(): void;
}

/**
 * Folders by signature, shared by all bisections of all processes, bounded in bytes.
 *
 * Each has a file `meta.json`, whose time of change is when the entry was last used. An entry appears in
 * one step; half-made ones are folders whose name begins with a dot and tells the process that makes them.
 */
export class SharedCache {
  readonly #folder: string;
  readonly #content: CacheContent;
  readonly #mostBytes: number;
  readonly #leases: Leases;
  #made = 0;
  #leftovers: readonly string[] = [];

  private constructor(folder: string, content: CacheContent, mostBytes: number, leases: Leases) {
    this.#folder = folder;
    this.#content = content;
    this.#mostBytes = mostBytes;
    this.#leases = leases;
  }

  /** The entries in the cache folder `cache`, at most `mostBytes` of them but for those in use. */
  static async open(cache: string, content: CacheContent, mostBytes: number): Promise<SharedCache> {
    const folder = join(cache, content.name);
    // What was built is nobody else's business, and may have the rights that its build gave it.
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const shared = new SharedCache(folder, content, mostBytes, await Leases.open(cache));
    shared.#leftovers = await shared.#removeHalfMade();
    return shared;
  }

  /** Names in the folder of what killed processes had left half done, removed when this was opened. */
  get leftovers(): readonly string[] {
    return this.#leftovers;
  }

  /** All entries, that used last first. One that is damaged is removed, and not among them. */
  async list(): Promise<CachedFolder[]> {
    const entries = await this.#leases.exclusively(() => this.#list());
    return entries.sort((a, b) => b.used - a.used);
  }

  /**
   * Evicts entries, those not used for longest first, until they take `mostBytes` or all others are leased.
   * Returns those that went, in that order.
   */
  prune(mostBytes: number): Promise<CachedFolder[]> {
    return this.#evict(mostBytes, null);
  }

  /** Whether the entry is there, whole. It is then the one used last. */
  async has(signature: string): Promise<boolean> {
    const found = await this.#isWhole(signature);
    if (found) await this.#use(signature);
    return found;
  }

  /**
   * Has `write` make an entry in the folder it is given, which is not there yet; then evicts those not
   * used for longest until the bound is kept. One that is there already stays as it is.
   */
  async store(signature: string, write: (folder: string) => Promise<void>): Promise<void> {
    if (await this.has(signature)) return;
    const half = this.#ownFolder("new");
    try {
      await write(half);
      await this.#leases.exclusively(async () => {
        if (await this.#isWhole(signature)) return;
        await rm(this.#folderOf(signature), { recursive: true, force: true });
        await rename(half, this.#folderOf(signature));
      });
    } finally {
      await rm(half, { recursive: true, force: true });
    }
    await this.#evict(this.#mostBytes, signature);
  }

  /** Throws `kernel-evicted` where the entry is not there. */
  async lease(signature: string): Promise<LeasedFolder> {
    return this.#leases.exclusively(async () => {
      if (!(await this.#isWhole(signature))) {
        throw new Failure(
          "kernel-evicted",
          `the ${this.#content.noun} ${signature} is no longer in the cache`,
          { facts: { signature }, hint: "build it again, or allow the cache more bytes" },
        );
      }
      const release = await this.#leases.take(signature);
      await this.#use(signature);
      return { folder: this.#folderOf(signature), release };
    });
  }

  /** Gives back what this process leased. Idempotent. */
  close(): Promise<void> {
    return this.#leases.close();
  }

  /** `keep` stays whatever the bound says: somebody is about to ask for it. */
  async #evict(mostBytes: number, keep: string | null): Promise<CachedFolder[]> {
    const doomed = await this.#leases.exclusively(async () => {
      const entries = await this.#list();
      let bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
      const away: { entry: CachedFolder; folder: string }[] = [];
      for (const entry of entries.sort((a, b) => a.used - b.used)) {
        if (bytes <= mostBytes) break;
        if (entry.signature === keep || entry.leased) continue;
        const folder = this.#ownFolder("old");
        await rename(this.#folderOf(entry.signature), folder);
        away.push({ entry, folder });
        bytes -= entry.bytes;
      }
      return away;
    });
    for (const { folder } of doomed) await rm(folder, { recursive: true, force: true });
    return doomed.map(({ entry }) => entry);
  }

  /** Only inside of `exclusively`: nobody leases or removes one meanwhile. */
  async #list(): Promise<CachedFolder[]> {
    const leased = await this.#leases.leased();
    const entries = [];
    for (const signature of await readdir(this.#folder)) {
      if (signature.startsWith(".")) continue;
      const bytes = await this.#content.bytesOf(this.#folderOf(signature));
      if (bytes === null) {
        await rm(this.#folderOf(signature), { recursive: true, force: true });
        continue;
      }
      const { mtimeMs } = await stat(join(this.#folderOf(signature), "meta.json"));
      entries.push({ signature, bytes, used: mtimeMs, leased: leased.has(signature) });
    }
    return entries;
  }

  async #isWhole(signature: string): Promise<boolean> {
    return (await this.#content.bytesOf(this.#folderOf(signature))) !== null;
  }

  async #use(signature: string): Promise<void> {
    const now = new Date();
    // Another process may evict it between the look and this.
    await utimes(join(this.#folderOf(signature), "meta.json"), now, now).catch(() => {});
  }

  /** Removes what processes that were killed left behind; returns its names. */
  async #removeHalfMade(): Promise<string[]> {
    const removed: string[] = [];
    for (const name of await readdir(this.#folder)) {
      const holder = /^\.(?:new|old)\.([0-9a-f-]+)\.\d+$/.exec(name)?.[1];
      if (holder === undefined || (await this.#leases.isAlive(holder))) continue;
      await rm(join(this.#folder, name), { recursive: true, force: true });
      removed.push(name);
    }
    return removed;
  }

  #ownFolder(kind: "new" | "old"): string {
    this.#made += 1;
    return join(this.#folder, `.${kind}.${this.#leases.holder}.${this.#made}`);
  }

  #folderOf(signature: string): string {
    return join(this.#folder, signature);
  }
}
