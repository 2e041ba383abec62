import stringWidth from "string-width";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** No character that people read is made of more; marks piled on each other would be without end. */
const unitsPerCell = 16;

/** How many cells of a terminal `text` takes: wide characters take two, combining marks none. */
export function cellsOf(text: string): number {
  return stringWidth(text);
}

/**
 * `text` in at most `cells` cells of a terminal; where it does not fit, its beginning and `…`. Takes time
 * for what is shown, however long `text` is.
 */
export function clip(text: string, cells: number): string {
  if (cells < 1) return "";
  const most = cells * unitsPerCell;
  const given = text.length > most ? `${text.slice(0, most).toWellFormed()}…` : text;
  if (cellsOf(given) <= cells) return given;
  let kept = "";
  let used = 0;
  for (const { segment } of graphemes.segment(given)) {
    used += cellsOf(segment);
    if (used > cells - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
