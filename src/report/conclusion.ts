import type { EventOf } from "../event/index.ts";
import {
  firstBadLine,
  onlySkippedLines,
  plainLine,
  type Summary,
  subjectOf,
} from "../syzbot/index.ts";
import { confidenceText } from "./confidence.ts";
import { commitText, idOf, verdictText } from "./words.ts";

type Concluded = EventOf<"concluded">;

/**
 * What a bisection came to, in a few lines without their ends. Where git has a sentence it is git's;
 * a commit of which a check failed is not called the first bad one.
 */
export function concludedLines(summary: Summary, concluded: Concluded): string[] {
  const { end, culprit, candidates } = concluded;
  const why = plainLine(concluded.why);
  switch (end) {
    case "found":
      return culprit === null ? [why] : foundLines(summary, culprit, concluded);
    case "unconfirmed":
      return [
        `unconfirmed: ${why}`,
        ...(culprit === null ? [] : [`  ${commitText(summary, culprit)}`]),
        ...sureLines(concluded),
      ];
    case "ties":
      return [...onlySkippedLines(candidates, termOf(summary)), `ties: ${why}`];
    case "budget":
      return [`budget: ${why}`, resumeLine(summary)];
    case "since-oldest":
    case "not-fixed-yet":
    case "not-reproduced":
    case "clean-end-crashes":
    case "untestable":
      return [
        `${endText[end]}: ${why}`,
        ...candidates.map((candidate) => `  ${commitText(summary, candidate)}`),
      ];
    default:
      return end satisfies never;
  }
}

/** How to go on with a bisection that is not concluded, or whose budget was used up. */
export function resumeLine(summary: Summary): string {
  return `resume with: firstbad resume ${idOf(summary)}`;
}

/** What an end without a culprit means. */
const endText = {
  "since-oldest": "the crash is older than every release tested",
  "not-fixed-yet": "the crash is not fixed yet",
  "not-reproduced": "the crash was not reproduced",
  "clean-end-crashes": "the end that should be clean crashes",
  untestable: "nothing that could tell can be tested",
} as const;

function foundLines(summary: Summary, culprit: string, concluded: Concluded): string[] {
  const subject = plainLine(subjectOf(summary, culprit));
  return [
    firstBadLine(culprit, termOf(summary)),
    ...(subject === "" ? [] : [`  ${subject}`]),
    ...sureLines(concluded),
  ];
}

function sureLines({ confidence }: Concluded): string[] {
  return confidence === null ? [] : [`  confidence ${confidenceText(confidence)}`];
}

/** What git would call commits with the change: its own word, or that of `--term-new`. */
function termOf(summary: Summary): string {
  return verdictText(summary, "after");
}
