/** Lines that an excerpt has at most. */
const mostLines = 20;

/** What is in the line of a diagnostic that by itself tells why a build failed. */
const strong: readonly (string | RegExp)[] = [
  ": error: ",
  ": fatal error: ",
  ": Error: ", // the assembler
  "ERROR: ", // modpost and the tree's own scripts
  "undefined reference to",
  "undefined symbol",
  "multiple definition of",
  "first defined here",
  "relocation truncated to fit",
  "No rule to make target",
  "missing separator",
  "FAILED unresolved symbol", // resolve_btfids
  "internal compiler error",
  /: syntax error\b/,
  /^error: /,
  /\bld(?:\.bfd|\.lld)?: .*(?:error|cannot find|overlaps|discarded section)/,
];

/** Said beside the reason, and all there is where a tree's script fails without a word. */
const weak: readonly (string | RegExp)[] = [
  /\*\*\* .*(?:Error \d+|Stop\.)/,
  /(?:not found|[Ff]ailed|[Cc]annot |Permission denied|No such file)/,
  /[Ee]rror\b/,
];

/**
 * Why a build failed, out of its output: up to 20 different lines, in order. Lines that say it themselves
 * where there are any; else lines that hint at it; else the last ones.
 *
 * `folders` (the source and the build folder) are cut off from paths, so that the lines are the same
 * wherever the tree lay. One pass, bounded memory, whatever the lines are.
 */
export class Excerpt {
  readonly #strong = new Set<string>();
  readonly #weak = new Set<string>();
  readonly #last: string[] = [];
  readonly #prefixes: readonly string[];

  constructor(folders: readonly string[]) {
    this.#prefixes = folders.map((folder) => `${folder}/`);
  }

  add(raw: string): void {
    const line = this.#withoutFolders(clean(raw));
    if (line.trim() === "") return;
    // A line of source that gcc quotes below its message: `   12 |   pr_err("Error: …");`.
    if (/^ *\d* \|/.test(line)) return;
    if (matches(strong, line)) keep(this.#strong, line);
    else if (matches(weak, line)) keep(this.#weak, line);
    this.#last.push(line);
    if (this.#last.length > mostLines) this.#last.shift();
  }

  lines(): string[] {
    if (this.#strong.size > 0) return [...this.#strong];
    if (this.#weak.size > 0) return [...this.#weak];
    return [...this.#last];
  }

  #withoutFolders(line: string): string {
    let short = line;
    for (const prefix of this.#prefixes) short = short.replaceAll(prefix, "");
    return short;
  }
}

/** Without colours and other control characters, and no longer than a terminal can take. */
function clean(line: string): string {
  return line
    .replace(/\u001b\[[0-9;]{0,16}[A-Za-z]/g, "")
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "")
    .slice(0, 500)
    .trimEnd();
}

function matches(patterns: readonly (string | RegExp)[], line: string): boolean {
  return patterns.some((pattern) =>
    typeof pattern === "string" ? line.includes(pattern) : pattern.test(line),
  );
}

function keep(lines: Set<string>, line: string): void {
  if (lines.size < mostLines) lines.add(line);
}
