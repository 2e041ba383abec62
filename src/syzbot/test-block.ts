import type { RunOutcome } from "../event/index.ts";
import { foreignLine, verdictWords, words } from "./grammar.ts";
import { plainLine, plainLines } from "./plain-line.ts";
import type { Build, FinishedRun } from "./summary.ts";

/** syzkaller prints at most this many lines of a failed build. */
const maxExcerpt = 20;

/** One test of one commit, as the log of 2022 shows it. */
export interface TestBlock {
  readonly commit: string;
  /** Null where nothing was built, as for a kernel known to be equal to another before its build. */
  readonly build: Build | null;
  /** The runs of this test; none where earlier runs, or those of an equal kernel, answer for it. */
  readonly runs: readonly FinishedRun[];
  /** What each run is said to be; absent: by what it is evidence of here. */
  readonly verdictOf?: (run: FinishedRun) => string;
}

/**
 * `testing commit H`, the compiler, then the signature and the runs, or why it was not built. Runs
 * are numbered from 0 in the order in which they ended, and are one line where all are alike.
 */
export function testBlock({ commit, build, runs, verdictOf }: TestBlock): string[] {
  const lines = build?.kind === "failed" ? [] : runLines(runs, verdictOf ?? verdictText);
  return [...buildLines(commit, build), ...lines];
}

/** The part of a test block without runs. */
export function buildLines(commit: string, build: Build | null): string[] {
  const compiler = build?.compiler || null;
  return [
    `${words.commit}${commit}`,
    ...(compiler === null ? [] : [`${words.compiler}${plainLine(compiler)}`]),
    ...(build?.kind === "built" ? [`${words.signature}${build.signature}`] : []),
    ...(build?.kind === "failed" ? failureLines(build.excerpt) : []),
  ];
}

/** Why a build failed; a build that said nothing still has its line. */
function failureLines(excerpt: readonly string[]): string[] {
  const lines = excerpt.flatMap(plainLines).filter((line) => line.trim() !== "");
  if (lines.length === 0) return ["the kernel does not build"];
  return lines.slice(0, maxExcerpt).map(foreignLine);
}

function runLines(runs: readonly FinishedRun[], verdictOf: (run: FinishedRun) => string): string[] {
  const verdicts = runs.map(verdictOf);
  const [first] = verdicts;
  if (first === undefined) return [];
  if (verdicts.every((verdict) => verdict === first)) return [`${words.allRuns}${first}`];
  return verdicts.map((verdict, n) => `${words.run}${n}: ${verdict}`);
}

/**
 * Why a run without a crash says nothing. syzkaller prints some of these titles behind `crashed:`,
 * where its policy of 2022 takes them for the bug; here they are no evidence, and behind `failed:`
 * that policy ignores them, too.
 */
const reasons: Readonly<Record<Exclude<RunOutcome, "clean" | "crashed">, string>> = {
  "boot-failed": "the machine did not come up",
  "no-output": "no output from test machine",
  lost: "lost connection to test machine",
  hung: "timed out",
  flooded: "too much output from test machine",
  untestable: "cannot be tested",
  measured: "a number",
};

/** How one run ended, in the words of the log: the first crash in its console names it. */
export function verdictText({ outcome, crashes }: FinishedRun): string {
  const [crash] = crashes;
  const title = crash === undefined ? "" : plainLine(crash.title);
  switch (outcome) {
    case "clean":
      return verdictWords.ok;
    case "crashed":
      return `${verdictWords.crashed}${title || "unknown error"}`;
    case "boot-failed":
      return `${verdictWords.bootFailed}${title || reasons[outcome]}`;
    case "no-output":
    case "lost":
    case "hung":
    case "flooded":
    case "untestable":
    case "measured":
      return `${verdictWords.failed}${reasons[outcome]}`;
    default:
      return outcome satisfies never;
  }
}
