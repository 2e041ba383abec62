/** Lines that an address names, the last among them. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** `#L12` or `#L12-L20`; null: it names none. */
export function linesOf(hash: string): LineRange | null {
  const found = /^#L(\d{1,9})(?:-L?(\d{1,9}))?$/.exec(hash);
  if (found === null) return null;
  const [one, other] = [Number(found[1]), Number(found[2] ?? found[1])];
  if (one === 0 || other === 0) return null;
  return { from: Math.min(one, other), to: Math.max(one, other) };
}

/** The address of lines: `#L12`, `#L12-L20`. */
export function hashOf({ from, to }: LineRange): string {
  return from === to ? `#L${from}` : `#L${from}-L${to}`;
}
