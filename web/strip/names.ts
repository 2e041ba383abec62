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
