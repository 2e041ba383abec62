import type { BuildResult } from "../kernel/kernel.ts";
import { durationText } from "../report/duration.ts";
import { expectedText } from "../report/expected-words.ts";
import { plainLine } from "../syzbot/plain-line.ts";
import type { Meaning, TriedRun } from "../trial/try-commit.ts";
import type { Wanted } from "../trial/wanted.ts";

const marks: Readonly<Record<Meaning, string>> = {
  clean: "✓",
  bug: "×",
  other: "!",
  nothing: "·",
};

/** A line has room for so many; the counts beside them are whole. */
const mostMarks = 40;

/** One mark a run, as in all tables of runs. */
export function marksOf(runs: readonly TriedRun[]): string {
  const shown = runs.slice(0, mostMarks).map(({ means }) => marks[means]);
  return shown.join("") + (runs.length > mostMarks ? "…" : "");
}

/** How a run ended: its mark, its number, the crashes' titles. */
export function runLine(run: TriedRun, of: number): string {
  const { n, means, outcome, crashes, seconds } = run;
  const titles = [...new Set(crashes.map(({ title }) => plainLine(title)))];
  const what = outcome === "crashed" ? titles.join(", ") : outcome.replaceAll("-", " ");
  return `run ${n}/${of}  ${marks[means]}  ${what} (${durationText(seconds)})`;
}

/** How a build ended. */
export function buildLine(build: BuildResult): string {
  if (build.kind === "failed") {
    return `does not build: ${plainLine(build.excerpt[0] ?? "it does not say why")}`;
  }
  return build.cached ? "its kernel was in the cache" : `built in ${durationText(build.seconds)}`;
}

/** What counts as the bug, in words. */
export function wantedText(wanted: Wanted): string {
  switch (wanted.kind) {
    case "any":
      return "any crash";
    case "expected":
      return expectedText(wanted.expectation);
    case "titles":
      return wanted.titles.map(plainLine).join(", or ");
    case "bug":
      return `${plainLine(wanted.bug.title)}, as in ${wanted.id}`;
    default:
      return wanted satisfies never;
  }
}
