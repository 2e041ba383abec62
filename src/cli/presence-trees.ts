import { mostTrees } from "../event/presence-event.ts";
import { Failure } from "../failure/failure.ts";
import { listReleases } from "../history/list-releases.ts";
import { compareReleaseTags, isReleaseTag } from "../history/release.ts";
import type { Repository } from "../history/repository.ts";
import { resolveCommit } from "../history/resolve-commit.ts";

/** Flags that say in which trees the bug is looked for; each may be given several times, with commas within. */
export interface TreeFlags {
  /** `v6.1..v6.12`: both and those between that the last one descends from; or one release. */
  readonly releases?: readonly string[];
  readonly trees?: readonly string[];
}

interface Asked {
  readonly repository: Repository;
  readonly signal: AbortSignal;
}

interface Named {
  readonly hash: string;
  readonly name: string;
}

/**
 * The trees that the flags name, releases first, each once. Throws `presence-refused` where none is named, or too many
 * are, and what `resolveCommit` throws.
 */
export async function wantedTrees(
  { releases = [], trees = [] }: TreeFlags,
  asked: Asked,
): Promise<Named[]> {
  const found: Named[] = [];
  for (const range of wordsIn(releases)) found.push(...(await releasesIn(range, asked)));
  for (const name of wordsIn(trees)) found.push(await commitCalled(name, asked));
  const named = [...new Map(found.map((one) => [one.name, one])).values()];
  if (named.length > 0 && named.length <= mostTrees) return named;
  throw named.length === 0
    ? new Failure("presence-refused", "no tree is named to look for the bug in", {
        hint: "name releases (--releases v6.1..v6.12) or branches (--trees origin/master)",
      })
    : new Failure("presence-refused", `${named.length} trees are more than ${mostTrees}`, {
        facts: { trees: named.length },
        hint: "name fewer of them",
      });
}

/** The commit of this name, if there is any. */
export async function namedCommit(name: string | undefined, asked: Asked): Promise<Named | null> {
  return name === undefined ? null : commitCalled(name, asked);
}

function wordsIn(lists: readonly string[]): string[] {
  return lists.flatMap((list) => list.split(",").map((word) => word.trim())).filter(Boolean);
}

async function commitCalled(name: string, { repository, signal }: Asked): Promise<Named> {
  return { hash: await resolveCommit(repository, name, { signal }), name };
}

async function releasesIn(range: string, asked: Asked): Promise<Named[]> {
  const [from = "", to, ...more] = range.split("..");
  if (to === undefined) return [await commitCalled(from, asked)];
  if (more.length > 0 || !isReleaseTag(from) || !isReleaseTag(to)) {
    throw new Failure("presence-refused", `${JSON.stringify(range)} is no range of releases`, {
      facts: { range },
      hint: "give two release tags, such as v6.1..v6.12",
    });
  }
  const [first, last] = [await commitCalled(from, asked), await commitCalled(to, asked)];
  const before = await listReleases(asked.repository, last.hash, { signal: asked.signal });
  const between = before
    .filter(({ tag }) => compareReleaseTags(tag, from) < 0 && compareReleaseTags(tag, to) > 0)
    .map(({ tag, hash }) => ({ name: tag, hash }));
  return [first, ...between.reverse(), last];
}
