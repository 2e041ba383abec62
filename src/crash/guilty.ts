import type { Line } from "./console.ts";
import type { FrameRule, Step } from "./family/family.ts";
import { counter } from "./family/steps.ts";
import { endsTrace, framesOf, isIntruder, isTraceHeading, startsStack } from "./frames.ts";
import { isEntry, isGeneric } from "./generic.ts";
import { interrupted, loopOf } from "./stalled.ts";
import { sleeperOf } from "./waiting.ts";

/** Functions kept of a stack. */
const maxStack = 32;

/** The guilty function of a report. */
export interface Guilty {
  /** As the kernel printed it, or null where it cannot be found. */
  readonly name: string | null;
  /** Frames of another report stand among those of this one. */
  readonly mixed: boolean;
}

/** The function that `rule` finds in `report`, whose lines begin with the headline. */
export function guiltyOf(rule: FrameRule, report: readonly Line[]): Guilty {
  let mixed = false;
  const ways = rule.ways.map((way) => {
    const found = walk(way, report);
    mixed ||= found.mixed;
    return found.frames;
  });
  const stacks = rule.pick === "interrupted" ? [...interruptedStacks(report), ...ways] : ways;
  for (const stack of stacks) {
    const name = pick(rule, stack);
    if (name !== null) return { name, mixed };
  }
  return { name: null, mixed };
}

/**
 * The functions of the stack that a report is about, innermost first. Generic ones are left out, and
 * how every stack ends, so that two stacks have in common only what says something.
 */
export function stackOf(rule: FrameRule, report: readonly Line[]): string[] {
  for (const way of rule.stack === undefined ? rule.ways : [rule.stack]) {
    const { frames } = walk(way, report);
    const telling = frames.filter((name) => !isGeneric(name) && !isEntry(name));
    if (telling.length > 0) return [...new Set(telling)].slice(0, maxStack);
  }
  return [];
}

function pick(rule: FrameRule, frames: readonly string[]): string | null {
  const guilty = (name: string) => !isGeneric(name) && rule.skip?.test(name) !== true;
  switch (rule.pick) {
    case "loop":
    case "interrupted":
      return loopOf((interrupted(frames) ?? frames).filter(guilty));
    case "sleeper":
      return sleeperOf(frames);
    default:
      return frames.find(guilty) ?? null;
  }
}

/** What a way through the report meets. */
interface Walk {
  readonly frames: string[];
  readonly mixed: boolean;
}

/** Goes the steps of `way` through the report; each goes on where the one before it ended. */
function walk(way: readonly Step[], report: readonly Line[]): Walk {
  const frames: string[] = [];
  let mixed = false;
  let at = 0;
  for (const step of way) {
    const end = stepFrom(step, report, at, frames);
    if (end < report.length && isIntruder((report[end] as Line).text)) mixed = true;
    at = end + 1;
    if (at > report.length) break;
  }
  return { frames, mixed };
}

/** The index of the line with which the step that begins at `from` ends; the length where it does not. */
function stepFrom(step: Step, report: readonly Line[], from: number, frames: string[]): number {
  const before = frames.length;
  for (let i = from; i < report.length; i++) {
    const { text } = report[i] as Line;
    if (isIntruder(text)) return i;
    switch (step.kind) {
      case "line": {
        const found = step.pattern.exec(text);
        if (found === null) break;
        for (const name of found.slice(1)) if (name !== undefined) frames.push(name);
        return i;
      }
      case "heading":
        if (isTraceHeading(text)) return i;
        break;
      case "frames":
        if (startsStack(text) || (frames.length > before && endsTrace(text))) return i;
        frames.push(...framesOf(text));
    }
  }
  return report.length;
}

/** The frames below each heading of the report, in one pass: a hostile one may be all headings. */
function interruptedStacks(report: readonly Line[]): string[][] {
  const stacks: string[][] = [];
  let current: string[] | null = null;
  for (const { text } of report) {
    if (isTraceHeading(text)) {
      current = [];
      stacks.push(current);
    } else if (endsTrace(text)) {
      current = null;
    }
    const place = counter.pattern.exec(text);
    current?.push(...(place === null ? framesOf(text) : place.slice(1)));
  }
  return stacks.filter((frames) => interrupted(frames) !== null);
}
