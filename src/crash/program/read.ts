import { normalTitle } from "../title.ts";
import { programFamilies } from "./families.ts";
import type { ProgramFamily, Telling } from "./family.ts";
import type { ProgramCrash, ProgramEnd } from "./program-crash.ts";

/** Crashes read from one output, and headlines looked at: a program that floods says nothing new. */
const maxCrashes = 64;
const maxHeadlines = 1024;
/** Lines of one report, characters of a line, and characters of it before the word that announces. */
const maxReportLines = 1500;
const maxLine = 1200;
const maxBefore = 300;
/** Lines shown of a program that only died. */
const tailLines = 20;
const maxTailBytes = 16 * 1024;
/** Longer function names are cut in a title. */
const maxName = 100;

interface Line {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

interface Headline {
  readonly family: ProgramFamily;
  readonly found: RegExpExecArray;
  readonly line: Line;
}

const words = new RegExp(
  [...new Set(programFamilies.flatMap((family) => family.words))].map(escaped).join("|"),
  "g",
);

/**
 * All crashes that the output of a program shows, in order, and the one that its end is: a signal, or an
 * exit code other than 0. The end counts only where nothing printed before explains it. None where the
 * program was fine.
 *
 * `ended` is the program's own doing: whoever killed it, as at a deadline, passes nulls. Anything may be
 * in `output`: time is linear in its bytes; lines are looked at up to 1,200 characters, reports up to
 * 1,500 lines, outputs up to 64 crashes. Never throws.
 */
export function readProgramOutput(output: Buffer, ended: ProgramEnd): readonly ProgramCrash[] {
  const text = output.toString("latin1");
  const crashes: ProgramCrash[] = [];
  let over = false;
  let from = 0;
  for (let looked = 0; looked < maxHeadlines && crashes.length < maxCrashes; looked++) {
    const headline = nextHeadline(text, from);
    if (headline === null) break;
    from = headline.line.end + 1;
    const report = reportOf(text, headline);
    const telling = headline.family.tell(
      headline.found,
      report.map((line) => line.text),
    );
    if (telling === null) continue;
    crashes.push(crashOf(telling, report, headline.line));
    over ||= !headline.family.goesOn;
    from = (report.at(-1) ?? headline.line).end + 1;
  }
  const end = titleOfEnd(ended);
  if (end === null || over) return crashes;
  // A program that printed what is wrong and went on says so again with its exit code, not with a signal.
  if (end.type === "EXIT" && crashes.length > 0) return crashes;
  return [...crashes, crashOfEnd(text, end)];
}

function nextHeadline(text: string, from: number): Headline | null {
  words.lastIndex = from;
  for (let hit = words.exec(text); hit !== null; hit = words.exec(text)) {
    const line = lineAround(text, hit.index, words.lastIndex);
    const headline = headlineIn(line);
    if (headline !== null) return headline;
    words.lastIndex = Math.max(words.lastIndex, line.end);
  }
  return null;
}

/** The line that holds what is between two offsets; of a long one the part around it. */
function lineAround(text: string, from: number, to: number): Line {
  // At 0 the search must not begin before the text, which would be read as the text's end.
  const start = from === 0 ? 0 : text.lastIndexOf("\n", from - 1) + 1;
  const end = endOfLine(text, to);
  return { text: shown(text, Math.max(start, from - maxBefore), end), start, end };
}

function headlineIn(line: Line): Headline | null {
  for (const family of programFamilies) {
    if (!family.words.some((word) => line.text.includes(word))) continue;
    const found = family.headline.exec(line.text);
    if (found !== null) return { family, found, line };
  }
  return null;
}

function reportOf(text: string, { family, line: first }: Headline): Line[] {
  const lines = [first];
  const member = family.extent();
  let at = first.end + 1;
  while (at < text.length && lines.length < maxReportLines) {
    const end = endOfLine(text, at);
    const line = { text: shown(text, at, end), start: at, end };
    at = end + 1;
    if (headlineIn(line) !== null) break;
    const is = member(line.text);
    if (is !== "outside") lines.push(line);
    if (is !== "inside") break;
  }
  while (lines.length > 1 && lines.at(-1)?.text === "") lines.pop();
  return lines;
}

function crashOf(telling: Telling, report: readonly Line[], first: Line): ProgramCrash {
  const { type, stem, where, frame, stack, corrupted } = telling;
  const title = normalTitle(stem) || type;
  return {
    title: where === null ? title : `${title} in ${printable(where).slice(0, maxName)}`,
    type,
    frame: frame === null ? null : printable(frame),
    stack: stack.map(printable),
    start: first.start,
    end: (report.at(-1) ?? first).end,
    report: utf8(report.map((line) => `${line.text}\n`).join("")),
    corrupted,
  };
}

function titleOfEnd({ exitCode, signal }: ProgramEnd): Pick<ProgramCrash, "title" | "type"> | null {
  if (signal !== null) return { title: signal, type: "SIGNAL" };
  if (exitCode === null || exitCode === 0) return null;
  return { title: `exit status ${exitCode}`, type: "EXIT" };
}

function crashOfEnd(text: string, title: Pick<ProgramCrash, "title" | "type">): ProgramCrash {
  const end = text.trimEnd().length;
  const tail = text.slice(Math.max(0, end - maxTailBytes), end);
  const last = tail.split("\n").slice(-tailLines).join("\n");
  return {
    ...title,
    frame: null,
    stack: [],
    start: end - last.length,
    end,
    report: last === "" ? "" : `${utf8(last)}\n`,
    corrupted: false,
  };
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}

/** The first characters of a line, without the carriage return before its end and without NULs. */
function shown(text: string, start: number, end: number): string {
  const line = text.slice(start, Math.min(end, start + maxLine)).replaceAll("\0", "");
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

function utf8(latin: string): string {
  return Buffer.from(latin, "latin1").toString("utf8");
}

function printable(name: string): string {
  return utf8(name).replace(/[^\x20-\x7e]/g, "?");
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
