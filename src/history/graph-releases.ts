import type { CommitGraph } from "./graph.ts";
import { indexOf } from "./graph-hashes.ts";
import type { Release } from "./release.ts";

/** For each commit of a graph, in which release it came out. */
export interface ReleaseAges {
  /** The releases that are in the graph, newest first; those before the graph are not among them. */
  readonly releases: readonly Release[];
  /**
   * How many of `releases` contain the commit and come after one another: 0 where none does, and `k` where
   * the first that does is `releases[k - 1]`. So if commit `i` brought a bug in, the newest release
   * without it is `releases[age[i]]`, or lies before the graph.
   */
  readonly age: Uint16Array;
}

/**
 * Tells for every commit of `graph` the first of `releases` that contains it. `releases` come newest
 * first, as `listReleases` gives them; of several that contain a commit the last one counts. At most the
 * 65,535 newest are told apart.
 *
 * O(n + parents) whatever the number of releases: each commit is reached once, from its own release.
 */
export function releaseAges(graph: CommitGraph, releases: readonly Release[]): ReleaseAges {
  const inside = releases
    .map((release) => ({ release, tip: indexOf(graph, release.hash) }))
    .filter(({ tip }) => tip >= 0)
    .slice(0, mostReleases);
  const age = new Uint16Array(graph.count);
  for (let k = inside.length; k > 0; k--)
    reach(graph, (inside[k - 1] as { tip: number }).tip, k, age);
  return { releases: inside.map(({ release }) => release), age };
}

/** What the age's type holds. */
const mostReleases = 2 ** 16 - 1;

/** Gives `age` to `tip` and to all of its ancestors that have none yet. */
function reach(graph: CommitGraph, tip: number, value: number, age: Uint16Array): void {
  const waiting = [tip];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    // What an older release contains, all of it has its age.
    if (age[next] !== 0) continue;
    age[next] = value;
    const end = graph.parentStart[next + 1] as number;
    for (let k = graph.parentStart[next] as number; k < end; k++) {
      const parent = graph.parents[k] as number;
      if (parent >= 0 && age[parent] === 0) waiting.push(parent);
    }
  }
}
