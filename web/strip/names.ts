/** A name at a place of the axis, in pixels. */
export interface Named {
  readonly text: string;
  readonly x: number;
}

/**
 * Those of `names` that fit beside each other on an axis of `width`, each beginning at its place: the shortest first, which
 * are the releases, not their candidates. `measure` says how wide a text is.
 */
export function fitting<T extends Named>(
  names: readonly T[],
  width: number,
  measure: (text: string) => number,
): T[] {
  const apart = 10;
  const kept: { readonly name: T; readonly from: number; readonly to: number }[] = [];
  const byLength = names
    .filter(({ x }) => x >= 0 && x <= width)
    .toSorted((a, b) => a.text.length - b.text.length || a.x - b.x);
  for (const name of byLength) {
    const [from, to] = [name.x, name.x + measure(name.text) + apart];
    if (to - apart > width) continue;
    if (kept.every((other) => to <= other.from || from >= other.to)) kept.push({ name, from, to });
  }
  return kept.map(({ name }) => name).toSorted((a, b) => a.x - b.x);
}

/**
 * Sorted places on an axis of `width`, moved as little as is needed so that each has `room` around it; where there are too
 * many for that, they stand as far apart as they can.
 */
export function apart(places: readonly number[], room: number, width: number): number[] {
  const least = Math.min(room, width / Math.max(1, places.length));
  const moved: number[] = [];
  for (const place of places) {
    const before = moved.at(-1);
    moved.push(Math.max(least / 2, place, before === undefined ? 0 : before + least));
  }
  let limit = width - least / 2;
  for (let n = moved.length - 1; n >= 0; n--) {
    moved[n] = Math.min(moved[n] as number, limit);
    limit = (moved[n] as number) - least;
  }
  return moved;
}
