import { open } from "node:fs/promises";
import { join } from "node:path";
import { consolePathOf } from "../event/index.ts";
import { plainLines } from "../syzbot/index.ts";
import { consoleLines, partsOfConsole, type ReadConsole } from "../view/console.ts";
import type { GivenConsole } from "../view/report-given.ts";
import type { BisectionView, RunDot } from "../view/schema.ts";

/** Runs whose consoles tell why a result is believed. */
const mostKey = 12;
/** Lines around a crash, and at the end of a console without one. */
const around = { before: 60, after: 40, last: 120 } as const;
/** Characters of the excerpt of a console, of a whole one, and of all whole ones. */
const most = { excerpt: 64 * 1024, console: 4 * 1024 * 1024, all: 64 * 1024 * 1024 } as const;

/** Sequences that colour a terminal, or move its cursor. */
const escapes = /\u001b(?:\[[0-9;?]{0,32}[ -/]{0,4}[@-~]|[()][0-9A-Za-z])/g;

type Wanted = Pick<GivenConsole, "run" | "what">;

/** Of which runs the consoles are shown, and what each shows: the crash, and one run of each check. */
export function keyRuns({ crash, checks }: BisectionView): readonly Wanted[] {
  const found = new Map<string, string>();
  if (crash !== null) found.set(crash.run, "the crash");
  for (const { crashed, runs, text } of checks) {
    const mark = crashed > 0 ? "bug" : "clean";
    const run = runs.find((dot) => dot.mark === mark && dot.console)?.run;
    if (run !== undefined && !found.has(run)) found.set(run, text);
  }
  return [...found].slice(0, mostKey).map(([run, what]) => ({ run, what }));
}

/** The same of every run that the view knows of. */
export function allRuns({ steps, checks, config, crash }: BisectionView): readonly Wanted[] {
  const found = new Map<string, string>();
  const rows = [
    ...steps.map(({ runs, stageText }) => ({ runs, what: stageText })),
    ...checks.map(({ runs, text }) => ({ runs, what: text })),
    ...(config?.tries ?? []).map(({ runs, text }) => ({ runs, what: text })),
  ];
  const told = ({ mark, title }: RunDot) => (title === "" ? mark : title);
  for (const { runs, what } of rows) {
    for (const dot of runs) {
      if (dot.console && !found.has(dot.run)) found.set(dot.run, `${what}: ${told(dot)}`);
    }
  }
  if (crash !== null && !found.has(crash.run)) found.set(crash.run, "the crash");
  return [...found].map(([run, what]) => ({ run, what }));
}

/** What matters of the consoles in `folder`: the surroundings of the crash, or the end. Those that are gone are left out. */
export async function excerpts(
  folder: string,
  wanted: readonly Wanted[],
): Promise<readonly GivenConsole[]> {
  const found: GivenConsole[] = [];
  for (const one of wanted) {
    const console = await withConsole(folder, one.run, (read) => excerptOf(read));
    if (console !== null) found.push({ ...one, ...console });
  }
  return found;
}

/** The consoles in `folder`, whole ones, as long as there is room; how many were left out for the lack of it. */
export async function wholeConsoles(
  folder: string,
  wanted: readonly Wanted[],
): Promise<{ readonly consoles: readonly GivenConsole[]; readonly leftOut: number }> {
  const consoles: GivenConsole[] = [];
  let [room, leftOut] = [most.all, 0];
  for (const one of wanted) {
    const text = await withConsole(folder, one.run, (read) => beginningOf(read));
    if (text === null) continue;
    if (text.length > room) {
      leftOut++;
      continue;
    }
    room -= text.length;
    consoles.push({ ...one, text, before: 0, after: 0 });
  }
  return { consoles, leftOut };
}

/** What `use` makes of a console; null where there is none. The name is made anew: an event may say anything. */
async function withConsole<T>(
  folder: string,
  run: string,
  use: (read: ReadConsole) => Promise<T>,
): Promise<T | null> {
  const file = await open(join(folder, consolePathOf(run))).catch(() => null);
  if (file === null) return null;
  try {
    return await use(async (from, to) => {
      const bytes = Buffer.alloc(Math.max(0, to - from));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
      return bytes.subarray(0, bytesRead);
    });
  } finally {
    await file.close();
  }
}

async function excerptOf(read: ReadConsole): Promise<Omit<GivenConsole, "run" | "what">> {
  const { lines, parts, index } = await partsOfConsole(read);
  const crash = parts.find(({ name }) => name === "crash");
  const from = Math.max(
    1,
    crash === undefined ? lines - around.last + 1 : crash.from - around.before,
  );
  const to = Math.min(lines, crash === undefined ? lines : crash.to + around.after);
  const { bytes } = await consoleLines(read, index, { from, to });
  const shown = shownLines(bytes.subarray(0, most.excerpt));
  return {
    text: shown.join("\n"),
    before: from - 1,
    after: Math.max(0, lines - from + 1 - shown.length),
  };
}

async function beginningOf(read: ReadConsole): Promise<string> {
  return shownLines(Buffer.from(await read(0, most.console))).join("\n");
}

function shownLines(bytes: Buffer): string[] {
  return plainLines(bytes.toString("utf8").replace(escapes, ""));
}
