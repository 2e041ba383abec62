import type { FrameRule, Place, ReportLines } from "./family/family.ts";
import { counterOf, endsTrace, frameOf, isTraceHeading } from "./frames.ts";
import { isEntry, isGeneric, titleName } from "./generic.ts";
import { interrupted, loopOf } from "./stalled.ts";

/** Functions kept of a stack. */
const maxStack = 32;

/** The guilty function of a report, as titles write it, or null where it cannot be found. */
export function guiltyFrame(rule: FrameRule, report: ReportLines): string | null {
  if (rule.pick === "interrupted") {
    for (const frames of traces(report)) {
      const loop = interrupted(frames)?.filter((name) => !isGeneric(name));
      const name = loop === undefined ? null : loopOf(loop);
      if (name !== null) return titleName(name);
    }
  }
  for (const place of rule.places) {
    const frames = framesAt(place, report);
    const name = pick(rule, frames);
    if (name !== null) return titleName(name);
  }
  return null;
}

/**
 * The functions of the stack that a report is about, innermost first. Generic ones are left out, and
 * how every stack ends, so that two stacks have in common only what says something.
 */
export function stackOf(report: ReportLines): string[] {
  const counter = framesAt({ kind: "counter" }, report);
  const trace = framesAt({ kind: "trace" }, report);
  const frames = counter.length > 1 || trace.length === 0 ? counter : trace;
  return frames.filter((name) => !isGeneric(name) && !isEntry(name)).slice(0, maxStack);
}

function pick(rule: FrameRule, frames: readonly string[]): string | null {
  const guilty = (name: string) => !isGeneric(name) && rule.skip?.(name) !== true;
  if (rule.pick === "loop" || rule.pick === "interrupted") {
    return loopOf((interrupted(frames) ?? frames).filter(guilty));
  }
  return frames.find(guilty) ?? null;
}

function framesAt(place: Place, report: ReportLines): string[] {
  if (place.kind === "line") {
    for (const line of report) {
      const found = place.pattern.exec(line.text);
      if (found !== null) return found[1] === undefined ? [] : [found[1]];
    }
    return [];
  }
  if (place.kind === "counter") {
    const at = report.findIndex((line) => counterOf(line.text) !== null);
    const first = at === -1 ? null : counterOf(report[at]?.text ?? "");
    return first === null ? [] : [first, ...framesFrom(report, at + 1)];
  }
  if (place.kind === "below") {
    const line = report.findIndex(({ text }) => place.line.test(text));
    return line === -1 ? [] : framesFrom(report, line + 1);
  }
  const at = report.findIndex((line) => isTraceHeading(line.text));
  return at === -1 ? [] : framesFrom(report, at);
}

/** The frames below each heading of the report, in one pass: a hostile one may be all headings. */
function traces(report: ReportLines): string[][] {
  const stacks: string[][] = [];
  let current: string[] | null = null;
  for (const { text } of report) {
    if (isTraceHeading(text)) {
      current = [];
      stacks.push(current);
    } else if (endsTrace(text)) {
      current = null;
    }
    const name = current === null ? null : (frameOf(text) ?? counterOf(text));
    if (name !== null) current?.push(name);
  }
  return stacks;
}

/** The frames from line `at` on, to the end of the trace. */
function framesFrom(report: ReportLines, at: number): string[] {
  const frames: string[] = [];
  for (let i = at; i < report.length; i++) {
    const text = report[i]?.text ?? "";
    if (frames.length > 0 && (endsTrace(text) || isTraceHeading(text))) break;
    const name = frameOf(text) ?? counterOf(text);
    if (name !== null) frames.push(name);
  }
  return frames;
}
