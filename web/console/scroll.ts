/** No element is made higher than this, in pixels: browsers stop at some 30 million, and get imprecise before. */
const mostHeight = 8_000_000;

/** Rows of one height in a box that scrolls; the row on top may be a fraction. */
export interface ScrollBox {
  readonly rows: number;
  readonly rowHeight: number;
  /** What is seen of them, in pixels. */
  readonly height: number;
}

/** How high the scrolled content is made, in pixels. */
export function contentHeight({ rows, rowHeight, height }: ScrollBox): number {
  return Math.max(height, Math.min(mostHeight, rows * rowHeight));
}

/** Whether a pixel of scrolling is more than a pixel of content, because there is too much of it. */
export function isScaled({ rows, rowHeight }: ScrollBox): boolean {
  return rows * rowHeight > mostHeight;
}

/** The row that may at most be on top, so that the last is seen. */
export function lastTop({ rows, rowHeight, height }: ScrollBox): number {
  return Math.max(0, rows - height / rowHeight);
}

/** The row on top when scrolled by `scrollTop` pixels. */
export function topRow(box: ScrollBox, scrollTop: number): number {
  if (!isScaled(box)) return Math.min(lastTop(box), Math.max(0, scrollTop / box.rowHeight));
  const most = contentHeight(box) - box.height;
  return Math.min(1, Math.max(0, scrollTop / most)) * lastTop(box);
}

/** By how many pixels to scroll so that `row` is on top. */
export function scrollFor(box: ScrollBox, row: number): number {
  const top = Math.min(lastTop(box), Math.max(0, row));
  if (!isScaled(box)) return top * box.rowHeight;
  const last = lastTop(box);
  return last === 0 ? 0 : (top / last) * (contentHeight(box) - box.height);
}
