import { styleText } from "node:util";
import type { Crash } from "../crash/crash.ts";
import { guiltyFileOf } from "../crash/guilty-file.ts";

/** Frames that are shown. */
const shownFrames = 8;

/** What a console may hold and a terminal must not get. */
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * Crashes for a person: title, other titles, type and flags, frames, the guilty file where the report names
 * files, then the report with its headline
 * highlighted where `stream` is a terminal. `file` stands above where there are several.
 */
export function crashText(
  crashes: readonly Crash[],
  file: string | null,
  stream: NodeJS.WriteStream,
): string {
  const paint: Paint = (style, text) => styleText(style, text, { stream });
  const above = file === null ? "" : `==> ${clean(file)} <==\n`;
  if (crashes.length === 0) return `${above}no crash\n`;
  return `${above}${crashes.map((crash) => textOf(crash, paint)).join("\n")}`;
}

type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

function textOf(crash: Crash, paint: Paint): string {
  const facts = [
    crash.type,
    ...(crash.corruption === null ? [] : [`corrupted (${crash.corruption})`]),
    ...(crash.suppressed ? ["suppressed"] : []),
    ...(crash.panicked ? ["panicked"] : []),
    ...(crash.executor === null ? [] : [`program ${crash.executor.proc}/${crash.executor.id}`]),
    `bytes ${crash.start} to ${crash.end}`,
  ];
  const guilty = guiltyFileOf(crash.title, crash.report);
  const frames = crash.stack.slice(0, shownFrames).join(" < ");
  const head = [
    paint("bold", crash.title),
    ...crash.altTitles.map((title) => `  also    ${title}`),
    `  is      ${facts.join(", ")}`,
    ...(frames === "" ? [] : [`  frames  ${frames}`]),
    ...(guilty === null ? [] : [`  blames  ${clean(guilty)}`]),
  ];
  return `${head.join("\n")}\n\n${reportText(crash, paint)}`;
}

/** The report, with the line highlighted from which its title comes. */
function reportText(crash: Crash, paint: Paint): string {
  const lines = crash.report.replace(/\n$/, "").split("\n").map(clean);
  const headline = lines[crash.headline];
  if (headline !== undefined) lines[crash.headline] = paint(["red", "bold"], headline);
  return `${lines.map((line) => `  ${line}`.trimEnd()).join("\n")}\n`;
}

function clean(text: string): string {
  return text.replace(controls, "");
}
