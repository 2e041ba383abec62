import { mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure/failure.ts";
import type { LeasedKernel } from "./kernel.ts";
import { type FreshKernel, flush, readKernel, writeKernel } from "./kernel-folder.ts";
import { Leases } from "./leases.ts";

/** Bytes that kernels may take where nobody says otherwise. */
export const usualKernelBytes = 20 * 1024 ** 3;

/** A whole kernel in the cache, and what decides whether it may go. */
export interface CachedKernel {
  readonly signature: string;
  /** Of all its files together. */
  readonly bytes: number;
  /** When it was last used, in milliseconds since 1970. */
  readonly used: number;
  /** Whether a living process uses it: it is then never evicted. */
  readonly leased: boolean;
}

/**
 * Kernels by signature, shared by all bisections of all processes, bounded in bytes.
 *
 * `kernels/SIGNATURE/` has `image`, `vmlinux`, `config`, `modules/` and `meta.json`, whose time of change
 * is when the kernel was last used. A kernel appears in one step, after it is on the disk; half-made ones
 * are folders whose name begins with a dot and tells the process that makes them.
 */
export class KernelCache {
  readonly #folder: string;
  readonly #mostBytes: number;
  readonly #leases: Leases;
  #made = 0;
  #leftovers: readonly string[] = [];

  private constructor(folder: string, mostBytes: number, leases: Leases) {
    this.#folder = folder;
    this.#mostBytes = mostBytes;
    this.#leases = leases;
  }

  /** The kernels in the cache folder `cache`, at most `mostBytes` of them but for those in use. */
  static async open(cache: string, mostBytes: number): Promise<KernelCache> {
    const folder = join(cache, "kernels");
    await mkdir(folder, { recursive: true });
    const kernels = new KernelCache(folder, mostBytes, await Leases.open(cache));
    kernels.#leftovers = await kernels.#removeHalfMade();
    return kernels;
  }

  /** Names in `kernels/` of what killed processes had left half done, removed when this was opened. */
  get leftovers(): readonly string[] {
    return this.#leftovers;
  }

  /** All kernels, that used last first. One that is damaged is removed, and not among them. */
  async list(): Promise<CachedKernel[]> {
    const kernels = await this.#leases.exclusively(() => this.#list());
    return kernels.sort((a, b) => b.used - a.used);
  }

  /**
   * Evicts kernels, that not used for longest first, until they take `mostBytes` or all others are leased.
   * Returns those that went, in that order.
   */
  prune(mostBytes: number): Promise<CachedKernel[]> {
    return this.#evict(mostBytes, null);
  }

  /** Whether the kernel is there, whole. It is then the one used last. */
  async has(signature: string): Promise<boolean> {
    const found = (await readKernel(this.#folderOf(signature))) !== null;
    if (found) await this.#use(signature);
    return found;
  }

  /**
   * Copies a kernel into the cache, then evicts those not used for longest until the bound is kept.
   * One that is there already stays as it is.
   */
  async store(signature: string, kernel: FreshKernel): Promise<void> {
    if (await this.has(signature)) return;
    const half = this.#ownFolder("new");
    try {
      await writeKernel(half, kernel);
      await this.#leases.exclusively(async () => {
        if ((await readKernel(this.#folderOf(signature))) !== null) return;
        await rm(this.#folderOf(signature), { recursive: true, force: true });
        await rename(half, this.#folderOf(signature));
      });
      await flush(this.#folder);
    } finally {
      await rm(half, { recursive: true, force: true });
    }
    await this.#evict(this.#mostBytes, signature);
  }

  /** Throws `kernel-evicted` where the kernel is not there. */
  async lease(signature: string): Promise<LeasedKernel> {
    return this.#leases.exclusively(async () => {
      const meta = await readKernel(this.#folderOf(signature));
      if (meta === null) {
        throw new Failure("kernel-evicted", `the kernel ${signature} is no longer in the cache`, {
          facts: { signature },
          hint: "build it again, or allow the cache more bytes",
        });
      }
      const release = await this.#leases.take(signature);
      await this.#use(signature);
      const folder = this.#folderOf(signature);
      return {
        image: join(folder, "image"),
        vmlinux: join(folder, "vmlinux"),
        modules: meta.modules ? join(folder, "modules") : null,
        release,
      };
    });
  }

  /** Gives back what this process leased. Idempotent. */
  close(): Promise<void> {
    return this.#leases.close();
  }

  /** `keep` stays whatever the bound says: somebody is about to ask for it. */
  async #evict(mostBytes: number, keep: string | null): Promise<CachedKernel[]> {
    const doomed = await this.#leases.exclusively(async () => {
      const kernels = await this.#list();
      let bytes = kernels.reduce((sum, kernel) => sum + kernel.bytes, 0);
      const away: { kernel: CachedKernel; folder: string }[] = [];
      for (const kernel of kernels.sort((a, b) => a.used - b.used)) {
        if (bytes <= mostBytes) break;
        if (kernel.signature === keep || kernel.leased) continue;
        const folder = this.#ownFolder("old");
        await rename(this.#folderOf(kernel.signature), folder);
        away.push({ kernel, folder });
        bytes -= kernel.bytes;
      }
      return away;
    });
    for (const { folder } of doomed) await rm(folder, { recursive: true, force: true });
    return doomed.map(({ kernel }) => kernel);
  }

  /** Only inside of `exclusively`: nobody leases or removes one meanwhile. */
  async #list(): Promise<CachedKernel[]> {
    const leased = await this.#leases.leased();
    const kernels = [];
    for (const signature of await readdir(this.#folder)) {
      if (signature.startsWith(".")) continue;
      const meta = await readKernel(this.#folderOf(signature));
      if (meta === null) {
        await rm(this.#folderOf(signature), { recursive: true, force: true });
        continue;
      }
      const { mtimeMs } = await stat(join(this.#folderOf(signature), "meta.json"));
      const kernel = { signature, bytes: meta.bytes, used: mtimeMs };
      kernels.push({ ...kernel, leased: leased.has(signature) });
    }
    return kernels;
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
