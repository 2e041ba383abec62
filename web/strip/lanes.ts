import type { LaneCommit } from "../api/types.ts";

/** More lanes than this lie over each other in the last: a list must stay readable beside them. */
const mostLanes = 16;

/** Where a commit is drawn: rows from the newest, lanes from the left. */
export interface LaneRow {
  readonly commit: LaneCommit;
  readonly row: number;
  readonly lane: number;
}

/** A line from a commit down to a parent: over lane `via` from the row below the commit to the one above the parent. */
export interface LaneLine {
  readonly from: { readonly row: number; readonly lane: number };
  readonly via: number;
  /** The parent; null: it is out of sight, the line ends below the commit. */
  readonly to: { readonly row: number; readonly lane: number } | null;
}

/** A part of history drawn as lanes. */
export interface Lanes {
  readonly rows: readonly LaneRow[];
  readonly lines: readonly LaneLine[];
  /** How many lanes there are. */
  readonly width: number;
}

/**
 * `commits`, of which each parent in sight has the smaller place, laid out as `git log --graph` does: the newest on top, a
 * commit in the lane in which its first child waited for it, parents beyond the first in lanes of their own.
 */
export function lanesOf(commits: readonly LaneCommit[]): Lanes {
  const newestFirst = commits.toSorted((a, b) => b.at - a.at);
  const inSight = new Set(newestFirst.map(({ at }) => at));
  /** For each lane the place that it leads to; null: it is free. */
  const waiting: (number | null)[] = [];
  const lines: { from: LaneLine["from"]; via: number; parent: number | null }[] = [];
  const rows = newestFirst.map((commit, row): LaneRow => {
    const lane = laneFor(waiting, commit.at);
    waiting.forEach((at, n) => {
      if (at === commit.at) waiting[n] = null;
    });
    commit.parents.forEach((parent, n) => {
      const at = typeof parent === "number" && inSight.has(parent) ? parent : null;
      const via = at === null ? lane : takeLane(waiting, at, n === 0 ? lane : null);
      lines.push({ from: { row, lane }, via, parent: at });
    });
    return { commit, row, lane };
  });
  const placed = new Map(rows.map((one) => [one.commit.at, { row: one.row, lane: one.lane }]));
  return {
    rows,
    lines: lines.map(({ from, via, parent }) => ({
      from,
      via,
      to: parent === null ? null : (placed.get(parent) ?? null),
    })),
    width: Math.max(1, waiting.length),
  };
}

/** The lane in which a commit is waited for, or a free one. */
function laneFor(waiting: (number | null)[], at: number): number {
  const known = waiting.indexOf(at);
  return known >= 0 ? known : freeLane(waiting);
}

/**
 * The lane to a parent: that of the commit itself for the first one, so that a line of history stays where it is; for
 * others one that leads there already, else a free one.
 */
function takeLane(waiting: (number | null)[], at: number, own: number | null): number {
  const known = waiting.indexOf(at);
  if (own === null && known >= 0) return known;
  const lane = own ?? freeLane(waiting);
  waiting[lane] = at;
  return lane;
}

function freeLane(waiting: (number | null)[]): number {
  const free = waiting.indexOf(null);
  if (free >= 0) return free;
  if (waiting.length >= mostLanes) return mostLanes - 1;
  waiting.push(null);
  return waiting.length - 1;
}

/** The line as a path of an SVG, with lanes `lane` and rows `row` pixels apart. */
export function linePath({ from, via, to }: LaneLine, lane: number, row: number): string {
  const x = (n: number) => (n + 0.5) * lane;
  const y = (n: number) => (n + 0.5) * row;
  const begin = `M${x(from.lane)} ${y(from.row)}`;
  if (to === null) return `${begin}v${row * 0.6}`;
  const bend = (fromX: number, fromY: number, toX: number, toY: number) =>
    fromX === toX
      ? `V${toY}`
      : `C${fromX} ${(fromY + toY) / 2} ${toX} ${(fromY + toY) / 2} ${toX} ${toY}`;
  // Next to each other: one bend is all there is room for.
  if (to.row === from.row + 1)
    return begin + bend(x(from.lane), y(from.row), x(to.lane), y(to.row));
  const [first, last] = [from.row + 1, to.row - 1];
  return (
    begin +
    bend(x(from.lane), y(from.row), x(via), y(first)) +
    `V${y(last)}` +
    bend(x(via), y(last), x(to.lane), y(to.row))
  );
}
