import { readFile } from "node:fs/promises";
import type { CrashSeen, Expectation, RunOutcome } from "../event/index.ts";
import { excerptFor } from "../outcome/excerpt.ts";
import { judged, ofRuns } from "../outcome/judge.ts";
import type { RunResult } from "./lab.ts";

/** A run that has ended; its console is in a file. */
interface Ended {
  readonly outcome: RunOutcome;
  readonly crashes: readonly CrashSeen[];
  readonly console: string | Buffer;
  readonly whole: boolean;
  readonly bootSeconds: number | null;
}

/** What of a run's result the job's expectation decides; where it is one of crashes alone, nothing. */
export async function judgedByJob(
  expect: Expectation | null,
  { console, ...run }: Ended,
): Promise<Pick<RunResult, "outcome" | "crashes" | "number" | "ended">> {
  const decides = ofRuns(expect);
  if (decides === null) return { outcome: run.outcome, crashes: run.crashes };
  const bytes = typeof console === "string" ? await readFile(console) : console;
  return judged(decides, { ...run, console: bytes });
}

/**
 * What stands for a crash in reports, where a run shows what the job expects and no crash: its title, and the lines
 * of the console that show it.
 */
export function shownBy(expect: Expectation | null, title: string, console: Buffer): string {
  const decides = ofRuns(expect);
  const lines = decides === null ? [] : excerptFor(decides, console);
  return [title, ...lines].map((line) => `${line}\n`).join("");
}
