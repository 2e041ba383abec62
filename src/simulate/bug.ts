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
  /** The commit that is searched: the one that brought the bug, or its fix. */
  readonly culprit: number;
  readonly find: "cause" | "fix";
  /** Where it was reported: the last commit of the graph, or of a fix the first outside commit, as -1. */
  readonly reported: number;
  readonly crashRate: number;
  readonly unrelatedRate: number;
  readonly oddCommits: number;
  /** 1 for each commit that contains the culprit; of a fix, for each that does not. */
  readonly crashing: Uint8Array;
  /** What breaks commits, and what mended it; they may lie over each other. */
  readonly stretches: readonly Stretch[];
  readonly otherBug: OtherBug | null;
  /** 1 for each commit on which the reproducer comes to the crashing function; null: on all. */
  readonly open: Uint8Array | null;
  /** Whether runs tell. */
  readonly tellsWay: boolean;
}

/** Commits that do not build or boot: all that contain one commit and not another, the fix. */
export interface Stretch {
  readonly how: "build" | "boot";
  /** 1 for each of them. */
  readonly commits: Uint8Array;
  readonly fix: number;
  /** The fix applies to commits from this one on. */
  readonly appliesFrom: number;
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
  { seed, number, culprit, find }: Pick<Bug, "number" | "culprit" | "find"> & { seed: number },
): Bug {
  const draws = new Draws(seed, number, 1);
  const changed = descendantMask(graph, culprit);
  return {
    number,
    culprit,
    find,
    reported: find === "fix" ? -1 : graph.count - 1,
    crashRate: drawCrashRate(draws, world),
    unrelatedRate: world.unrelatedRate,
    oddCommits: world.oddCommits,
    crashing: find === "fix" ? changed.map((contains) => 1 - contains) : changed,
    stretches: [
      ...drawBroken(graph, [new Draws(seed, number, 2), new Draws(seed, number, 4)], {
        how: "build",
        share: brokenShare(draws, world),
        fixApplies: world.fixApplies,
      }),
      ...drawBroken(graph, [new Draws(seed, number, 5), new Draws(seed, number, 6)], {
        how: "boot",
        share: world.unbootable,
        fixApplies: world.fixApplies,
      }),
    ],
    otherBug: drawOtherBug(graph, new Draws(seed, number, 3), world, culprit),
    // Where a fix is searched, the reproducer is known to come there.
    open: find === "fix" ? null : drawOpen(graph, new Draws(seed, number, 4), world, culprit),
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
function drawBroken(
  graph: CommitGraph,
  [draws, fixes]: readonly [Draws, Draws],
  { how, share, fixApplies }: Pick<Stretch, "how"> & { share: number; fixApplies: number },
): Stretch[] {
  const broken = new Uint8Array(graph.count);
  const stretches: Stretch[] = [];
  const wanted = Math.floor(share * graph.count);
  let count = 0;
  // A stretch that would make it too many is drawn again; at last it stays a little below.
  for (let tries = 0; count < wanted && tries < 200; tries++) {
    const size = brokenStretch.from * (brokenStretch.to / brokenStretch.from) ** draws.share();
    const most = Math.min(size, 2 * (wanted - count));
    const { commits, from, to } = drawStretch(graph, draws, most, graph.count);
    let more = 0;
    for (let i = 0; i < graph.count; i++) more += commits[i]! & (1 - broken[i]!);
    if (count + more > wanted * 1.1 + brokenStretch.from) continue;
    for (let i = 0; i < graph.count; i++) broken[i] = broken[i]! | commits[i]!;
    count += more;
    const part = fixes.share() < fixApplies ? 1 : fixes.share();
    stretches.push({ how, commits, fix: to, appliesFrom: Math.round(to - part * (to - from)) });
  }
  return stretches;
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
  return { commits: drawStretch(graph, draws, size, culprit).commits, rate, foreign };
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
  if (!later) return byCulprit ? descendantMask(graph, culprit) : null;
  const after = descendantMask(graph, culprit);
  const openers: number[] = [];
  after.forEach((contains, commit) => {
    if (contains === 1 && commit !== culprit) openers.push(commit);
  });
  if (openers.length === 0) return null;
  return descendantMask(graph, openers[draws.below(openers.length)] as number);
}

/**
 * All commits that contain one and not another: what a bug of its own breaks until it is mended. About
 * `size` commits from one below `below` on; the last commit of the graph contains both.
 */
function drawStretch(
  graph: CommitGraph,
  draws: Draws,
  size: number,
  below: number,
): { readonly commits: Uint8Array; readonly from: number; readonly to: number } {
  let nearest = { commits: new Uint8Array(graph.count), from: 0, to: 0 };
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
    if (off < difference) [nearest, difference] = [{ commits: stretch, from, to }, off];
    if (off < Math.LN2 / 2) break;
  }
  return nearest;
}
