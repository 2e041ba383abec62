/** A function definition in C text, by line numbers from 0. */
export interface CFunction {
  readonly name: string;
  readonly isStatic: boolean;
  /** Text between the name and the body's brace, line ends and all. */
  readonly parameters: string;
  /** First line of the definition, or of the comment right above it. */
  readonly top: number;
  /** First line of the definition itself. */
  readonly head: number;
  /** Lines of the braces that open and close the body. */
  readonly open: number;
  readonly close: number;
  /** True where there is no `#if` around it or inside: all of it is compiled, or nothing. */
  readonly unconditional: boolean;
}

/** The longest head of a definition that is looked for, in lines. */
const headLines = 6;

/**
 * The functions of a file in the kernel's style: a head that begins in the first column, braces in
 * the first column on lines of their own. Anything else (macros, one-line functions) is passed over.
 */
export function functionsOf(lines: readonly string[]): CFunction[] {
  const functions: CFunction[] = [];
  let depth = 0;
  for (let open = 0; open < lines.length; open++) {
    depth += conditionalDepth(lines[open] as string);
    if (lines[open] !== "{") continue;
    const head = headAbove(lines, open);
    const close = lines.indexOf("}", open);
    if (head === null || close < 0) continue;
    const text = lines.slice(head, open).join("\n");
    const named = /^[^(]*?(\w+)\(/.exec(text);
    // An upper-case name is a macro that makes a function, such as SYSCALL_DEFINE3.
    if (named === null || /^[A-Z_0-9]+$/.test(named[1] as string)) continue;
    const whole = !lines.slice(head, close).some((line) => /^\s*#\s*(if|el|endif)/.test(line));
    functions.push({
      name: named[1] as string,
      isStatic: /^static\b/.test(text),
      parameters: text.slice(named[0].length),
      top: commentAbove(lines, head),
      head,
      open,
      close,
      unconditional: depth === 0 && whole,
    });
    open = close;
  }
  return functions;
}

/** What this line adds to the number of enclosing `#if`s. */
function conditionalDepth(line: string): number {
  if (/^\s*#\s*if/.test(line)) return 1;
  return /^\s*#\s*endif/.test(line) ? -1 : 0;
}

function headAbove(lines: readonly string[], open: number): number | null {
  let head = open;
  while (head > 0 && open - head < headLines && isHeadLine(lines[head - 1] as string)) head--;
  const first = lines[head];
  return head < open && first !== undefined && /^[a-z_]/.test(first) ? head : null;
}

/** Part of a definition's head: not blank, not the end of something else. */
function isHeadLine(line: string): boolean {
  return line !== "" && !/^[#}]|[;}:\\]$|\*\/$|^\s\*|^\/[*/]/.test(line);
}

function commentAbove(lines: readonly string[], head: number): number {
  if (!(lines[head - 1] ?? "").endsWith("*/")) return head;
  let top = head - 1;
  while (top > 0 && !/^\s*\/\*/.test(lines[top] as string) && lines[top] !== "") top--;
  return /^\/\*/.test(lines[top] as string) ? top : head;
}
