import type { BisectionEvent } from "../event/index.ts";
import { shortHash } from "../event/short-hash.ts";
import { plainLine, type Summary, summaryOf } from "../syzbot/index.ts";
import { reachedTexts } from "./belief.ts";
import { columns } from "./columns.ts";
import { concludedLines, resumeLine } from "./conclusion.ts";
import { etaOf, etaText } from "./eta.ts";
import { byHandCommand, evidenceIn } from "./evidence.ts";
import { bugText, notedText, rangeText } from "./facts.ts";
import { judgementOf, judgementText } from "./judgement.ts";
import { compilerLines, whyNotBuilt } from "./kernel-ages.ts";
import { lentOfCheck } from "./lent.ts";
import { appliedLines } from "./repairs.ts";
import { spentText } from "./spent.ts";
import { isCutShort, stateWord } from "./state.ts";
import { suspectRows } from "./suspects-table.ts";
import type { ToldSuspicion } from "./suspicion.ts";
import { isOfKernel } from "./tags.ts";
import { testLines } from "./tested-table.ts";
import { conditionLines, toTellLines } from "./to-tell.ts";
import { checkCounts, checkText, idOf, plural } from "./words.ts";

/** What the events do not tell about a bisection. */
export interface Surroundings {
  /** Path of the log in syzbot's dialect, where there is one. */
  readonly log: string | null;
  /** Whether a process is at work on it now. */
  readonly running: boolean;
  /** Whom a policy suspects that reckons with probabilities. */
  readonly suspicion: ToldSuspicion | null;
}

/**
 * What `firstbad show` prints: what it came to or where it stands, how sure that is, and the evidence
 * beside it. Lines that end with LF, without colour.
 */
export function showText(events: readonly BisectionEvent[], around: Surroundings): string {
  const summary = summaryOf(events);
  const parts = [
    [...stateLines(summary, around.running), ...afterwardsLines(events, summary)],
    factLines(summary, around.log),
    checkLines(summary),
    kernelLines(summary),
    suspectRows(summary, around.suspicion),
    conditionLines(summary),
    testLines(summary, stepsOf(events)),
    toTellLines(summary),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(""))
    .join("\n");
}

function stateLines(summary: Summary, running: boolean): string[] {
  const { concluded, stopped } = summary;
  const eta = etaOf(summary);
  const belief = summary.probe?.belief;
  const reached = belief === undefined ? [] : reachedTexts(summary, belief).slice(0, 1);
  const told =
    concluded !== null
      ? concludedLines(summary, concluded)
      : [
          ...(running || stopped === null ? [] : [plainLine(stopped.message)]),
          ...reached,
          ...(eta === null ? [] : [etaText(eta)]),
        ];
  const how = isCutShort(summary, running) ? [resumeLine(summary)] : [];
  return [`${idOf(summary)}: ${stateWord(summary, running)}`, ...told, ...how];
}

/** The number of the newest step of each commit, for commands that take it. */
function stepsOf(events: readonly BisectionEvent[]): ReadonlyMap<string, number> {
  return new Map(evidenceIn(events).map(({ commit, step }) => [commit, step]));
}

/** What people found out of it, and whom they told. */
function afterwardsLines(events: readonly BisectionEvent[], summary: Summary): string[] {
  const judgement = judgementOf(events);
  const mails = summary.mailed.map(({ culprit, messageId, to, cc, at }) => {
    const people = plural(to.length + cc.length, "recipient");
    return `mailed ${at.slice(0, 10)}: ${shortHash(culprit)} to ${people}, ${messageId}`;
  });
  return [...(judgement === null ? [] : [judgementText(summary, judgement)]), ...mails];
}

function factLines(summary: Summary, log: string | null): string[] {
  const { bug, range, prior } = summary;
  const suspected = prior?.lines.map((line, n) => [n === 0 ? "prior" : "", plainLine(line)]) ?? [];
  return columns([
    ...(bug === null ? [] : [["bug", bugText(bug, summary)]]),
    ...(range === null ? [] : [["range", rangeText(range)]]),
    ...summary.noted.map((noted, n) => [n === 0 ? "note" : "", notedText(noted)]),
    ...suspected,
    ...appliedLines(summary).map((line, n) => [n === 0 ? "fixes" : "", line]),
    ["spent", spentText(summary)],
    ...(isOfKernel(summary) && summary.tested.length > 0
      ? [["by hand", `${byHandCommand(summary, "STEP")}, STEP as the tests are numbered below`]]
      : []),
    ...(log === null ? [] : [["log", plainLine(log)]]),
  ]);
}

function checkLines(summary: Summary): string[] {
  const { checks } = summary;
  if (checks.length === 0) return [];
  const rows = checks.map((check) => [
    check.result,
    checkText(check, summary),
    checkCounts(check),
    [plainLine(check.why), lentOfCheck(summary, check)].filter((part) => part !== null).join("; "),
  ]);
  return ["checks", ...columns(rows).map((line) => `  ${line}`)];
}

/** Kernels that are not like the others: by another compiler, or left out for what they lack. */
function kernelLines(summary: Summary): string[] {
  const gone = [...summary.kernels.values()].flatMap(({ commit, build }) =>
    build?.kind === "failed" && build.gone !== undefined
      ? [`${shortHash(commit ?? "")} was not run: ${whyNotBuilt(build)}`]
      : [],
  );
  const lines = [...summary.compilerChanges.flatMap(compilerLines), ...gone];
  return lines.length === 0 ? [] : ["kernels", ...lines.map((line) => `  ${line}`)];
}
