import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { bootId } from "../workplace/boot-id.ts";
import { diskUse } from "../workplace/disk-use.ts";
import { type LeasedFolder, SharedCache } from "../workplace/shared-cache.ts";
import { copyTree } from "./copy-tree.ts";

/** Bytes that built trees may take where nobody says otherwise. */
export const usualTreeBytes = 10 * 1024 ** 3;

const metaSchema = z.strictObject({
  version: z.literal(1),
  /** Of the running system: nothing waits until a tree is on the disk, so a power cut may have torn it. */
  boot: z.string(),
  bytes: z.number().int().nonnegative(),
});

/** Trees of programs as their builds left them, by signature: `trees/SIGNATURE/tree` and `meta.json`. */
export class BuiltTrees {
  readonly #shared: SharedCache;
  readonly #boot: string;

  private constructor(shared: SharedCache, boot: string) {
    this.#shared = shared;
    this.#boot = boot;
  }

  /** The trees in the cache folder `cache`; those that were built before the system started are gone. */
  static async open(cache: string, mostBytes: number): Promise<BuiltTrees> {
    const boot = await bootId();
    const content = {
      name: "trees",
      noun: "built tree",
      bytesOf: (folder: string) => bytesOf(folder, boot),
    };
    return new BuiltTrees(await SharedCache.open(cache, content, mostBytes), boot);
  }

  /** As {@link SharedCache.leftovers}. */
  get leftovers(): SharedCache["leftovers"] {
    return this.#shared.leftovers;
  }

  /** As {@link SharedCache.list}. */
  list(): ReturnType<SharedCache["list"]> {
    return this.#shared.list();
  }

  /** As {@link SharedCache.prune}. */
  prune(mostBytes: number): ReturnType<SharedCache["prune"]> {
    return this.#shared.prune(mostBytes);
  }

  /** As {@link SharedCache.has}. */
  has(signature: string): Promise<boolean> {
    return this.#shared.has(signature);
  }

  /** Copies the tree in `from` into the cache; one that is there already stays as it is. */
  store(signature: string, from: string, signal: AbortSignal): Promise<void> {
    return this.#shared.store(signature, async (folder) => {
      const tree = join(folder, "tree");
      await mkdir(tree, { recursive: true });
      await copyTree(from, tree, signal);
      const meta = { version: 1, boot: this.#boot, bytes: diskUse(folder).bytes };
      await writeFile(join(folder, "meta.json"), JSON.stringify(meta));
    });
  }

  /** Throws `kernel-evicted` where the tree is not there; it lies in `tree` of the folder. */
  lease(signature: string): Promise<LeasedFolder> {
    return this.#shared.lease(signature);
  }

  /** Gives back what this process leased. Idempotent. */
  close(): Promise<void> {
    return this.#shared.close();
  }
}

async function bytesOf(folder: string, boot: string): Promise<number | null> {
  try {
    const meta = metaSchema.parse(JSON.parse(await readFile(join(folder, "meta.json"), "utf8")));
    return meta.boot === boot ? meta.bytes : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
