import type { LogFacts } from "../event/index.ts";
import { goDuration, parseGoDuration } from "./go-duration.ts";
import { goQuoteList, parseGoQuoteList } from "./go-quote.ts";

/**
 * The form of a line, from which it is both printed and read: fixed words with fields in braces, as in
 * `testing release {tag:text}`. A field is
 *
 * - `text`: anything, up to the last place where the words behind it stand;
 * - `subject`: anything at the end of a line; where it is missing, so is the space before it;
 * - `word`: anything without a space;
 * - `hash`: 40 or 64 hexadecimal digits;
 * - `n`: a whole number; `{:s}`: an `s`, unless the number before it is 1;
 * - `f2`, `f3`: a number with so many decimals;
 * - `names`: words with spaces between them;
 * - `duration`, `quoted`: Go's `time.Duration` in seconds, and its `%q` of a list of strings.
 */
export interface Template {
  /** What a line has to begin with. */
  readonly beginning: string;
  readonly parts: readonly Part[];
}

type Part = { readonly words: string } | { readonly name: string; readonly type: FieldType };
type Fact = LogFacts[string];

const fieldTypes = [
  "text",
  "subject",
  "word",
  "hash",
  "n",
  "s",
  "f2",
  "f3",
  "names",
  "duration",
  "quoted",
] as const;
type FieldType = (typeof fieldTypes)[number];

/** `source` as a template; it is ours, so a field of an unknown type is a mistake of ours. */
export function template(source: string): Template {
  const parts = source
    .split(/(\{[^}]*\})/)
    .filter((part) => part !== "")
    .map((part): Part => {
      if (!part.startsWith("{")) return { words: part };
      const [name = "", type = ""] = part.slice(1, -1).split(":");
      const known = fieldTypes.find((each) => each === type);
      if (known === undefined) throw new Error(`field of an unknown type in ${source}`);
      return { name, type: known };
    });
  const [first] = parts;
  const beginning = first !== undefined && "words" in first ? first.words : "";
  return { beginning: beginning.trimEnd(), parts };
}

/**
 * What the fields of `line` are, or null where it is not of this form. What is found prints as `line`
 * again, to the character. Takes time in proportion to the line.
 */
export function readTemplate(form: Template, line: string): LogFacts | null {
  if (!line.startsWith(form.beginning)) return null;
  const facts: LogFacts = {};
  let at = 0;
  for (const [index, part] of form.parts.entries()) {
    if ("words" in part) {
      if (isBeforeSubject(form, index) && line.length === at + part.words.length - 1) {
        return printTemplate(form, facts) === line ? facts : null;
      }
      if (!line.startsWith(part.words, at)) return null;
      at += part.words.length;
      continue;
    }
    const end = fieldEnd(part.type, form.parts[index + 1], line, at);
    const fact = end < at ? null : readField(part.type, line.slice(at, end));
    if (fact === null) return null;
    if (part.type !== "s") facts[part.name] = fact;
    at = end;
  }
  return at === line.length && printTemplate(form, facts) === line ? facts : null;
}

/** The line that has these facts; one that is missing is printed as nothing. */
export function printTemplate(form: Template, facts: LogFacts): string {
  let number: Fact | undefined;
  const last = form.parts.at(-1);
  const subject =
    last !== undefined && "type" in last && last.type === "subject" ? last.name : null;
  const line = form.parts
    .map((part) => {
      if ("words" in part) return part.words;
      if (part.type === "s") return number === 1 ? "" : "s";
      const fact = facts[part.name];
      if (part.type === "n") number = fact;
      return fact === undefined ? "" : printField(part.type, fact);
    })
    .join("");
  return subject !== null && facts[subject] === undefined ? line.slice(0, -1) : line;
}

function isBeforeSubject({ parts }: Template, index: number): boolean {
  const next = parts[index + 1];
  return next !== undefined && "type" in next && next.type === "subject";
}

/** Where a field ends that begins at `at`: before the words that follow it, or with the line. */
function fieldEnd(type: FieldType, next: Part | undefined, line: string, at: number): number {
  if (type === "s") return line[at] === "s" ? at + 1 : at;
  if (type === "hash") return at + (/^[0-9a-f]*/.exec(line.slice(at, at + 65))?.[0].length ?? 0);
  if (next === undefined) return line.length;
  if (!("words" in next)) {
    // Only a plural stands right behind another field.
    return line[line.length - 1] === "s" ? line.length - 1 : line.length;
  }
  return type === "text" ? line.lastIndexOf(next.words) : line.indexOf(next.words, at);
}

function readField(type: FieldType, text: string): Fact | null {
  switch (type) {
    case "text":
    case "subject":
    case "s":
      return text;
    case "word":
      return text !== "" && !text.includes(" ") ? text : null;
    case "hash":
      return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? text : null;
    case "n":
      return /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : null;
    case "f2":
    case "f3":
      return /^\d{1,12}\.\d{2,3}$/.test(text) ? Number(text) : null;
    case "names":
      return text === "" ? [] : text.split(" ");
    case "duration":
      return parseGoDuration(text);
    case "quoted":
      return parseGoQuoteList(text);
    default:
      return type satisfies never;
  }
}

function printField(type: FieldType, fact: Fact): string {
  if (Array.isArray(fact)) return type === "quoted" ? goQuoteList(fact) : fact.join(" ");
  if (typeof fact === "string") return fact;
  if (type === "f2" || type === "f3") return fact.toFixed(type === "f2" ? 2 : 3);
  return type === "duration" ? goDuration(fact) : String(fact);
}
