import type { ProgramEnd } from "../crash/program/program-crash.ts";
import { readProgramOutput } from "../crash/program/read.ts";
import { plainLine } from "../syzbot/index.ts";
import { type ConsoleParts, chunksOf, linesAt, type ReadConsole } from "./console.ts";
import { ConsoleCount } from "./console-count.ts";

/** Bytes in which crashes are looked for: more than is kept of any run that has ended. */
const mostRead = 4 * 1024 * 1024;

/**
 * The parts and crashes of what a program printed, which `read` reads: its output up to the first crash, that, and the
 * rest. `ended` as far as it is the program's own doing; a crash that is nothing but its end has the last lines.
 * `signal` ends it with its reason.
 */
export async function partsOfProgram(
  read: ReadConsole,
  ended: ProgramEnd,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<ConsoleParts> {
  const count = new ConsoleCount();
  const kept: Buffer[] = [];
  for await (const chunk of chunksOf(read, signal)) {
    if (count.size < mostRead) kept.push(chunk);
    count.push(chunk);
  }
  const counted = count.finish();
  const found = readProgramOutput(Buffer.concat(kept), ended).filter(
    // A sanitizer that gave up says nothing about the program; an end of which nothing was printed has no lines.
    ({ type, start, end }) => type !== "SANITIZER-FAILURE" && end > start,
  );
  const offsets = found.flatMap(({ start, end }) => [start, end - 1]);
  const lineOf = await linesAt(offsets, counted, read);
  const crashes = found.map(({ title, start, end }) => ({
    title: plainLine(title),
    from: lineOf(start),
    to: lineOf(end - 1),
  }));
  const { lines } = counted;
  const crash = crashes[0] ?? { from: lines + 1, to: lines };
  const parts = [
    { name: "output" as const, from: 1, to: crash.from - 1 },
    { name: "crash" as const, from: crash.from, to: crash.to },
    { name: "rest" as const, from: crash.to + 1, to: lines },
  ];
  return { ...counted, parts: parts.filter(({ from, to }) => from <= to), crashes };
}
