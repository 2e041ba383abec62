import { cellsOf } from "./clip.ts";

/**
 * `text` in lines of at most `cells` cells: the first behind `first`, the others behind as many spaces.
 * A word that is longer, as a hash may be, has a line of its own. Takes time that grows with the text.
 */
export function wrapped(text: string, first: string, cells: number): string[] {
  const indent = " ".repeat(cellsOf(first));
  const lines: string[] = [];
  let line = first;
  let used = cellsOf(first);
  let empty = true;
  for (const word of text.split(" ")) {
    const width = cellsOf(word);
    if (!empty && used + 1 + width > cells) {
      lines.push(line);
      line = indent;
      used = indent.length;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    used += empty ? width : width + 1;
    empty = false;
  }
  return [...lines, line].map((each) => each.trimEnd());
}
