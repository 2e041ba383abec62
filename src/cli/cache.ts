import { existsSync } from "node:fs";
import { join } from "node:path";
import { KernelCache, usualKernelBytes } from "../kernel/cache.ts";
import { BuiltTrees, usualTreeBytes } from "../program/built-trees.ts";
import { listSlots, otherUse } from "../workplace/cache-rest.ts";
import { sweepLeftovers } from "../workplace/leftovers.ts";
import type { CachedFolder } from "../workplace/shared-cache.ts";
import { cacheText, type ListedKernel, prunedText } from "./cache-text.ts";
import { foldersOf } from "./folders.ts";
import { commitsBySignature } from "./kernel-commits.ts";

/** Flags of `firstbad cache list`. */
export interface CacheFlags {
  readonly json?: boolean;
}

/** Flags of `firstbad cache prune`. */
export interface PruneFlags extends CacheFlags {
  /** Bytes that kernels, and built trees, may take then. */
  readonly size?: number;
  readonly all?: boolean;
}

/** `firstbad cache list`: what is in the cache and what it takes. */
export async function listCache({ json }: CacheFlags): Promise<number> {
  const { cache } = foldersOf(process.env);
  const list = async (kept: BoundedCache) => withCommits(await kept.list());
  const contents = {
    folder: cache,
    kernels: (await withCache(cache, "kernels", list)) ?? [],
    trees: (await withCache(cache, "trees", list)) ?? [],
    slots: await listSlots(cache),
    others: otherUse(cache),
  };
  if (json) {
    const { kernels, trees, slots, others } = contents;
    const dated = { kernels: kernels.map(inJson), trees: trees.map(inJson) };
    const bytes = [...kernels, ...trees, ...slots, ...others].reduce(
      (sum, part) => sum + part.bytes,
      0,
    );
    print(`${JSON.stringify({ version: 1, ...contents, ...dated, bytes })}\n`);
  } else print(cacheText(contents, Date.now()));
  return 0;
}

/** `firstbad cache prune`: makes room, and says what went. Kernels in use stay whatever the size. */
export async function pruneCache({ json, all, size }: PruneFlags): Promise<number> {
  const { cache } = foldersOf(process.env);
  const bound = all ? 0 : (size ?? usualKernelBytes);
  const pruned = [];
  for (const kind of ["kernels", "trees"] as const) {
    const part = await withCache(cache, kind, async (kept) => {
      const removed = await withCommits(await kept.prune(bound));
      const halfMade = kept.leftovers.map((name) => join(kind, name));
      return { removed, halfMade, left: await kept.list() };
    });
    if (part !== null) pruned.push(part);
  }
  const done = {
    folder: cache,
    bound,
    removed: pruned.flatMap(({ removed }) => removed),
    leftovers: [...pruned.flatMap(({ halfMade }) => halfMade), ...(await sweepLeftovers(cache))],
    left: pruned.flatMap(({ left }) => left),
  };
  if (json) {
    const { removed, left, ...rest } = done;
    const bytes = removed.reduce((sum, kernel) => sum + kernel.bytes, 0);
    const lists = { removed: removed.map(inJson), left: left.map(inJson), bytes };
    print(`${JSON.stringify({ version: 1, ...rest, ...lists })}\n`);
  } else print(prunedText(done));
  return 0;
}

/** What kernels and built trees have in common. */
type BoundedCache = Pick<KernelCache, "list" | "prune" | "leftovers">;

/** Calls `use` with a part of the cache folder; null where there is none: looking makes no folder. */
async function withCache<T>(
  cache: string,
  kind: "kernels" | "trees",
  use: (kept: BoundedCache) => Promise<T>,
): Promise<T | null> {
  if (!existsSync(join(cache, kind))) return null;
  const kept =
    kind === "kernels"
      ? await KernelCache.open(cache, usualKernelBytes)
      : await BuiltTrees.open(cache, usualTreeBytes);
  try {
    return await use(kept);
  } finally {
    await kept.close();
  }
}

async function withCommits(kernels: readonly CachedFolder[]): Promise<ListedKernel[]> {
  const commits = await commitsBySignature(foldersOf(process.env).bisections);
  return kernels.map((kernel) => ({ ...kernel, commits: commits.get(kernel.signature) ?? [] }));
}

function inJson<T extends { readonly used: number }>(
  kernel: T,
): Omit<T, "used"> & { used: string } {
  return { ...kernel, used: new Date(kernel.used).toISOString() };
}

function print(text: string): void {
  process.stdout.write(text);
}
