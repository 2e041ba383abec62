import { isDeepStrictEqual } from "node:util";
import { type CrashSeen, type KernelId, runIdOf } from "../../event/index.ts";
import type { Cursor } from "./cursor.ts";
import type { Draft } from "./draft.ts";
import { isBoundary, lines, match, numberOf, textOf } from "./structure.ts";
import { mayGoOn, readVerdict, type Verdict } from "./verdict.ts";

/** Numbers of runs that a log can have; syzkaller makes 20 at most. */
const mostRuns = 64;

/** How many runs `all runs` are: the log does not say, its other tests do. */
export interface RunCounts {
  readonly ofFirst: number;
  readonly ofOthers: number;
}

/** The run counts of a log, from the tests whose runs it lists. */
export function runCountsOf(all: readonly string[]): RunCounts {
  let test = -1;
  let ofFirst = 0;
  let ofOthers = 0;
  for (const line of all) {
    if (line.startsWith("testing commit ")) test++;
    if (!line.startsWith("run #") && !line.startsWith("try #")) continue;
    const count = numberOf(match(lines.run, line) ?? match(lines.try, line) ?? {}, "run") + 1;
    if (count > mostRuns) continue;
    if (test <= 0) ofFirst = Math.max(ofFirst, count);
    else ofOthers = Math.max(ofOthers, count);
  }
  // Ten machines, and twice as many for the commit that everything rests on; so since 2019.
  ofOthers ||= 10;
  return { ofFirst: ofFirst || Math.max(ofOthers, 20), ofOthers };
}

/** True for a line that tells how a run ended. */
export function isRun(line: string): boolean {
  return [lines.allRuns, lines.run, lines.try].some((form) => match(form, line) !== null);
}

/** The runs, added to the draft one by one. */
export function readRuns(cursor: Cursor, draft: Draft, kernel: KernelId, all: number): Verdict[] {
  const from = draft.bodies.length;
  const runs = readRunLines(cursor, draft, kernel, all);
  const listed = draft.bodies.slice(from).filter((body) => body.kind === "run-finished");
  const [first] = runs;
  const alike = runs.every((run) => isDeepStrictEqual(run, first));
  for (const run of listed) if (!alike || run.listed !== true) delete run.listed;
  return runs;
}

function readRunLines(cursor: Cursor, draft: Draft, kernel: KernelId, all: number): Verdict[] {
  const runs: Verdict[] = [];
  for (let line = cursor.peek(); line !== null; line = cursor.peek()) {
    const together = match(lines.allRuns, line);
    const facts = together ?? match(lines.run, line) ?? match(lines.try, line);
    if (facts === null) return runs;
    if (line.startsWith("try ")) draft.traits.run = "try";
    const at = cursor.at;
    cursor.take();
    const first = textOf(facts, "verdict");
    const text = mayGoOn(first) ? [first, ...cursor.takeUntil(isBoundary)].join("\n") : first;
    const verdict = readVerdict(text);
    const number = together === null ? numberOf(facts, "run") : 0;
    if (verdict === null || number >= mostRuns) {
      for (const [n, part] of [line, ...text.split("\n").slice(1)].entries()) {
        draft.unrecognised(at + n, part);
      }
      continue;
    }
    for (let n = 0; n < (together === null ? 1 : all); n++) {
      addRun(draft, kernel, number + n, together === null ? { ...verdict, listed: true } : verdict);
      runs.push(verdict);
    }
  }
  return runs;
}

function addRun(
  draft: Draft,
  kernel: KernelId,
  number: number,
  verdict: Verdict & { readonly listed?: true },
): void {
  const run = runIdOf(kernel, number);
  draft.add({ kind: "run-finished", run, kernel, ...verdict, seconds: 0, console: "" });
  const crash: CrashSeen | undefined = verdict.crashes[0];
  if (crash !== undefined) draft.crash = { run, title: crash.title };
}
