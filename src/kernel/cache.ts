import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type CachedFolder, SharedCache } from "../workplace/shared-cache.ts";
import type { LeasedKernel } from "./kernel.ts";
import { type FreshKernel, flush, readKernel, writeKernel } from "./kernel-folder.ts";

/** Bytes that kernels may take where nobody says otherwise. */
export const usualKernelBytes = 20 * 1024 ** 3;

/** Folder of the cache for them. */
const kernelsFolder = "kernels";

/**
 * Kernels by signature: `kernels/SIGNATURE/` has `image`, `vmlinux`, `config`, `modules/` and
 * `meta.json`. A kernel that is there is on the disk.
 */
export class KernelCache {
  readonly #shared: SharedCache;
  readonly #folder: string;

  private constructor(shared: SharedCache, folder: string) {
    this.#shared = shared;
    this.#folder = folder;
  }

  /** The kernels in the cache folder `cache`, at most `mostBytes` of them but for those in use. */
  static async open(cache: string, mostBytes: number): Promise<KernelCache> {
    const content = { name: kernelsFolder, noun: "kernel", bytesOf };
    const shared = await SharedCache.open(cache, content, mostBytes);
    return new KernelCache(shared, join(cache, content.name));
  }

  /** As {@link SharedCache.leftovers}. */
  get leftovers(): readonly string[] {
    return this.#shared.leftovers;
  }

  /** As {@link SharedCache.list}. */
  list(): Promise<CachedFolder[]> {
    return this.#shared.list();
  }

  /** As {@link SharedCache.prune}. */
  prune(mostBytes: number): Promise<CachedFolder[]> {
    return this.#shared.prune(mostBytes);
  }

  /** As {@link SharedCache.has}. */
  has(signature: string): Promise<boolean> {
    return this.#shared.has(signature);
  }

  /** Copies a kernel into the cache; one that is there already stays as it is. */
  async store(signature: string, kernel: FreshKernel): Promise<void> {
    await this.#shared.store(signature, (folder) => writeKernel(folder, kernel));
    await flush(this.#folder);
  }

  /** Throws `kernel-evicted` where the kernel is not there. */
  async lease(signature: string): Promise<LeasedKernel> {
    const { folder, release } = await this.#shared.lease(signature);
    const meta = await readKernel(folder);
    return {
      image: join(folder, "image"),
      vmlinux: join(folder, "vmlinux"),
      config: join(folder, "config"),
      modules: meta?.modules ? join(folder, "modules") : null,
      release,
    };
  }

  /** Gives back what this process leased. Idempotent. */
  close(): Promise<void> {
    return this.#shared.close();
  }
}

/**
 * The `.config` of the kernel with this signature in the cache folder `cache`; null where the cache has it
 * no more, or never had it.
 */
export async function keptConfig(cache: string, signature: string): Promise<string | null> {
  if (!/^[0-9a-f]{64}$/.test(signature)) return null;
  const path = join(cache, kernelsFolder, signature, "config");
  return readFile(path, "utf8").catch(() => null);
}

async function bytesOf(folder: string): Promise<number | null> {
  return (await readKernel(folder))?.bytes ?? null;
}
