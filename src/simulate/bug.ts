import type { CommitGraph } from "../history/graph.ts";
import { isAncestor } from "../history/graph-walk.ts";
import { Draws } from "./coin.ts";
import {
  brokenStretch,
  foreignTitle,
  otherBugStretch,
  realBroken,
  realCrashRates,
  type World,
} from "./world.ts";

/** One simulated bug. Commits are indices in the graph. */
export interface Bug {
  /** Which coins it uses. */
  readonly number: number;
  readonly culprit: number;
  readonly crashRate: number;
  readonly unrelatedRate: number;
  readonly oddCommits: number;
  /** 1 for each commit that contains the culprit. */
  readonly crashing: Uint8Array;
  /** 1 for each commit that cannot be tested. */
  readonly broken: Uint8Array;
  readonly otherBug: OtherBug | null;
  /** 1 for each commit on which the reproducer comes to the crashing function; null: on all. */
  readonly open: Uint8Array | null;
  /** Whether runs tell. */
  readonly tellsWay: boolean;
}

/** A stretch of history in which another bug crashes. */
export interface OtherBug {
  readonly commits: Uint8Array;
  readonly rate: number;
  /** Its title is none of the bug's own: crashes can be told apart. */
  readonly foreign: boolean;
}

/** Makes up what goes wrong around a culprit. The same seed and number make the same bug. */
export function makeBug(
  graph: CommitGraph,
  world: World,
  { seed, number, culprit }: { seed: number; number: number; culprit: number },
): Bug {
  const draws = new Draws(seed, number, 1);
  return {
    number,
    culprit,
    crashRate: drawCrashRate(draws, world),
    unrelatedRate: world.unrelatedRate,
    oddCommits: world.oddCommits,
    crashing: descendants(graph, culprit),
    broken: drawBroken(graph, new Draws(seed, number, 2), brokenShare(draws, world)),
    otherBug: drawOtherBug(graph, new Draws(seed, number, 3), world, culprit),
    open: drawOpen(graph, new Draws(seed, number, 4), world, culprit),
    tellsWay: world.way?.told ?? false,
  };
}

function drawCrashRate(draws: Draws, { crashRate }: World): number {
  if (crashRate !== "as-real-bugs") return crashRate;
  const kind = draws.weighted(realCrashRates.map(([share]) => share));
  const [, from, to] = realCrashRates[kind] as readonly [number, number, number];
  return draws.between(from, to);
}

function brokenShare(draws: Draws, { broken }: World): number {
  if (broken !== "as-real-bugs") return broken;
  const has = draws.share() < realBroken.bugs;
  const share = draws.between(realBroken.from, realBroken.to);
  return has ? share : 0;
}

/** Stretches that may overlap, one after the other until they make up the share; never the last commit. */
function drawBroken(graph: CommitGraph, draws: Draws, share: number): Uint8Array {
  const broken = new Uint8Array(graph.count);
  const wanted = Math.floor(share * graph.count);
  let count = 0;
  // A stretch that would make it too many is drawn again; at last it stays a little below.
  for (let tries = 0; count < wanted && tries < 200; tries++) {
    const size = brokenStretch.from * (brokenStretch.to / brokenStretch.from) ** draws.share();
    const stretch = drawStretch(graph, draws, Math.min(size, 2 * (wanted - count)), graph.count);
    let more = 0;
    for (let i = 0; i < graph.count; i++) more += stretch[i]! & (1 - broken[i]!);
    if (count + more > wanted * 1.1 + brokenStretch.from) continue;
    for (let i = 0; i < graph.count; i++) broken[i] = broken[i]! | stretch[i]!;
    count += more;
  }
  return broken;
}

/**
 * The other bug begins before the culprit: those of real bisections were counted where they misled, and
 * one that comes later misleads nobody.
 */
function drawOtherBug(
  graph: CommitGraph,
  draws: Draws,
  world: World,
  culprit: number,
): OtherBug | null {
  if (draws.share() >= world.otherBug) return null;
  const { from, to, rates, weights } = otherBugStretch;
  const size = draws.between(from, to) * graph.count;
  const rate = rates[draws.weighted(weights)] as number;
  const foreign = draws.share() < foreignTitle;
  return { commits: drawStretch(graph, draws, size, culprit), rate, foreign };
}

/** The opener is any commit that contains the culprit; the last one, at which the bug was reported, contains it. */
function drawOpen(
  graph: CommitGraph,
  draws: Draws,
  { way }: World,
  culprit: number,
): Uint8Array | null {
  if (way === undefined) return null;
  const later = draws.share() < way.openedLater;
  const byCulprit = draws.share() < way.openedByCulprit;
  if (!later) return byCulprit ? descendants(graph, culprit) : null;
  const after = descendants(graph, culprit);
  const openers: number[] = [];
  after.forEach((contains, commit) => {
    if (contains === 1 && commit !== culprit) openers.push(commit);
  });
  if (openers.length === 0) return null;
  return descendants(graph, openers[draws.below(openers.length)] as number);
}

/**
 * All commits that contain one and not another: what a bug of its own breaks until it is mended. About
 * `size` commits from one below `below` on; the last commit of the graph contains both.
 */
function drawStretch(graph: CommitGraph, draws: Draws, size: number, below: number): Uint8Array {
  let nearest = new Uint8Array(graph.count);
  let difference = Infinity;
  for (let tries = 0; tries < 8; tries++) {
    const from = draws.below(Math.max(1, Math.min(below, graph.count - Math.floor(size))));
    let to = Math.min(graph.count - 1, from + Math.max(1, Math.round(size)));
    while (to < graph.count - 1 && !isAncestor(graph, from, to)) to += 1;
    const stretch = descendants(graph, from);
    const mended = descendants(graph, to);
    let count = 0;
    for (let i = 0; i < graph.count; i++) {
      if (mended[i] === 1) stretch[i] = 0;
      count += stretch[i] as number;
    }
    const off = Math.abs(Math.log(Math.max(1, count) / size));
    if (off < difference) [nearest, difference] = [stretch, off];
    if (off < Math.LN2 / 2) break;
  }
  return nearest;
}

/** 1 for `commit` and all that contain it. O(n + parents). */
function descendants(graph: CommitGraph, commit: number): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array(graph.count);
  mask[commit] = 1;
  for (let i = commit + 1; i < graph.count; i++) {
    const end = graph.parentStart[i + 1] as number;
    for (let k = graph.parentStart[i] as number; k < end; k++) {
      const parent = graph.parents[k] as number;
      if (parent >= 0 && mask[parent] === 1) {
        mask[i] = 1;
        break;
      }
    }
  }
  return mask;
}
