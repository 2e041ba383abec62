import type { BisectionView } from "../../src/view/schema.ts";

/** A stretch of time in which something was done, in seconds since the beginning. */
export type Span = BisectionView["spent"]["spans"][number];

/**
 * `spans` in as few rows as show each whole: one kind after the other, and within a kind what was done at the same time in
 * rows of its own, at most `mostRows` of a kind (what needs more overlaps in the last).
 */
export function rowsOf(
  spans: readonly Span[],
  mostRows: number,
): { readonly kind: Span["kind"]; readonly spans: readonly Span[] }[] {
  const kinds = ["build", "run", "pause"] as const;
  return kinds.flatMap((kind) => {
    const rows: Span[][] = [];
    const ends: number[] = [];
    const ofKind = spans.filter((span) => span.kind === kind).toSorted((a, b) => a.from - b.from);
    for (const span of ofKind) {
      const free = ends.findIndex((end) => end <= span.from);
      const row = free >= 0 ? free : Math.min(ends.length, mostRows - 1);
      rows[row] = [...(rows[row] ?? []), span];
      ends[row] = Math.max(ends[row] ?? 0, span.to);
    }
    return rows.map((row) => ({ kind, spans: row }));
  });
}
