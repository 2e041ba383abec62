/** A stretch of wall time, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Wall seconds during which at least one of `spans` was under way: spans that overlap count once, so
 * ten machines at work for a minute make one minute. Spans may come in any order; one that ends
 * before it begins counts nothing.
 */
export function busySeconds(spans: readonly Span[]): number {
  const ordered = [...spans].sort((a, b) => a.from - b.from);
  let milliseconds = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const { from, to } of ordered) {
    if (to <= reached) continue;
    milliseconds += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(to, reached);
  }
  return milliseconds / 1000;
}
