import type { Seen } from "./window.ts";

/** The belief over a part of the range, summed from its beginning, so that any stretch is one subtraction. */
export interface Level extends Seen {
  /** One more than there are columns; the first is nothing. */
  readonly sums: Float64Array;
  /** The likeliest commit of each column, by its place. */
  readonly best: readonly number[];
}

/** A level from what the server answers: equally wide columns. */
export function levelOf(
  { from, to }: Seen,
  columns: readonly number[],
  best: readonly number[],
): Level {
  const sums = new Float64Array(columns.length + 1);
  for (let n = 0; n < columns.length; n++)
    sums[n + 1] = (sums[n] as number) + (columns[n] as number);
  return { from, to, sums, best };
}

/** How many commits one column stands for. */
export function grain({ from, to, sums }: Level): number {
  return (to - from) / Math.max(1, sums.length - 1);
}

/** The belief between two places; within a column it counts as spread evenly, outside of the level there is none. */
export function beliefBetween(level: Level, from: number, to: number): number {
  return sumUpTo(level, to) - sumUpTo(level, from);
}

function sumUpTo({ from, to, sums }: Level, place: number): number {
  const columns = sums.length - 1;
  const at = ((place - from) / (to - from)) * columns;
  if (!(at > 0)) return 0;
  if (at >= columns) return sums[columns] as number;
  const whole = Math.floor(at);
  const before = sums[whole] as number;
  return before + ((sums[whole + 1] as number) - before) * (at - whole);
}

/** The likeliest commit of the column at a place; null outside of the level. */
export function bestAt(level: Level, place: number): number | null {
  const columns = level.sums.length - 1;
  const at = Math.floor(((place - level.from) / (level.to - level.from)) * columns);
  return level.best[at] ?? null;
}

/** A bar to draw: from which place to which, and the belief between them. */
export interface Bars {
  /** How wide each is, in commits. */
  readonly step: number;
  /** Where the first begins. */
  readonly from: number;
  readonly heights: Float64Array;
}

/**
 * `seen` in bars: one to a pixel of `width`, or one to a commit where a commit is wider than that. `into` is used again
 * where it has the right size: nothing is left behind for every picture.
 */
export function barsOf(level: Level, seen: Seen, width: number, into?: Float64Array): Bars {
  const perPixel = (seen.to - seen.from) / Math.max(1, width);
  const isFine = perPixel < 1;
  const step = isFine ? 1 : perPixel;
  const from = isFine ? Math.floor(seen.from) : seen.from;
  const count = Math.max(1, Math.ceil((seen.to - from) / step - 1e-9));
  const heights = into?.length === count ? into : new Float64Array(count);
  let below = sumUpTo(level, from);
  for (let n = 0; n < count; n++) {
    const up = sumUpTo(level, from + (n + 1) * step);
    // A difference of sums may come out a little below nothing.
    heights[n] = Math.max(0, up - below);
    below = up;
  }
  return { step, from, heights };
}

/** The belief that the highest bar may have, rounded up to 1, 2 or 5 of a power of ten: what the top of the axis says. */
export function topOf(heights: Float64Array): number {
  let most = 0;
  for (const height of heights) if (height > most) most = height;
  if (!(most > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 5, 10].find((one) => most <= one * power * (1 + 1e-9)) ?? 10;
  return Math.min(1, step * power);
}

/** How much of the belief lies between one release and the next: for a table, the most first, at most `most`. */
export function byRelease(
  level: Level,
  releases: readonly { readonly tag: string; readonly at: number }[],
  ends: { readonly from: string; readonly to: string },
  most: number,
): {
  readonly from: string;
  readonly to: string;
  readonly commits: number;
  readonly belief: number;
}[] {
  const cuts = [
    { tag: ends.from, at: level.from },
    ...releases
      .filter(({ at }) => at > level.from && at < level.to)
      .toSorted((a, b) => a.at - b.at),
    { tag: ends.to, at: level.to },
  ];
  const stretches = cuts.slice(1).map((cut, n) => {
    const before = cuts[n] as (typeof cuts)[number];
    return {
      from: before.tag,
      to: cut.tag,
      commits: cut.at - before.at,
      belief: beliefBetween(level, before.at, cut.at),
    };
  });
  return stretches
    .filter(({ commits }) => commits > 0)
    .toSorted((a, b) => b.belief - a.belief)
    .slice(0, most);
}

/** Of the belief, so much may be on commits that are as good as ruled out. */
const negligible = 0.01;

/**
 * The belief in one commit from which on it counts as suspected: all that is believed less has a hundredth together. Nothing
 * where the level has no belief.
 */
export function leastSuspected(level: Level): number {
  const { sums } = level;
  const columns = Array.from(
    { length: sums.length - 1 },
    (_, n) => (sums[n + 1] as number) - (sums[n] as number),
  ).sort((a, b) => a - b);
  let left = negligible * (sums.at(-1) as number);
  const least = columns.find((share) => {
    left -= share;
    return left < 0;
  });
  return (least ?? 0) / grain(level);
}
