import type { CommitGraph } from "../../history/graph.ts";
import { countAncestors } from "../../history/graph-count.ts";
import { ancestorMask, descendantMask } from "../../history/graph-walk.ts";

/** What a commit's kernel says of what is to be repaired; `unknown`: it fails in another way. */
export type Trial = "works" | "broken" | "unknown";

/** What to try next to find the commit that repaired something. */
export type NextTrial =
  /** `left`: commits that may be it. */
  | { readonly kind: "try"; readonly commit: number; readonly left: number }
  | { readonly kind: "fix"; readonly commit: number }
  | { readonly kind: "none"; readonly why: string };

/**
 * The search for the commit that repaired what is broken at `broken`, between it and the nearest later
 * commit that works. Pure; asked again after each trial. Each halves what is left: whether something builds is
 * no matter of chance, so that one trial of a commit is enough.
 *
 * Only commits that contain `broken` are tried at first: among these, what works contains the fix. Where the
 * first that works is a merge, the fix came with its other side, and is searched there, from where both
 * sides parted, if that is broken as well. O(n) a trial that was made, and O(n) beside.
 */
export function nextTrial(
  graph: CommitGraph,
  broken: number,
  trials: ReadonlyMap<number, Trial>,
): NextTrial {
  const later = descendantMask(graph, broken);
  const works = nearestWorking(graph, later, trials);
  if (works < 0) return none("no later commit is known to work");
  return between(graph, later, { broken, top: works }, trials);
}

/** Of the later commits that work, the one with the fewest between; the lowest of equals. */
function nearestWorking(
  graph: CommitGraph,
  later: Uint8Array,
  trials: ReadonlyMap<number, Trial>,
): number {
  let [nearest, fewest] = [-1, Number.POSITIVE_INFINITY];
  for (const [commit, trial] of [...trials].sort(([a], [b]) => a - b)) {
    if (trial !== "works" || later[commit] === 0) continue;
    const between = countIn(inBoth(later, ancestorMask(graph, [commit])));
    if (between < fewest) [nearest, fewest] = [commit, between];
  }
  return nearest;
}

function inBoth(one: Uint8Array, other: Uint8Array): Uint8Array {
  return one.map((is, i) => is & other[i]!);
}

function countIn(mask: Uint8Array): number {
  return mask.reduce((sum, is) => sum + is, 0);
}

/** `later`: the commits that contain `broken`; `top`: one of them that works. */
function between(
  graph: CommitGraph,
  later: Uint8Array,
  { broken, top }: { readonly broken: number; readonly top: number },
  trials: ReadonlyMap<number, Trial>,
): NextTrial {
  const contained = ancestorMask(graph, [top]);
  // What is broken above it is broken by something else.
  const known = [...trials].filter(([at, trial]) => trial === "broken" && contained[at] === 1);
  const before = ancestorMask(graph, [broken, ...known.map(([commit]) => commit)]);
  const open = later.map((is, i) => is & (1 - before[i]!));
  const first = lowestWorking(inBoth(open, contained), top, trials);
  const within = inBoth(open, ancestorMask(graph, [first]));
  const left = countIn(within);
  if (left === 1) return firstWorking(graph, later, first, trials);
  const commit = halving(graph, within, left, trials);
  if (commit < 0) return none(`${left - 1} commits between cannot be tried`);
  return { kind: "try", commit, left };
}

/** `top`, or the lowest of the commits that are `reached` from it and work. */
function lowestWorking(
  reached: Uint8Array,
  top: number,
  trials: ReadonlyMap<number, Trial>,
): number {
  let lowest = top;
  for (const [commit, trial] of trials) {
    if (trial === "works" && reached[commit] === 1 && commit < lowest) lowest = commit;
  }
  return lowest;
}

function halving(
  graph: CommitGraph,
  within: Uint8Array,
  left: number,
  trials: ReadonlyMap<number, Trial>,
): number {
  const counts = countAncestors(graph, within);
  let [best, most] = [-1, 0];
  for (let i = 0; i < graph.count; i++) {
    if (within[i] === 0 || trials.has(i)) continue;
    const smaller = Math.min(counts[i]!, left - counts[i]!);
    if (best < 0 || smaller > most) [best, most] = [i, smaller];
  }
  return best;
}

/** All that it contains of the later commits is broken: it is the fix, or the fix came in with it. */
function firstWorking(
  graph: CommitGraph,
  later: Uint8Array,
  commit: number,
  trials: ReadonlyMap<number, Trial>,
): NextTrial {
  const { parents, parentStart } = graph;
  const all = [...parents.subarray(parentStart[commit], parentStart[commit + 1])];
  if (all.length < 2) return { kind: "fix", commit };
  const ours = all.find((parent) => parent >= 0 && later[parent] === 1);
  const others = all.filter((parent) => parent >= 0 && later[parent] === 0);
  for (const other of others) {
    const trial = trials.get(other);
    if (trial === undefined) return { kind: "try", commit: other, left: 1 };
    if (trial === "works") return beyondMerge(graph, ours as number, other, trials);
  }
  return none("a merge repaired it, which cannot be applied elsewhere");
}

/** The fix came with `other`, which works, to `ours`, which is broken. */
function beyondMerge(
  graph: CommitGraph,
  ours: number,
  other: number,
  trials: ReadonlyMap<number, Trial>,
): NextTrial {
  const ofOurs = ancestorMask(graph, [ours]);
  const ofOther = ancestorMask(graph, [other]);
  let base = Math.min(ours, other);
  while (base >= 0 && (ofOurs[base]! & ofOther[base]!) === 0) base -= 1;
  const trial = base < 0 ? "unknown" : trials.get(base);
  if (trial === undefined) return { kind: "try", commit: base, left: 1 };
  if (trial === "broken") {
    return between(graph, descendantMask(graph, base), { broken: base, top: other }, trials);
  }
  return none("it came with a merge whose other side was not broken");
}

function none(why: string): NextTrial {
  return { kind: "none", why };
}
