import { existsSync } from "node:fs";
import { join } from "node:path";
import { KernelCache, usualKernelBytes } from "../kernel/cache.ts";
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
  /** Bytes that kernels may take then. */
  readonly size?: number;
  readonly all?: boolean;
}

/** `firstbad cache list`: what is in the cache and what it takes. */
export async function listCache({ json }: CacheFlags): Promise<number> {
  const { cache } = foldersOf(process.env);
  const kernels = await withKernels(cache, async (kept) => withCommits(await kept.list()));
  const contents = {
    folder: cache,
    kernels: kernels ?? [],
    slots: await listSlots(cache),
    others: otherUse(cache),
  };
  if (json) {
    const dated = contents.kernels.map(inJson);
    const bytes = [...contents.kernels, ...contents.slots, ...contents.others].reduce(
      (sum, part) => sum + part.bytes,
      0,
    );
    print(`${JSON.stringify({ version: 1, ...contents, kernels: dated, bytes })}\n`);
  } else print(cacheText(contents, Date.now()));
  return 0;
}

/** `firstbad cache prune`: makes room, and says what went. Kernels in use stay whatever the size. */
export async function pruneCache({ json, all, size }: PruneFlags): Promise<number> {
  const { cache } = foldersOf(process.env);
  const bound = all ? 0 : (size ?? usualKernelBytes);
  const pruned = await withKernels(cache, async (kept) => {
    const kernels = await withCommits(await kept.prune(bound));
    const halfMade = kept.leftovers.map((name) => join("kernels", name));
    return { kernels, halfMade, left: await kept.list() };
  });
  const done = {
    folder: cache,
    bound,
    removed: pruned?.kernels ?? [],
    leftovers: [...(pruned?.halfMade ?? []), ...(await sweepLeftovers(cache))],
    left: pruned?.left ?? [],
  };
  if (json) {
    const { removed, left, ...rest } = done;
    const bytes = removed.reduce((sum, kernel) => sum + kernel.bytes, 0);
    const lists = { removed: removed.map(inJson), left: left.map(inJson), bytes };
    print(`${JSON.stringify({ version: 1, ...rest, ...lists })}\n`);
  } else print(prunedText(done));
  return 0;
}

/** Calls `use` with the kernels of the cache folder; null where there are none: looking makes no folder. */
async function withKernels<T>(
  cache: string,
  use: (kernels: KernelCache) => Promise<T>,
): Promise<T | null> {
  if (!existsSync(join(cache, "kernels"))) return null;
  const kernels = await KernelCache.open(cache, usualKernelBytes);
  try {
    return await use(kernels);
  } finally {
    await kernels.close();
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
