/** A line of a Kconfig file, continued ones joined. */
export interface LogicalLine {
  /** Of its first line, from 1. */
  readonly number: number;
  /** Columns of blanks in front, a tab reaching to the next multiple of 8. */
  readonly indent: number;
  /** Without blanks at both ends. */
  readonly text: string;
}

/** The lines of `text`, one by one; a `\` at the end of one joins it with the next. */
export function* logicalLines(text: string): Generator<LogicalLine, void> {
  let at = 0;
  let number = 0;
  while (at < text.length) {
    const first = number + 1;
    const parts: string[] = [];
    for (;;) {
      const end = text.indexOf("\n", at);
      const line = text.slice(at, end < 0 ? text.length : end);
      at = end < 0 ? text.length : end + 1;
      number += 1;
      const goesOn = line.endsWith("\\") && at < text.length;
      parts.push(goesOn ? line.slice(0, -1) : line);
      if (!goesOn) break;
    }
    const whole = parts.join("");
    yield { number: first, indent: indentOf(whole), text: whole.trim() };
  }
}

function indentOf(line: string): number {
  let column = 0;
  for (const sign of line) {
    if (sign === " ") column += 1;
    else if (sign === "\t") column += 8 - (column % 8);
    else break;
  }
  return column;
}
