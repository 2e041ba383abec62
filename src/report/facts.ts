import type { EventOf } from "../event/index.ts";
import { shortHash } from "../event/short-hash.ts";
import { numberText } from "../outcome/limit.ts";
import { median } from "../outcome/median.ts";
import { type FinishedRun, plainLine, type Summary } from "../syzbot/index.ts";
import { countText, plural, reachText, showedText, verdictText } from "./words.ts";

/** A bug can have many titles; a line has room for so many beside the first. */
const shownTitles = 3;

/** The bug by its titles, and how often it was seen where it was reported. */
export function bugText(
  { title, titles, crashed, of }: EventOf<"bug-identified">,
  summary: Summary,
): string {
  const others = titles.filter((other) => other !== title).map(plainLine);
  const more = others.length > shownTitles ? ", …" : "";
  const also =
    others.length === 0 ? "" : `; also ${others.slice(0, shownTitles).join(", ")}${more}`;
  return `${plainLine(title)}, ${showedText(summary)} ${countText(crashed, of)}${also}`;
}

/** What is to be known of a commit that the job names. */
export function notedText({ end, why }: EventOf<"end-noted">): string {
  return end === "tree" ? plainLine(why) : `${end}: ${plainLine(why)}`;
}

/** The two ends, and how much lies between them; one of them where it reaches back to the beginning. */
export function rangeText({ before, after, commits, merges }: EventOf<"graph-loaded">): string {
  const size = `${plural(commits, "commit")}, ${plural(merges, "merge")}`;
  const ends = before.length === 0 ? "all up to " : `${before.map(shortHash).join(" ")}..`;
  return `${ends}${shortHash(after)}, ${size}`;
}

/** How a run ended, in words. */
export function runText({ outcome, crashes, number }: FinishedRun): string {
  if (number !== undefined) return `${outcome}: ${numberText(number)}`;
  const titles = crashes.map(({ title }) => plainLine(title));
  const shown = titles.slice(0, 1 + shownTitles).join(", ");
  return titles.length === 0 ? outcome.replaceAll("-", " ") : `${outcome}: ${shown}`;
}

/** What the runs of a commit showed and were taken to say: `crashed 0/4: good`. */
export function answerText(
  summary: Summary,
  answer: EventOf<"probe-answered">["answers"][number],
): string {
  const { verdict, crashed, clean, foreign, missing, reached } = answer;
  const said = crashed + clean;
  const there = reachText(reached, clean);
  const counts = [
    ...(said > 0 ? [`${showedText(summary)} ${countText(crashed, said)}`] : []),
    ...(there === null ? [] : [there]),
    ...(foreign > 0 ? [`${plural(foreign, "run")} with another crash`] : []),
    ...(missing > 0 ? [`${plural(missing, "run")} without a word`] : []),
  ];
  const measured = measuredText(summary, answer.kernel);
  if (measured !== null) return measured;
  const word = verdictText(summary, verdict);
  return counts.length === 0 ? `was not run: ${word}` : `${counts.join(", ")}: ${word}`;
}

/** What was measured of a kernel before it is known which numbers are bad; null: nothing was. */
function measuredText({ kernels }: Summary, kernel: string): string | null {
  const numbers = (kernels.get(kernel)?.runs ?? []).flatMap(({ outcome, number }) =>
    outcome === "measured" ? (number ?? []) : [],
  );
  if (numbers.length === 0) return null;
  return `${plural(numbers.length, "run")} measured, median ${numberText(median(numbers))}`;
}
