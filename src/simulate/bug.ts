import type { CommitGraph } from "../history/graph.ts";
import { descendantMask, isAncestor } from "../history/graph-walk.ts";
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
    crashing: descendantMask(graph, culprit),
    broken: drawBroken(graph, new Draws(seed, number, 2), brokenShare(draws, world)),
    otherBug: drawOtherBug(graph, new Draws(seed, number, 3), world, culprit),
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
    const stretch = descendantMask(graph, from);
    const mended = descendantMask(graph, to);
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
