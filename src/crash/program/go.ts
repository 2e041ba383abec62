import { blaming, type ProgramFamily, type Telling } from "./family.ts";

const maxStack = 32;
/** Lines between a panic's message and its first goroutine: values of several lines, signals, registers. */
const messageLines = 40;

/** The runtime and those packages of the library that only hand on. */
const runtime =
  /^(?:runtime|reflect|internal|syscall|sync|testing|log|os\/signal|gopanic)[./]|^panic$|^goexit$|^created by /;

/** `panic: …` and the runtime's `fatal error: …`; a program's own line of that form has no goroutine below. */
export const goPanic: ProgramFamily = {
  words: ["panic: ", "fatal error: ", "unexpected fault address "],
  headline: /^(panic: |fatal error: |unexpected fault address )(.{1,300})$/,
  extent: () => (line) => (/^exit status \d{1,3}$/.test(line) ? "last" : "inside"),
  tell: tellPanic,
  goesOn: false,
};

/** The race detector's reports. */
export const goRace: ProgramFamily = {
  words: ["WARNING: DATA RACE"],
  headline: /^WARNING: DATA RACE$/,
  extent: () => (line) => (/^={10,}$/.test(line) ? "last" : "inside"),
  tell: tellRace,
  goesOn: true,
};

function tellPanic([, word, message]: RegExpExecArray, report: readonly string[]): Telling | null {
  const goroutine = report.findIndex((line) => /^goroutine \d{1,12} .{0,200}:$/.test(line));
  if (goroutine === -1 || goroutine > messageLines) return null;
  const type = word === "panic: " ? "GO-PANIC" : "GO-FATAL";
  const said = (message ?? "").replace(/ \[recovered\].*$/, "");
  const stem = word === "unexpected fault address " ? "unexpected fault address" : `${word}${said}`;
  return blaming(type, stem, functionsBelow(report, goroutine));
}

function tellRace(_: RegExpExecArray, report: readonly string[]): Telling {
  const stacks = report.flatMap((line, i) =>
    /^(?:Previous )?(?:read|write) at 0x/i.test(line) ? [functionsBelow(report, i)] : [],
  );
  const sorted = [...new Set(stacks.flatMap((stack) => stack.slice(0, 1)))].sort();
  return {
    type: "GO-DATARACE",
    stem: "DATA RACE",
    where: sorted.length > 0 ? sorted.join(" / ") : null,
    frame: sorted[0] ?? null,
    stack: stacks.find(([first]) => first === sorted[0]) ?? [],
    corrupted: sorted.length === 0,
  };
}

/** The functions of the stack whose heading is at `index`, up to an empty line. */
function functionsBelow(report: readonly string[], index: number): string[] {
  const functions: string[] = [];
  for (const line of report.slice(index + 1)) {
    if (line === "" || functions.length === maxStack) break;
    const text = line.trimStart();
    // `main.(*T).f(0xc000012345, …)`; the lines of files begin with a path.
    const open = text.lastIndexOf("(");
    if (open < 1 || !text.endsWith(")") || text.startsWith("/")) continue;
    const name = text.slice(0, open).replaceAll("[...]", "");
    if (!runtime.test(name)) functions.push(name);
  }
  return functions;
}
