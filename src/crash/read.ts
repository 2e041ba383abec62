import { type Line, lineAt, linesBefore } from "./console.ts";
import type { Crash } from "./crash.ts";
import type { ReportLines, Shape } from "./family/family.ts";
import { consequence } from "./family/oops.ts";
import { isUnreliable } from "./frames.ts";
import { guiltyFrame, stackOf } from "./guilty.ts";
import { findHeadlines, type Headline } from "./headline.ts";
import { frameOfTitle, normalTitle, unknownFrame } from "./title.ts";
import { typeOf } from "./type.ts";

/** Crashes read from one console. */
const maxCrashes = 64;
/** Bytes and lines of one report that are looked at: a report of all CPUs of a large machine fits. */
const maxReportBytes = 512 * 1024;
const maxReportLines = 5000;
/** Lines before a headline that belong to its report: what was being checked, rules, `cut here`. */
const leadingLines = 5;

/**
 * All crashes in a console, in order; none where the kernel was fine.
 *
 * Anything may be in `bytes`: it takes time linear in their number and memory for the reports only.
 * Lines are looked at up to 1,200 bytes, reports up to 512 KiB, consoles up to 1,024 headlines and
 * 64 crashes: what a flooding kernel prints after that says nothing new. Never throws.
 */
export function readConsole(bytes: Uint8Array): Crash[] {
  const console = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headlines = findHeadlines(console);
  const crashes: Crash[] = [];
  for (let i = 0; i < headlines.length && crashes.length < maxCrashes; i++) {
    const headline = headlines[i] as Headline;
    if (continues(headline, headlines[i - 1], crashes.at(-1))) continue;
    crashes.push(crashOf(console, headline, nextStart(headlines, i, console.length)));
  }
  return crashes;
}

/** True where `headline` is a further message about the crash before it. */
function continues(
  headline: Headline,
  before: Headline | undefined,
  crash: Crash | undefined,
): boolean {
  if (before === undefined || crash === undefined) return false;
  if (consequence.test(headline.text)) return true;
  return headline.family.role === "continues" && headline.line.start < crash.end;
}

/** Where the report of the headline at `index` has to stop because another crash begins. */
function nextStart(headlines: readonly Headline[], index: number, length: number): number {
  const context = headlines[index]?.line.context ?? null;
  for (const { line, family } of headlines.slice(index + 1)) {
    if (family.role === "continues" || line.context !== context) continue;
    return line.start;
  }
  return length;
}

function crashOf(console: Buffer, headline: Headline, limit: number): Crash {
  const all = reportLines(console, headline.line);
  const report = all.filter((line) => line.start < limit);
  const before = leading(console, headline);
  // Where the console says who prints, lines of the same task go on after another one's headline.
  // Registers that are printed before their headline belong to the stack below it.
  const own = headline.line.context === null ? report : all;
  const told = headline.family.leading === undefined ? own : [...before, ...own];
  const { title, corrupted } = titleOf(headline, told);
  const shown = [...before, ...report].filter((line) => !isUnreliable(line.text));
  return {
    title,
    type: typeOf(title),
    frame: frameOfTitle(title),
    stack: stackOf(told),
    start: headline.line.start,
    end: report.at(-1)?.end ?? headline.line.end,
    report: textOf(shown),
    corrupted,
  };
}

/** The lines of one context from the headline on. */
function reportLines(console: Buffer, first: Line): Line[] {
  const lines: Line[] = [first];
  const stop = Math.min(console.length, first.start + maxReportBytes);
  let at = first.end + 1;
  while (at < stop && lines.length < maxReportLines) {
    const line = lineAt(console, at);
    if (line.context === first.context || first.context === null) lines.push(line);
    at = line.end + 1;
  }
  return lines;
}

function leading(console: Buffer, { line: first, family }: Headline): Line[] {
  return linesBefore(console, first.start, family.leading ?? leadingLines).filter(
    (line) => line.text !== "" && line.context === first.context && line.stamped === first.stamped,
  );
}

function titleOf(headline: Headline, report: ReportLines): { title: string; corrupted: boolean } {
  for (const shape of headline.family.shapes) {
    const found = shape.headline.exec(headline.text);
    const stem = found === null ? null : shape.title(found, report);
    if (stem !== null) return fill(shape, stem, report);
  }
  return { title: normalTitle(headline.text) || headline.family.word.trim(), corrupted: true };
}

function fill(
  shape: Shape,
  stem: string,
  report: ReportLines,
): { title: string; corrupted: boolean } {
  if (shape.frame === null) return { title: normalTitle(stem), corrupted: false };
  const frame = guiltyFrame(shape.frame, report);
  const title = `${stem} in ${frame ?? unknownFrame}${shape.suffix ?? ""}`;
  return { title: normalTitle(title), corrupted: frame === null };
}

/** Lines as text: the console's bytes read as UTF-8, without NUL bytes. */
function textOf(lines: readonly Line[]): string {
  const latin = lines.map((line) => `${line.text.replaceAll("\0", "")}\n`).join("");
  return Buffer.from(latin, "latin1").toString("utf8");
}
