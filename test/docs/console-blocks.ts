/** One line that a reader types, and what the page says that it prints. */
export interface Example {
  readonly command: string;
  /** `…` stands for any text in a line; alone on a line, for any lines. */
  readonly prints: readonly string[];
  /** Heading above it, and the page's line that it is on. */
  readonly section: string;
  readonly line: number;
}

/** The examples of a page: the lines that begin with `$ ` in its blocks marked `console`. */
export function examplesOf(page: string): Example[] {
  const examples: { command: string; prints: string[]; section: string; line: number }[] = [];
  let section = "";
  let isConsole = false;
  for (const [index, text] of page.split("\n").entries()) {
    if (text.startsWith("```")) isConsole = text === "```console";
    else if (isConsole && text.startsWith("$ ")) {
      examples.push({ command: text.slice(2), prints: [], section, line: index + 1 });
    } else if (isConsole) examples.at(-1)?.prints.push(text);
    else if (text.startsWith("## ")) section = text.slice(3);
  }
  return examples;
}

/**
 * The first line of `printed` that is not what the page says, as `expected … printed …`; null where all
 * is as the page says.
 */
export function difference(prints: readonly string[], printed: readonly string[]): string | null {
  let [at, open] = [0, false];
  for (const line of prints) {
    if (line.trim() === "…") {
      open = true;
      continue;
    }
    const from = at;
    if (open) while (at < printed.length && !isLine(line, printed[at]!)) at++;
    const found = printed[at];
    if (found === undefined || !isLine(line, found)) {
      return `expected: ${line}\nprinted:  ${printed[from] ?? "nothing more"}`;
    }
    [at, open] = [at + 1, false];
  }
  return open || at === printed.length ? null : `printed besides: ${printed[at]}`;
}

function isLine(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("…");
  if (rest.length === 0) return pattern === text;
  if (!text.startsWith(first)) return false;
  const last = rest.pop() ?? "";
  let at = first.length;
  for (const part of rest) {
    at = text.indexOf(part, at);
    if (at < 0) return false;
    at += part.length;
  }
  return text.endsWith(last) && text.length - last.length >= at;
}
