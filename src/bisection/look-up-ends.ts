import type { EventOf } from "../event/index.ts";
import { shortHash } from "../event/short-hash.ts";
import { fetchCommit } from "../history/fetch-commit.ts";
import { findCommit } from "../history/find-commit.ts";
import type { Repository } from "../history/repository.ts";
import { isNotThere, resolveCommit } from "../history/resolve-commit.ts";

/** Looks up the ends of a bisection, and keeps what is to be said of them. */
export interface EndFinder {
  /** The hash of what is called so, as `findCommit` finds it; throws what that throws. */
  lookUp(end: "crashes" | "clean" | "head" | "cause", name: string): Promise<string>;
  readonly notes: EventOf<"end-noted">[];
}

/** `from`: the remote, or URL, that a hash is fetched from which is not there; absent: from none. */
export function endFinder(
  repository: Repository,
  { from, signal }: { readonly from: string | undefined; readonly signal: AbortSignal },
): EndFinder {
  const notes: EventOf<"end-noted">[] = [];
  return {
    notes,
    async lookUp(end, name) {
      const { hash, note } = await findCommit(repository, name, { signal, from });
      if (note !== null) notes.push({ kind: "end-noted", end, name, commit: hash, ...note });
      return hash;
    },
  };
}

/**
 * Fetches those ends of a bisection that has begun from `from` which the repository does not have any more, and says
 * which. Throws what `fetchCommit` throws.
 */
export async function fetchLostEnds(
  { crashes, clean, head, cause }: EventOf<"started">,
  from: string,
  repository: Repository,
  signal: AbortSignal,
): Promise<EventOf<"end-noted">[]> {
  const notes: EventOf<"end-noted">[] = [];
  for (const [end, named] of Object.entries({ crashes, clean, head, cause })) {
    if (named == null || (await isThere(repository, named.hash, signal))) continue;
    await fetchCommit(repository, from, named.hash, { signal });
    const why = `${shortHash(named.hash)} was not in the repository any more: it was fetched from ${from}`;
    const told = {
      name: named.name,
      commit: named.hash,
      how: "fetched",
      counterpart: null,
    } as const;
    notes.push({ kind: "end-noted", end: end as EndName, ...told, why });
  }
  return notes;
}

type EndName = Parameters<EndFinder["lookUp"]>[0];

async function isThere(
  repository: Repository,
  hash: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await resolveCommit(repository, hash, { signal });
    return true;
  } catch (error) {
    if (isNotThere(error)) return false;
    throw error;
  }
}
