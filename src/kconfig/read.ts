import { Failure } from "../failure/failure.ts";
import {
  allOf,
  type Expression,
  ExpressionError,
  endOfString,
  isBlank,
  readExpression,
  wordAt,
} from "./expression.ts";
import type { Definition, Kconfig, KconfigSymbol, Reference, SymbolType } from "./kconfig.ts";
import { logicalLines } from "./logical-lines.ts";
import { expand, type Variables } from "./variables.ts";

/** The text of a file of the tree, by its path from the top; null where there is none. */
export type ReadTreeFile = (path: string) => string | null;

/** How much is read of a tree that may be anybody's. Linux 6.1 has 1,400 files and 170,000 lines. */
const most = { files: 20_000, lines: 2_000_000, length: 100_000, depth: 64, blocks: 256 };

/**
 * The options that `top` and all that it sources define. Macros are not run: a condition that is one counts as
 * true, a `source` whose path is one is left out, and so is one of a missing file with `osource`.
 *
 * Throws `kconfig-invalid` with file and line where the text is not Kconfig, sources itself, or is more than
 * any real tree has.
 */
export function readKconfig(top: string, read: ReadTreeFile, variables: Variables): Kconfig {
  const reader = new KconfigReader(read, new Map(variables));
  reader.file(top, null);
  return reader.result();
}

/** Where something stands. */
interface Place {
  readonly file: string;
  readonly line: number;
}

/** A menu, choice or `if` that is open; what it asks of all that is in it. */
interface Block {
  readonly kind: "menu" | "choice" | "if";
  readonly place: Place;
  depends: Expression | null;
  readonly choice: number | null;
}

/** A definition that is being read. */
type Draft = { -readonly [K in keyof Definition]: Definition[K] } & {
  readonly name: string;
  type: SymbolType;
};

class KconfigReader {
  readonly #read: ReadTreeFile;
  readonly #variables: Map<string, string>;
  readonly #symbols = new Map<
    string,
    { name: string; type: SymbolType; definitions: Definition[] }
  >();
  readonly #open: string[] = [];
  readonly #blocks: Block[] = [];
  /** The option that attributes belong to, or the block that was just opened. */
  #draft: Draft | null = null;
  #head: Block | null = null;
  /** Within a `comment`, whose attributes are nobody's. */
  #ignoring = false;
  #files = 0;
  #lines = 0;
  #choices = 0;

  constructor(read: ReadTreeFile, variables: Map<string, string>) {
    this.#read = read;
    this.#variables = variables;
  }

  result(): Kconfig {
    return { symbols: this.#symbols satisfies Map<string, KconfigSymbol>, files: this.#files };
  }

  file(path: string, from: Place | null): void {
    if (this.#open.includes(path)) throw wrong(from, `${path} sources itself`);
    if (this.#open.length >= most.depth) throw wrong(from, "files source each other too deeply");
    if (++this.#files > most.files) throw wrong(from, `there are more than ${most.files} files`);
    const text = this.#read(path);
    if (text === null) throw wrong(from, `there is no file ${path}`);
    this.#open.push(path);
    const outside = this.#blocks.length;
    this.#statements(path, text);
    const left = this.#blocks[outside];
    if (left !== undefined) throw wrong(left.place, `this ${left.kind} has no end`);
    this.#open.pop();
  }

  #statements(file: string, text: string): void {
    /** Set within a help text: how far its lines are indented; -1 before its first. */
    let help: number | null = null;
    for (const line of logicalLines(text)) {
      const place = { file, line: line.number };
      if (++this.#lines > most.lines) throw wrong(place, `there are more than ${most.lines} lines`);
      if (line.text.length > most.length) throw wrong(place, "the line is too long");
      if (line.text === "") continue;
      if (help !== null) {
        if (help < 0 && line.indent > 0) help = line.indent;
        if (help > 0 && line.indent >= help) continue;
        help = null;
      }
      if (line.text.startsWith("#")) continue;
      if (isHelp(line.text)) {
        help = -1;
        continue;
      }
      try {
        this.#statement(line.text, place);
      } catch (error) {
        if (error instanceof ExpressionError) throw wrong(place, error.message);
        throw error;
      }
    }
    this.#endDraft();
  }

  #statement(text: string, place: Place): void {
    const word = wordAt(text, 0);
    const rest = text.slice(word.length).trimStart();
    if (isAssignment(rest)) {
      this.#assign(word, rest);
      return;
    }
    // A macro that stands alone, such as $(error-if,…).
    if (word === "") {
      if (text.startsWith("$(")) return;
      throw wrong(place, `this is no statement: ${JSON.stringify(text.slice(0, 60))}`);
    }
    if (!this.#structure(word, rest, place)) this.#attribute(word, rest, place);
  }

  #assign(name: string, rest: string): void {
    const value = rest.slice(rest.indexOf("=") + 1).trim();
    const expanded = expand(value, this.#variables);
    if (expanded === null) this.#variables.delete(name);
    else this.#variables.set(name, expanded);
  }

  /** Statements that begin or end something; false where it is none. */
  #structure(word: string, rest: string, place: Place): boolean {
    switch (word) {
      case "config":
      case "menuconfig":
        this.#beginOption(rest, place);
        return true;
      case "menu":
        this.#beginBlock("menu", place, null);
        return true;
      case "choice":
        this.#beginBlock("choice", place, null);
        return true;
      case "if":
        this.#beginBlock("if", place, readExpression(rest).expression);
        return true;
      case "endmenu":
      case "endchoice":
      case "endif":
        this.#endBlock(word.slice(3), place);
        return true;
      case "source":
      case "rsource":
      case "osource":
      case "orsource":
        this.#endDraft();
        this.#source(word, rest, place);
        return true;
      case "comment":
        this.#endDraft();
        this.#ignoring = true;
        return true;
      case "mainmenu":
        this.#endDraft();
        return true;
      default:
        return false;
    }
  }

  #beginOption(rest: string, place: Place): void {
    this.#endDraft();
    const name = wordAt(rest, 0);
    if (name === "") throw wrong(place, "an option has no name");
    const inside = this.#blocks.at(-1);
    this.#draft = {
      name,
      type: "unknown",
      ...place,
      prompt: null,
      promptIf: null,
      depends: inside?.depends ?? null,
      selects: [],
      implies: [],
      defaults: [],
      choice: inside?.choice ?? null,
    };
  }

  #beginBlock(kind: Block["kind"], place: Place, condition: Expression | null): void {
    this.#endDraft();
    if (this.#blocks.length >= most.blocks) throw wrong(place, "menus are nested too deeply");
    const around = this.#blocks.at(-1);
    const choice = kind === "choice" ? this.#choices++ : (around?.choice ?? null);
    const depends = allOf(around?.depends ?? null, condition);
    const block = { kind, place, depends, choice };
    this.#blocks.push(block);
    this.#head = kind === "if" ? null : block;
  }

  #endBlock(kind: string, place: Place): void {
    this.#endDraft();
    const block = this.#blocks.pop();
    if (block?.kind !== kind || block.place.file !== place.file) {
      throw wrong(place, `this end${kind} ends nothing`);
    }
  }

  #source(word: string, rest: string, place: Place): void {
    const path = expand(stringAt(rest, place), this.#variables);
    // Only a running make could say which file it is.
    if (path === null) return;
    const relative = word === "rsource" || word === "orsource";
    const folder = place.file.slice(0, place.file.lastIndexOf("/") + 1);
    const from = normalised(relative ? folder + path : path);
    if (word.startsWith("o") && this.#read(from) === null) return;
    this.file(from, place);
  }

  #endDraft(): void {
    const draft = this.#draft;
    this.#draft = null;
    this.#head = null;
    this.#ignoring = false;
    if (draft === null) return;
    const { name, type, ...definition } = draft;
    const known = this.#symbols.get(name);
    if (known === undefined) this.#symbols.set(name, { name, type, definitions: [definition] });
    else {
      known.definitions.push(definition);
      if (known.type === "unknown") known.type = type;
    }
  }

  #attribute(word: string, rest: string, place: Place): void {
    if (word === "depends" || word === "visible") {
      this.#depend(word, afterWord(rest, word === "depends" ? "on" : "if", place));
      return;
    }
    const draft = this.#draft;
    if (draft === null) {
      // Of a menu, a choice or a comment nothing else matters.
      if (this.#head !== null || this.#ignoring) return;
      throw wrong(place, `\`${word.slice(0, 60)}\` belongs to no option`);
    }
    switch (word) {
      case "bool":
      case "boolean":
      case "tristate":
      case "string":
      case "int":
      case "hex":
        draft.type = word === "boolean" ? "bool" : word;
        if (rest !== "" && !rest.startsWith("#")) this.#prompt(draft, rest);
        return;
      case "def_bool":
      case "def_tristate":
        draft.type = word === "def_bool" ? "bool" : "tristate";
        draft.defaults = [...draft.defaults, defaultOf(rest)];
        return;
      case "prompt":
        this.#prompt(draft, rest);
        return;
      case "default":
        draft.defaults = [...draft.defaults, defaultOf(rest)];
        return;
      case "select":
        draft.selects = [...draft.selects, referenceOf(rest, place)];
        return;
      case "imply":
        draft.implies = [...draft.implies, referenceOf(rest, place)];
        return;
      case "range":
      case "option":
      case "optional":
      case "modules":
      case "transitional":
        return;
      default:
        throw wrong(place, `\`${word.slice(0, 60)}\` is no attribute of an option`);
    }
  }

  /** `depends on A`, of an option or a block; `depends on A if B` asks for nothing without B. */
  #depend(word: string, rest: string): void {
    const { expression, end } = readExpression(rest);
    const condition = conditionAt(rest, end);
    const whole: Expression =
      condition === null
        ? expression
        : { kind: "or", of: [{ kind: "not", of: condition }, expression] };
    if (this.#draft !== null) this.#draft.depends = allOf(this.#draft.depends, whole);
    // What hides a menu's prompts leaves its options' values alone.
    else if (this.#head !== null && word === "depends") {
      this.#head.depends = allOf(this.#head.depends, whole);
    }
  }

  #prompt(draft: Draft, rest: string): void {
    const quoted = rest.startsWith('"') || rest.startsWith("'");
    const end = quoted ? endOfString(rest, 0) : wordAt(rest, 0).length;
    draft.prompt = quoted ? rest.slice(1, end - 1) : rest.slice(0, end);
    draft.promptIf = conditionAt(rest, end);
  }
}

function isHelp(text: string): boolean {
  return text === "help" || text === "---help---" || /^(?:help|---help---)\s*#/.test(text);
}

/** `= value`, `:= value` or `+= value`: of a variable. */
function isAssignment(rest: string): boolean {
  return rest.startsWith("=") || rest.startsWith(":=") || rest.startsWith("+=");
}

function defaultOf(rest: string): { value: Expression; if: Expression | null } {
  const { expression, end } = readExpression(rest);
  return { value: expression, if: conditionAt(rest, end) };
}

function referenceOf(rest: string, place: Place): Reference {
  const name = wordAt(rest, 0);
  if (name === "") throw wrong(place, "no option is named");
  return { name, if: conditionAt(rest, name.length) };
}

/** The expression behind `if` at `at`; null where there is none. */
function conditionAt(text: string, at: number): Expression | null {
  let from = at;
  while (isBlank(text[from])) from += 1;
  return wordAt(text, from) === "if" ? readExpression(text, from + 2).expression : null;
}

function afterWord(rest: string, word: string, place: Place): string {
  if (wordAt(rest, 0) !== word) throw wrong(place, `\`${word}\` is missing`);
  return rest.slice(word.length);
}

/** The string that `rest` begins with; files of old kernels also name paths without quotes. */
function stringAt(rest: string, place: Place): string {
  const quoted = rest.startsWith('"') || rest.startsWith("'");
  const text = quoted ? rest.slice(1, endOfString(rest, 0) - 1) : (rest.split(/[ \t#]/)[0] ?? "");
  if (text === "") throw wrong(place, "no file is named");
  return text;
}

/** The path without `.` and `..`, as far as it does not lead out of the tree. */
function normalised(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

function wrong(place: Place | null, what: string): Failure {
  const where = place === null ? "" : `${place.file}:${place.line}: `;
  return new Failure("kconfig-invalid", `cannot read the Kconfig files: ${where}${what}`, {
    ...(place && { facts: { file: place.file, line: place.line } }),
    hint: "without them no configuration can be made smaller; see whether `make olddefconfig` takes them",
  });
}
