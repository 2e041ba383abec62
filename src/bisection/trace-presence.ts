import type { EventOf } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { outsideOf } from "../history/list-commits.ts";
import { refusePartial } from "../history/partial-clone.ts";
import type { Repository } from "../history/repository.ts";
import { type Traced, traceChange } from "../history/same-change.ts";

type Content = Pick<EventOf<"presence-traced">["crashing"], "cause" | "fix">;

/**
 * What each tree that is asked for, and the crashing commit, have of the cause and of the fix, by content. Throws
 * `git-failed`, `interrupted`, or `history-missing` where a partial clone lacks files of one of them.
 */
export async function tracePresence(
  { trees, cause, fix }: EventOf<"presence-asked">,
  crashes: string,
  { repository }: { readonly repository: Repository },
  signal: AbortSignal,
): Promise<EventOf<"presence-traced">> {
  const hashes = [...trees.map(({ hash }) => hash), crashes];
  for (const hash of new Set([...hashes, ...[cause, fix].flatMap((one) => one?.hash ?? [])])) {
    await refusePartial(repository, hash, { signal });
  }
  const causes = cause && (await traceChange(repository, cause.hash, hashes, { signal }));
  const fixes = fix && (await traceChange(repository, fix.hash, hashes, { signal }));
  const inside = await Promise.all(
    hashes.map((hash) => placesIn(repository, hash, hashes, signal)),
  );
  const last = trees.length;
  const content = (place: number): Content => contentOf(causes?.[place], fixes?.[place]);
  const ofTrees = (places: readonly number[]) => places.filter((place) => place < last);
  return {
    kind: "presence-traced",
    trees: trees.map((_, place) => ({ ...content(place), holds: ofTrees(inside[place] ?? []) })),
    crashing: {
      ...content(last),
      holds: ofTrees(inside[last] ?? []),
      heldBy: trees.flatMap((_, place) => (inside[place]?.includes(last) ? [place] : [])),
    },
  };
}

/** A cause that was taken back is mended by what took it; a fix that was is none. */
function contentOf(cause: Traced | undefined, fix: Traced | undefined): Content {
  const mended = fix?.revert === null ? fix.there : null;
  const revert = cause?.revert ?? null;
  return {
    cause: cause?.there ?? null,
    fix: revert === null ? mended : { commit: revert, how: "revert" },
  };
}

/** The places in `hashes` of those that `tree` contains, itself among them. */
async function placesIn(
  repository: Repository,
  tree: string,
  hashes: readonly string[],
  signal: AbortSignal,
): Promise<number[]> {
  const outside = await outsideOf(repository, tree, hashes, { signal });
  if (signal.aborted) throw new Failure("interrupted", "the history was not looked at to its end");
  return hashes.flatMap((hash, place) => (outside.has(hash) ? [] : [place]));
}
