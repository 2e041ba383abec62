/** A part of a console that can be shown as one row; lines from 1, the last among it. */
export interface Fold {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** What one row shows: a line, or a fold that is shut. */
export type Row =
  | { readonly kind: "line"; readonly line: number }
  | { readonly kind: "fold"; readonly fold: Fold };

/** A console as rows, some of its parts folded. */
export interface Rows {
  readonly count: number;
  /** Row `n`, from 0. */
  readonly at: (n: number) => Row;
  /** The row that shows a line, or the fold that it is in. */
  readonly of: (line: number) => number;
}

/** `lines` lines of which each of `shut` is one row. Parts that overlap one before them, or lie outside, stay open. */
export function rowsOf(lines: number, shut: readonly Fold[]): Rows {
  const folds: Fold[] = [];
  for (const fold of shut.toSorted((a, b) => a.from - b.from)) {
    const last = folds.at(-1)?.to ?? 0;
    if (fold.from > last && fold.to >= fold.from && fold.to <= lines) folds.push(fold);
  }
  /** For each fold the row that it is. */
  const starts: number[] = [];
  let hidden = 0;
  for (const { from, to } of folds) {
    starts.push(from - 1 - hidden);
    hidden += to - from;
  }
  /** The last fold of which `isBefore` holds; -1: none. They are few, but asked for each row. */
  const last = (isBefore: (n: number) => boolean): number => {
    let [low, high] = [0, folds.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(middle)) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
  return {
    count: Math.max(0, lines - hidden),
    at(row) {
      const n = last((at) => (starts[at] as number) <= row);
      if (n < 0) return { kind: "line", line: row + 1 };
      const fold = folds[n] as Fold;
      const past = row - (starts[n] as number);
      return past === 0 ? { kind: "fold", fold } : { kind: "line", line: fold.to + past };
    },
    of(line) {
      const n = last((at) => (folds[at] as Fold).from <= line);
      if (n < 0) return line - 1;
      const { to } = folds[n] as Fold;
      return (starts[n] as number) + Math.max(0, line - to);
    },
  };
}
