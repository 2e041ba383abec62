/** Characters of a line that are looked at; what declares a function fits many times. */
const mostCharacters = 256;

/** What comes before a function's name and takes parentheses itself. */
const attributes = new Set([
  "__attribute__",
  "__printf",
  "__scanf",
  "__section",
  "__aligned",
  "__alloc_size",
  "__no_sanitize",
  "__typeof__",
  "typeof",
]);

/**
 * Tells of each line of a C file which function it belongs to, given the lines in order from the first
 * line of a function or from between two of them.
 *
 * It reads the layout and not the language: what begins in the first column outside of braces begins a
 * function, a variable with an initialiser, a type or a macro, and a brace in the first column ends it.
 * Labels, preprocessor lines and comments in the first column change nothing.
 */
export class FunctionLines {
  /** The function above the first line, for code after a label that git took for a function. */
  readonly #above: string | null;
  #current: string | null = null;
  /** Its body has begun. */
  #opened = false;
  /** A `#define` that goes on. */
  #macro: string | null = null;

  /** `above`: the line with which the function that the first line may be inside of begins. */
  constructor(above: string) {
    this.#above = nameIn(above.slice(0, mostCharacters));
  }

  /** What the next line belongs to: a name as a stack shows it; null for blank lines and declarations. */
  next(whole: string): string | null {
    const line = whole.trimEnd();
    if (line === "") return null;
    if (this.#macro !== null || line.startsWith("#define")) return this.#inMacro(line);
    const first = line.charAt(0);
    if (first === "}") {
      const ended = this.#current;
      this.#current = null;
      return ended;
    }
    if (!/[A-Za-z_]/.test(first)) return this.#inside(line);
    return this.#atStart(line.slice(0, mostCharacters), line);
  }

  #inMacro(line: string): string | null {
    const name = this.#macro ?? /^#define\s+(\w+)/.exec(line.slice(0, mostCharacters))?.[1] ?? null;
    this.#macro = line.endsWith("\\") ? name : null;
    return this.#current ?? name;
  }

  #inside(line: string): string | null {
    const belongs = this.#current;
    if (this.#opened) return belongs;
    if (line.includes("{")) this.#opened = true;
    else if (line.endsWith(";")) this.#current = null;
    return belongs;
  }

  /** A line that begins with a letter in the first column. */
  #atStart(head: string, line: string): string | null {
    if (/^\w+\s*:(?!:)/.test(head)) {
      this.#current ??= this.#above;
      this.#opened = true;
      return this.#current;
    }
    const inHead = this.#current !== null && !this.#opened;
    if (inHead && (!line.includes("(") || head.startsWith("__"))) return this.#inside(line);
    const name = nameIn(head);
    const hasBody = line.includes("{");
    const ends = line.endsWith(";") || line.endsWith("}");
    this.#current = ends ? null : name;
    this.#opened = hasBody;
    return ends && !hasBody ? null : name;
  }
}

/** The name that a line declares; null where it declares none, such as the type alone. */
function nameIn(line: string): string | null {
  const call = /^(COMPAT_)?SYSCALL_DEFINE[0-9]\s*\(\s*(\w+)/.exec(line);
  if (call !== null) return `__do_${call[1] === undefined ? "" : "compat_"}sys_${call[2]}`;
  const assigned = line.indexOf("=");
  for (const match of line.matchAll(/\b(\w+)\s*\(/g)) {
    if (assigned >= 0 && match.index > assigned) break;
    const name = match[1]!;
    if (attributes.has(name)) continue;
    // A macro that makes a function: its first argument is the function's name.
    const argument = /^\(\s*(\w+)/.exec(line.slice(match.index + match[0].length - 1))?.[1];
    return /^[A-Z][A-Z0-9_]+$/.test(name) && argument !== undefined ? argument : name;
  }
  const type = /^(?:typedef\s+)?((?:struct|union|enum)\s+\w+)\s*\{/.exec(line);
  if (type !== null) return type[1]!.replace(/\s+/, " ");
  if (assigned < 0) return null;
  return /\b(\w+)\s*(?:\[[^\]]*\]\s*)*$/.exec(line.slice(0, assigned))?.[1] ?? null;
}
