import { withoutParameters, withoutTemplateArguments } from "../function-name.ts";
import { isRuntime } from "./runtime.ts";

/** Frames of one stack, and functions of it, that are kept. */
const maxFrames = 256;
const maxStack = 32;

/** One frame of a sanitizer's stack. */
export interface SanitizerFrame {
  readonly name: string;
  /** The source file with its line, or the module; "" where neither is told. */
  readonly place: string;
}

/** One stack of a sanitizer's report. */
export interface SanitizerStack {
  /** The line above it, such as `freed by thread T0 here:`. */
  readonly heading: string;
  /** The program's own functions, innermost first; at most 32. */
  readonly functions: readonly string[];
}

const frameLine = /^\s{1,16}#(\d{1,4}) (?:0x[0-9a-f]{1,16} ?)?(?:in )?(.*)$/;

/** The stacks that `report` prints, each a run of lines `#0 0x… in FUNC FILE:LINE`, in order. */
export function stacksOf(report: readonly string[]): SanitizerStack[] {
  return printedStacks(report).map(({ heading, frames }) => ({
    heading,
    functions: ownFunctions(frames),
  }));
}

/** The frames of all of them, runtimes' and libraries' too, in the order in which they are printed. */
export function framesOfStacks(report: readonly string[]): readonly SanitizerFrame[] {
  return printedStacks(report).flatMap(({ frames }) => frames);
}

interface PrintedStack {
  readonly heading: string;
  readonly frames: SanitizerFrame[];
}

function printedStacks(report: readonly string[]): PrintedStack[] {
  const stacks: PrintedStack[] = [];
  let above = "";
  for (const line of report) {
    const [, depth, rest] = frameLine.exec(line) ?? [];
    if (depth === undefined || rest === undefined) {
      if (line.trim() !== "") above = line.trim();
      continue;
    }
    if (depth === "0") stacks.push({ heading: above, frames: [] });
    const frames = stacks.at(-1)?.frames;
    if (frames !== undefined && frames.length < maxFrames) frames.push(frameOf(rest));
  }
  return stacks;
}

/** `FUNC FILE:LINE:COLUMN (MODULE+0x1) (BuildId: …)`: all but the function may be missing. */
function frameOf(text: string): SanitizerFrame {
  const located = text.replace(/ ?\(BuildId: [0-9a-f]{1,64}\)$/, "");
  const module = / ?\(([^()]{0,500})\+0x[0-9a-f]{1,16}\)$/.exec(located);
  const rest = module === null ? located : located.slice(0, module.index);
  const at = placeIndex(rest);
  const name = withoutTemplateArguments(withoutParameters(rest.slice(0, at).trim()));
  const file = rest.slice(at).trim();
  return { name, place: file === "" || file === "<null>" ? (module?.[1] ?? "") : file };
}

function placeIndex(text: string): number {
  for (const mark of [" /", " ../", " <null>"]) {
    const at = text.indexOf(mark);
    if (at !== -1) return at;
  }
  const blank = text.lastIndexOf(" ");
  return /:\d+$/.test(text) && blank !== -1 ? blank : text.length;
}

function ownFunctions(frames: readonly SanitizerFrame[]): string[] {
  const own = frames.filter(({ name, place }) => name !== "" && !isRuntime(name, place));
  return own.map(({ name }) => name).slice(0, maxStack);
}
