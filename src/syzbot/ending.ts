import type { EventOf } from "../event/index.ts";
import { goDuration } from "./go-duration.ts";
import { goQuoteList } from "./go-quote.ts";
import { words } from "./grammar.ts";
import { plainLine, plainLines } from "./plain-line.ts";
import { buildSeconds, type Summary, sessionSeconds, subjectOf, testSeconds } from "./summary.ts";
import { isByTheirRules } from "./their-rules.ts";

type Concluded = EventOf<"concluded">;

/** How many revisions were run, and how long it all took. */
export function trailerLines(summary: Summary, flaky: boolean): string[] {
  const tested = [...summary.kernels.values()].filter(({ runs }) => runs.length > 0).length;
  const [total, build, test] = [
    sessionSeconds(summary),
    buildSeconds(summary),
    testSeconds(summary),
  ].map(goDuration);
  return [
    ...(flaky ? [words.flakyBug] : []),
    `${words.trailer}${tested}, total time: ${total} (build: ${build}, test: ${test})`,
  ];
}

/**
 * What it came to, in the words that syzbot has for it. An `unconfirmed` culprit is listed as one
 * that it could be: whoever reads these logs mails the author of a `first bad commit`. Only where a
 * policy of syzbot's bisected it is one, as syzbot decides later what it relies on. Ends that syzbot
 * does not know, a budget used up among them, are an `error:` with the reason.
 */
export function resultLines(summary: Summary, concluded: Concluded): string[] {
  const { culprit, why } = concluded;
  switch (concluded.end) {
    case "found":
      return culprit === null ? [errorLine(why)] : foundLines(summary, culprit);
    case "unconfirmed":
      return culprit !== null && isByTheirRules(summary)
        ? foundLines(summary, culprit)
        : inconclusiveLines(summary, concluded);
    case "ties":
      return inconclusiveLines(summary, concluded);
    case "untestable":
      return concluded.candidates.length > 0
        ? inconclusiveLines(summary, concluded)
        : [errorLine(why)];
    case "since-oldest":
      return [words.oldest, messageLine(summary, concluded)];
    case "not-fixed-yet":
      return [words.unfixed, messageLine(summary, concluded)];
    case "not-reproduced":
      return [errorLine("the crash wasn't reproduced on the original commit")];
    case "minimised":
    case "surveyed":
      // A log of theirs has no such end: what came of it stands before.
      return [];
    case "clean-end-crashes":
    case "merge-base-clean":
    case "budget":
      return [errorLine(why)];
    default:
      return concluded.end satisfies never;
  }
}

/** True where a log ends with a crash and its report, once that is known. */
export function endsWithCrash(summary: Summary, { end, culprit }: Concluded): boolean {
  if (end === "since-oldest" || end === "not-fixed-yet") return true;
  const named = end === "found" || (end === "unconfirmed" && isByTheirRules(summary));
  return named && culprit !== null && summary.started?.find !== "fix";
}

/** The crash, and its report up to the end of the log. */
export function crashLines({ title, report }: EventOf<"crash-symbolized">): string[] {
  return [`${words.crash}${plainLine(title)}`, ...plainLines(report), ""];
}

function foundLines(summary: Summary, culprit: string): string[] {
  const recipients = summary.commits.get(culprit)?.recipients;
  const subject = plainLine(subjectOf(summary, culprit));
  return [
    `${words.first}${sideOf(summary)} commit: ${culprit} ${subject}`.trimEnd(),
    `${words.to}${goQuoteList(recipients?.to ?? [])}`,
    `${words.cc}${goQuoteList(recipients?.cc ?? [])}`,
  ];
}

function inconclusiveLines(summary: Summary, concluded: Concluded): string[] {
  const commits = possibleCulprits(concluded);
  return [`${words.inconclusive}first ${sideOf(summary)} commit could be any of:`, ...commits];
}

/** All commits that may be it, the most likely one first, each once. */
export function possibleCulprits({ culprit, candidates }: Concluded): string[] {
  return [...new Set(culprit === null ? candidates : [culprit, ...candidates])];
}

/** The subject of the commit that the end is about: the oldest release, or HEAD. */
function messageLine(summary: Summary, { candidates }: Concluded): string {
  const [commit] = candidates;
  const subject = commit === undefined ? "" : subjectOf(summary, commit);
  return `${words.message}${plainLine(subject)}`.trimEnd();
}

function errorLine(why: string): string {
  return `${words.error}${plainLine(why)}`;
}

/** A fix is the first good commit; only git's own lines call it bad. */
function sideOf(summary: Summary): "bad" | "good" {
  return summary.started?.find === "fix" ? "good" : "bad";
}
