/**
 * Characters that move a cursor, end a line or turn the direction of text around: C0 and C1 controls,
 * marks of direction, and the byte order mark. Titles, subjects and compiler messages come from
 * kernels and repositories that nobody vouches for.
 */
const hidden =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** `text` as one line: line ends and tabs become a space, other control characters go. */
export function plainLine(text: string): string {
  return text
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]/g, " ")
    .replace(hidden, "")
    .trim()
    .toWellFormed();
}

/**
 * `text` as the lines it has, control characters but tabs taken out and spaces at line ends kept.
 * Line ends at the end of `text` make no further lines; an empty text has none.
 */
export function plainLines(text: string): string[] {
  let end = text.length;
  while (end > 0 && text[end - 1] === "\n") end--;
  if (end === 0) return [];
  return text
    .slice(0, end)
    .split("\n")
    .map((line) => line.replace(hidden, "").toWellFormed());
}
