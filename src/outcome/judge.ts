import { RE2JS } from "re2js";
import type { CrashSeen, Expectation, RunOutcome } from "../event/index.ts";
import { consoleLines } from "./console-lines.ts";
import { TapReader, type TestResult } from "./tap.ts";

/** How a run ended by itself, and what it printed. */
export interface EndedRun {
  readonly outcome: RunOutcome;
  readonly crashes: readonly CrashSeen[];
  readonly console: Buffer;
  /** False where something was cut out of the console. */
  readonly whole: boolean;
  /** Wall seconds until our first process said its first line; null where that is not known. */
  readonly bootSeconds: number | null;
}

/** What a run says about what is searched for. */
export interface JudgedRun {
  /** `crashed` stands for all that is the bug, and `measured` for a number. */
  readonly outcome: RunOutcome;
  /** Those that are the bug first, marked so. */
  readonly crashes: readonly CrashSeen[];
  readonly number?: number;
}

/** Expectations that say which crash is the bug, and nothing of other ends. */
type OfCrashes = Extract<
  Expectation,
  { kind: "title" | "pattern" | "predicate" | "any-crash" | "build-fails" }
>;
/** Expectations that make an outcome of what a run printed, or of how it ended. */
export type OfRuns = Exclude<Expectation, OfCrashes>;

/** `expectation` where it is one of runs; null else. */
export function ofRuns(expectation: Expectation | null | undefined): OfRuns | null {
  switch (expectation?.kind) {
    case "boot-fails":
    case "hangs":
    case "message":
    case "test":
    case "number":
    case "boot-time":
      return expectation;
    case undefined:
    case "title":
    case "pattern":
    case "predicate":
    case "any-crash":
    case "build-fails":
      return null;
    default:
      return expectation satisfies never;
  }
}

/**
 * What a run says where `expect` decides that: the table in docs/job.md. Pure; time is linear in the console,
 * whatever it has. Patterns are RE2's, and looked for in each line by itself.
 */
export function judgeRun(expect: OfRuns, run: EndedRun): JudgedRun {
  switch (expect.kind) {
    case "boot-fails":
      return judgeBoot(run);
    case "hangs":
      return judgeHang(run, expect.who);
    case "message":
      return judgeMessage(run, expect);
    case "test":
      return judgeTest(run, expect);
    case "number":
      return measured(run, lastNumber(run.console, expect.pattern));
    case "boot-time":
      return measured(run, bootTime(run, expect.until));
    default:
      return expect satisfies never;
  }
}

/** The same, with how the run ended by itself where that is something else. */
export function judged(expect: OfRuns, run: EndedRun): JudgedRun & { readonly ended?: RunOutcome } {
  const said = judgeRun(expect, run);
  return { ...said, ...(said.outcome !== run.outcome && { ended: run.outcome }) };
}

/** What is shown where no crash is: a title with nothing behind it. */
function shown(title: string, type: string): CrashSeen {
  return { title, type, frame: null, stack: [], expected: true };
}

/** Crashes that are not what is searched for. */
function others(run: EndedRun): CrashSeen[] {
  return run.crashes.map((crash) => ({ ...crash, expected: false }));
}

function bug(run: EndedRun, title: string, type: string): JudgedRun {
  return { outcome: "crashed", crashes: [shown(title, type), ...others(run)] };
}

function clean(run: EndedRun): JudgedRun {
  return { outcome: "clean", crashes: others(run) };
}

/** It says what it says without being the bug: another crash hides it, a failed boot tells nothing. */
function asItIs(run: EndedRun): JudgedRun {
  return { outcome: run.outcome, crashes: others(run) };
}

/** A run that says nothing though it ended in order. */
function nothing(run: EndedRun): JudgedRun {
  const { outcome } = run;
  return { outcome: outcome === "clean" ? "untestable" : outcome, crashes: others(run) };
}

function judgeBoot(run: EndedRun): JudgedRun {
  switch (run.outcome) {
    case "boot-failed":
    case "no-output": {
      // Our first process ran; what came after is no matter of the boot.
      if (run.bootSeconds !== null) return clean(run);
      // A crash on the way tells more than that there was an end.
      const { crashes } = run;
      if (crashes.length > 0) {
        return {
          outcome: "crashed",
          crashes: crashes.map((crash) => ({ ...crash, expected: true })),
        };
      }
      return bug(
        run,
        run.outcome === "no-output" ? "boot failed: no output" : "boot failed",
        "BOOT",
      );
    }
    case "crashed":
    case "clean":
    case "lost":
    case "hung":
      return clean(run);
    case "flooded":
    case "untestable":
    case "measured":
      return asItIs(run);
    default:
      return run.outcome satisfies never;
  }
}

const killedReproducer = /^firstbad: time is up$/;

function judgeHang(run: EndedRun, who: "machine" | "reproducer"): JudgedRun {
  if (run.outcome === "hung") return bug(run, "hang", "HANG");
  if (run.outcome === "crashed" && run.crashes.some(({ type }) => type === "HANG")) {
    const isHang = ({ type }: CrashSeen) => type === "HANG";
    const hangs = run.crashes.filter(isHang).map((crash) => ({ ...crash, expected: true }));
    return {
      outcome: "crashed",
      crashes: [...hangs, ...others(run).filter((crash) => !isHang(crash))],
    };
  }
  if (run.outcome !== "clean" || who === "machine") return asItIs(run);
  for (const { text } of consoleLines(run.console)) {
    if (killedReproducer.test(text)) return bug(run, "hang of the reproducer", "HANG");
  }
  return clean(run);
}

/** What is there is there, however the run ended; what is not may have been to come. */
function judgeMessage(
  run: EndedRun,
  { pattern, is }: Extract<OfRuns, { kind: "message" }>,
): JudgedRun {
  const line = firstLine(run.console, pattern);
  if (line !== null) {
    return is === "present" ? bug(run, titleOf("message", line), "MESSAGE") : clean(run);
  }
  if (run.outcome !== "clean") return asItIs(run);
  if (!run.whole) return nothing(run);
  return is === "present" ? clean(run) : bug(run, `no message ${pattern}`, "MESSAGE");
}

function judgeTest(
  run: EndedRun,
  { name, is, missing }: Extract<OfRuns, { kind: "test" }>,
): JudgedRun {
  const reader = new TapReader(name);
  for (const { text } of consoleLines(run.console)) reader.push(text);
  const result = reader.result ?? missingAs(run, missing);
  if (result === null || result === "skipped") return nothing(run);
  if (result !== is) return clean(run);
  return bug(run, titleOf("test", `${name} is ${is}`), "TEST");
}

/** A test is only known to be missing where all was seen that the run printed, and it printed something. */
function missingAs(run: EndedRun, missing: "nothing" | TestResult): TestResult | null {
  if (missing === "nothing" || !run.whole) return null;
  const said = !["no-output", "flooded", "untestable"].includes(run.outcome);
  return said ? (missing as TestResult) : null;
}

function measured(run: EndedRun, number: number | null): JudgedRun {
  if (number === null) return nothing(run);
  return { outcome: "measured", crashes: others(run), number };
}

/** The number in the last line that has one. */
function lastNumber(console: Buffer, pattern: string): number | null {
  const wanted = RE2JS.compile(pattern);
  let last: number | null = null;
  for (const { text } of consoleLines(console)) {
    const found = wanted.matcher(text);
    if (found.find()) last = numberIn(found.group(1)) ?? last;
  }
  return last;
}

/** A decimal number, and nothing else. */
function numberIn(text: string | null): number | null {
  if (text === null || !/^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?\s*$/.test(text))
    return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}

const firstProcess = /^firstbad: init$/;
const startsProcess = /^Run \S{1,200} as init process$/;

/**
 * When the boot was over, by the kernel's own clock: at a line that matches `until`, or else when the first process
 * was started. Where the kernel prints no times, by this machine's.
 */
function bootTime({ console, bootSeconds }: EndedRun, until: string | null): number | null {
  const wanted = until === null ? null : RE2JS.compile(until);
  let [last, started]: [number | null, number | null] = [null, null];
  for (const { text, at } of consoleLines(console)) {
    if (at !== null) last = at;
    if (wanted?.matcher(text).find()) return at ?? last;
    if (wanted !== null) continue;
    // A board's own system may have said so before; the one that our process comes after is meant.
    if (at !== null && startsProcess.test(text)) started = at;
    // What is printed by programs has no time: where the kernel does not say it, its last line is the nearest one.
    if (firstProcess.test(text)) return started ?? last ?? bootSeconds;
  }
  return null;
}

function firstLine(console: Buffer, pattern: string): string | null {
  const wanted = RE2JS.compile(pattern);
  for (const { text } of consoleLines(console)) {
    if (wanted.matcher(text).find()) return text;
  }
  return null;
}

/** Characters of a title that comes from a console. */
const longestTitle = 200;

function titleOf(kind: string, text: string): string {
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
  return `${kind}: ${plain.slice(0, longestTitle)}`;
}
