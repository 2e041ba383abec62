/**
 * `rows` as lines, each column as wide as its widest cell, two spaces between; no space at line ends.
 * Rows may be of different lengths.
 */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [n, cell] of row.entries()) widths[n] = Math.max(widths[n] ?? 0, widthOf(cell));
  }
  return rows.map((row) =>
    row
      .map((cell, n) => padded(cell, widths[n] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function padded(cell: string, width: number): string {
  return cell + " ".repeat(width - widthOf(cell));
}

/** Code points: the marks and nearly all titles take one cell for each. */
function widthOf(cell: string): number {
  return [...cell].length;
}
