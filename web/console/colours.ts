/** A stretch of a line that looks alike; `look` is a list of classes, empty where nothing is said. */
export interface Stretch {
  readonly text: string;
  readonly look: string;
}

/** A longer line is cut: a guest may print one without end. */
const mostCells = 4000;

/** Sequences of terminals, control characters, and marks that turn the direction of a text around. */
const sequence =
  /\x1b\[([0-9;]{0,32})m|\x1b\[[0-?]{0,32}[ -/]{0,4}[@-~]|\x1b[@-_]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * A line of a console as text in stretches: bold and the sixteen colours of terminals as classes, any other sequence,
 * control character and mark of direction left out. Every line begins plain, so that each can be shown by itself.
 */
export function stretchesOf(line: string): Stretch[] {
  const text = line.length > mostCells ? `${line.slice(0, mostCells)} …` : line;
  const stretches: Stretch[] = [];
  let [from, look] = [0, ""];
  const push = (to: number) => {
    if (to > from) stretches.push({ text: text.slice(from, to), look });
  };
  for (const found of text.matchAll(sequence)) {
    push(found.index);
    from = found.index + found[0].length;
    if (found[1] !== undefined) look = lookAfter(look, found[1]);
  }
  push(text.length);
  return stretches;
}

/** A line without what only terminals understand, and without marks of direction. */
export function plainOf(line: string): string {
  return stretchesOf(line)
    .map(({ text }) => text)
    .join("");
}

function lookAfter(before: string, codes: string): string {
  const looks = new Set(before.split(" ").filter(Boolean));
  for (const code of codes.split(";").map(Number)) {
    if (code === 0) looks.clear();
    else if (code === 1) looks.add("bold");
    else if (code === 22) looks.delete("bold");
    else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) {
      forget(looks);
      looks.add(`ink-${code % 10}`);
    } else if (code === 39) forget(looks);
  }
  return [...looks].join(" ");
}

function forget(looks: Set<string>): void {
  for (const look of looks) if (look.startsWith("ink-")) looks.delete(look);
}
