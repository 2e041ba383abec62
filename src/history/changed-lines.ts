/** A line that a commit adds to a file, or takes out of it. */
export interface ChangedLine {
  /** As the file is called after it; before it, where it is gone. */
  readonly path: string;
  readonly sign: "+" | "-";
  /** Its number in that file, from 1. */
  readonly line: number;
  readonly text: string;
}

/** Characters of a line that are kept, and lines. */
const longest = 500;
const mostLines = 200_000;

/**
 * The lines of `diff`, as `git diff-tree -p -U0` prints it, in its order; at most 200,000. What looks like a
 * header inside of a hunk is a line: hunks are counted. Anything else that is no hunk is passed over.
 */
export function changedLines(diff: string): readonly ChangedLine[] {
  const found: ChangedLine[] = [];
  let [path, old] = ["", ""];
  let [removed, added, from, to] = [0, 0, 0, 0];
  for (const text of diff.split("\n")) {
    if (found.length >= mostLines) break;
    const sign = text[0];
    if (removed > 0 && sign === "-") {
      found.push({ path: path || old, sign, line: from++, text: text.slice(1, longest) });
      removed -= 1;
    } else if (added > 0 && sign === "+") {
      found.push({ path: path || old, sign, line: to++, text: text.slice(1, longest) });
      added -= 1;
    } else if (text.startsWith("--- ")) old = named(text);
    else if (text.startsWith("+++ ")) path = named(text);
    else {
      const hunk = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@/.exec(text);
      if (hunk === null) continue;
      [from, removed] = [Number(hunk[1]), Number(hunk[2] ?? 1)];
      [to, added] = [Number(hunk[3]), Number(hunk[4] ?? 1)];
    }
  }
  return found;
}

/** The path of a header; "" where there is no file. */
function named(header: string): string {
  const name = header
    .slice(4)
    .replace(/\t.*$/, "")
    .replace(/^"(.*)"$/, "$1");
  return name === "/dev/null" ? "" : name.slice(2);
}
