import type { EventOf } from "../event/index.ts";
import {
  firstBadLine,
  onlySkippedLines,
  plainLine,
  type Summary,
  subjectOf,
} from "../syzbot/index.ts";
import { confidenceText } from "./confidence.ts";
import { minimisedLines } from "./minimise.ts";
import { numbersLine } from "./numbers.ts";
import { presenceLines } from "./presence.ts";
import { deeperText } from "./proof.ts";
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
      return culprit === null
        ? [why]
        : [
            ...foundLines(summary, culprit, concluded),
            ...(concluded.deeper === undefined ? [] : [deeperText(summary, concluded.deeper)]),
            ...leftOutLines(summary, concluded),
          ];
    case "unconfirmed":
      return [
        `unconfirmed: ${why}`,
        ...(culprit === null ? [] : [`  ${commitText(summary, culprit)}`]),
        ...numberLines(summary),
        ...sureLines(concluded),
        ...leftOutLines(summary, concluded),
      ];
    case "ties":
      return [...onlySkippedLines(candidates, termOf(summary)), `ties: ${why}`];
    case "budget":
      return [
        `budget: ${why}`,
        ...presenceLines(summary),
        ...likeliestLines(summary, concluded),
        `go on with: firstbad resume ${idOf(summary)} ${largerBound(summary)}`,
      ];
    case "minimised":
      return [`configuration: ${why}`, ...minimisedLines(summary)];
    case "surveyed":
      return [`presence: ${why}`, ...presenceLines(summary)];
    case "not-fixed-yet":
      return [
        ...withoutCulprit(summary, concluded, end),
        `ask again when there is more: firstbad resume ${idOf(summary)}`,
      ];
    case "since-oldest":
    case "not-reproduced":
    case "clean-end-crashes":
    case "merge-base-clean":
    case "untestable":
      return withoutCulprit(summary, concluded, end);
    default:
      return end satisfies never;
  }
}

function withoutCulprit(
  summary: Summary,
  { why, candidates }: Concluded,
  end: keyof typeof endText,
): string[] {
  return [
    `${endText[end]}: ${plainLine(why)}`,
    ...candidates.map((candidate) => `  ${commitText(summary, candidate)}`),
  ];
}

/** So many candidates are named beside their odds. */
const shownCandidates = 5;

function likeliestLines(summary: Summary, { candidates, odds }: Concluded): string[] {
  if (odds === undefined) return [];
  const shown = candidates.slice(0, shownCandidates);
  const rest = candidates.length - shown.length;
  return [
    ...shown.map((commit, n) => `  ${oddsText(odds[n] ?? 0)} ${commitText(summary, commit)}`),
    ...(rest > 0 ? [`  and ${rest} less likely`] : []),
  ];
}

/** `12.5 %`, as wide as any other. */
function oddsText(share: number): string {
  return `${(100 * share).toFixed(1)} %`.padStart(7);
}

/** How to have made what was left out for want of a budget. */
function leftOutLines(summary: Summary, { leftOut }: Concluded): string[] {
  if (leftOut === undefined) return [];
  const more = `firstbad resume ${idOf(summary)} ${largerBound(summary)}`;
  return [`what was left out for want of a budget is made with: ${more}`];
}

/** The flag with larger bounds than those that were reached, for people to change. */
export function largerBound({ bounds, deadlinePassed }: Summary): string {
  const { builds = null, runs = null, machineSeconds = null, deadline = null } = bounds ?? {};
  if (deadlinePassed) return `--deadline ${hoursFor(deadline ?? 0)}`;
  const larger = [
    ...(builds === null ? [] : [`builds=${2 * builds}`]),
    ...(runs === null ? [] : [`runs=${2 * runs}`]),
    ...(machineSeconds === null ? [] : [`machine-time=${hoursFor(machineSeconds)}`]),
  ];
  return `--budget ${larger.length === 0 ? "none" : larger.join(",")}`;
}

/** Twice as long, in whole hours where it is long. */
function hoursFor(seconds: number): string {
  const twice = 2 * seconds;
  if (twice >= 7200) return `${Math.ceil(twice / 3600)}h`;
  return twice >= 120 ? `${Math.ceil(twice / 60)}m` : `${Math.ceil(twice)}s`;
}

/** How to go on with a bisection that is not concluded. */
export function resumeLine(summary: Summary): string {
  return `resume with: ${resumeCommand(summary)}`;
}

/** The command that goes on with it. */
export function resumeCommand(summary: Summary): string {
  return `firstbad resume ${idOf(summary)}`;
}

/** What an end without a culprit means. */
const endText = {
  "since-oldest": "the crash is older than every release tested",
  "not-fixed-yet": "the crash is not fixed yet",
  "not-reproduced": "the crash was not reproduced",
  "clean-end-crashes": "the end that should be clean crashes",
  "merge-base-clean": "the bug is not where the two trees part",
  untestable: "nothing that could tell can be tested",
} as const;

function foundLines(summary: Summary, culprit: string, concluded: Concluded): string[] {
  const subject = plainLine(subjectOf(summary, culprit));
  return [
    firstBadLine(culprit, termOf(summary)),
    ...(subject === "" ? [] : [`  ${subject}`]),
    ...numberLines(summary),
    ...sureLines(concluded),
  ];
}

function numberLines(summary: Summary): string[] {
  const line = numbersLine(summary);
  return line === null ? [] : [`  ${line}`];
}

function sureLines({ confidence }: Concluded): string[] {
  return confidence === null ? [] : [`  confidence ${confidenceText(confidence)}`];
}

/** What git would call commits with the change: its own word, or that of `--term-new`. */
function termOf(summary: Summary): string {
  return verdictText(summary, "after");
}
