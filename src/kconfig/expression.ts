/** An expression of the Kconfig language, as far as it tells what an option needs. */
export type Expression =
  | { readonly kind: "symbol"; readonly name: string }
  /** A string, or a macro whose value only the running make knows. */
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "not"; readonly of: Expression }
  | { readonly kind: "and" | "or"; readonly of: readonly Expression[] }
  | {
      readonly kind: "compared";
      readonly how: "=" | "!=" | "<" | ">" | "<=" | ">=";
      readonly left: Expression;
      readonly right: Expression;
    };

/** An expression and where the text goes on behind it. */
export interface ReadExpression {
  readonly expression: Expression;
  readonly end: number;
}

/** Parentheses, negations and macros in one another: deeper than any tree's, shallower than the stack. */
const deepest = 100;

/**
 * The expression that `text` has from `start` on. It ends before the first word that cannot go on with it, such
 * as `if`. Throws an `ExpressionError` where there is none.
 */
export function readExpression(text: string, start = 0): ReadExpression {
  const reader = new ExpressionReader(text, start);
  const expression = reader.either(0);
  return { expression, end: reader.at };
}

/** What is wrong with an expression; who reads it knows the file and the line. */
export class ExpressionError extends Error {}

class ExpressionReader {
  readonly #text: string;
  at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  either(depth: number): Expression {
    return this.#list("||", "or", () => this.#both(depth));
  }

  #both(depth: number): Expression {
    return this.#list("&&", "and", () => this.#compared(depth));
  }

  #list(sign: string, kind: "and" | "or", one: () => Expression): Expression {
    const of = [one()];
    while (this.#take(sign)) of.push(one());
    return of.length === 1 ? (of[0] as Expression) : { kind, of };
  }

  #compared(depth: number): Expression {
    if (this.#take("!", "!=")) return { kind: "not", of: this.#compared(deeper(depth)) };
    const left = this.#term(depth);
    for (const how of ["!=", "<=", ">=", "=", "<", ">"] as const) {
      if (this.#take(how)) return { kind: "compared", how, left, right: this.#term(depth) };
    }
    return left;
  }

  #term(depth: number): Expression {
    if (this.#take("(")) {
      const inner = this.either(deeper(depth));
      if (!this.#take(")")) throw new ExpressionError("a parenthesis is not closed");
      return inner;
    }
    const sign = this.#text[this.at];
    if (sign === '"' || sign === "'") {
      const end = endOfString(this.#text, this.at);
      return { kind: "text", text: this.#taken(end).slice(1, -1) };
    }
    if (sign === "$") return { kind: "text", text: this.#taken(endOfMacro(this.#text, this.at)) };
    const name = wordAt(this.#text, this.at);
    if (name === "") throw new ExpressionError("an expression is missing");
    this.at += name.length;
    return { kind: "symbol", name };
  }

  /** Takes `sign` where it stands next, and not as the beginning of `unless`. */
  #take(sign: string, unless?: string): boolean {
    this.#skipBlanks();
    if (unless !== undefined && this.#text.startsWith(unless, this.at)) return false;
    if (!this.#text.startsWith(sign, this.at)) return false;
    this.at += sign.length;
    this.#skipBlanks();
    return true;
  }

  #taken(end: number): string {
    const taken = this.#text.slice(this.at, end);
    this.at = end;
    return taken;
  }

  #skipBlanks(): void {
    while (isBlank(this.#text[this.at])) this.at += 1;
  }
}

function deeper(depth: number): number {
  if (depth >= deepest) throw new ExpressionError(`an expression is nested ${deepest} times`);
  return depth + 1;
}

/** The word that begins at `at`: letters, digits and what else a symbol's name may have. */
export function wordAt(text: string, at: number): string {
  let end = at;
  while (end < text.length && isOfWord(text.charCodeAt(end))) end += 1;
  return text.slice(at, end);
}

function isOfWord(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 45 ||
    code === 46 ||
    code === 47
  );
}

/** Where the text goes on behind the string that begins at `at`. */
export function endOfString(text: string, at: number): number {
  const quote = text[at];
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === "\\") end += 1;
    else if (text[end] === quote) return end + 1;
    // A macro in it may have strings of its own.
    else if (text.startsWith("$(", end)) end = endOfMacro(text, end) - 1;
  }
  throw new ExpressionError("a string is not closed");
}

/** Where the text goes on behind the macro, `$(…)` or `$NAME`, that begins at `at`. */
function endOfMacro(text: string, at: number): number {
  if (text[at + 1] !== "(") {
    const name = wordAt(text, at + 1);
    if (name === "") throw new ExpressionError("a $ has no name behind it");
    return at + 1 + name.length;
  }
  // Strings mean nothing in a macro: only parentheses are counted, as kconfig does.
  let open = 0;
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === "(") open += 1;
    else if (text[end] === ")" && --open === 0) return end + 1;
  }
  throw new ExpressionError("a macro is not closed");
}

export function isBlank(sign: string | undefined): boolean {
  return sign === " " || sign === "\t" || sign === "\r";
}

/** All of `parts` together, null standing for an expression that is always true. */
export function allOf(...parts: readonly (Expression | null)[]): Expression | null {
  const given = parts.filter((part) => part !== null);
  if (given.length === 0) return null;
  return given.length === 1 ? (given[0] as Expression) : { kind: "and", of: given };
}
