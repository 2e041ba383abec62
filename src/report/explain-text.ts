import type { BisectionEvent } from "../event/index.ts";
import { shortHash } from "../event/short-hash.ts";
import { plainLine, type Summary, summaryOf } from "../syzbot/index.ts";
import { reachedTexts } from "./belief.ts";
import { confidenceLines, nowLines, priorLines, prospectLines, whoPart } from "./belief-parts.ts";
import { concludedLines } from "./conclusion.ts";
import { etaOf, etaText } from "./eta.ts";
import { type ExplainedStep, explanationOf, type Known } from "./explain.ts";
import { answerText, bugText, rangeText } from "./facts.ts";
import { whyNotBuilt } from "./kernel-ages.ts";
import { lentOfCheck, lentText } from "./lent.ts";
import { saidText } from "./overrides.ts";
import { fixText, repairText } from "./repairs.ts";
import { stateWord } from "./state.ts";
import type { Narrowed } from "./suspect-count.ts";
import { joinedParts, type TextPart } from "./text-parts.ts";
import {
  checkCounts,
  checkText,
  commitText,
  idOf,
  plural,
  stageText,
  verdictText,
} from "./words.ts";
import { wrapped } from "./wrap.ts";

/** A line of text is hard to read beyond that, however wide a terminal is. */
const widest = 100;
/** Less than that has no room for a hash and a word. */
const narrowest = 24;

/** What is seen around a bisection, and where it is told. */
export interface Telling extends Known {
  /** Columns of the terminal. */
  readonly columns: number;
}

/**
 * What `firstbad explain` prints: who is suspected and why, what is tested now, what was tested and why, in
 * order, what each step showed and ruled out, who said what, and why the result is believed or what is
 * still needed. Lines that end with LF, without colour.
 */
export function explainText(events: readonly BisectionEvent[], telling: Telling): string {
  const summary = summaryOf(events);
  const { steps, needs } = explanationOf(events, telling);
  const cells = cellsOf(telling);
  const told = steps.flatMap((step, n) => stepLines(summary, step, `${n + 1}`.padStart(3), cells));
  const parts: readonly TextPart[] = [
    [null, headLines(summary, telling.running, cells)],
    ["what was suspected before any run", priorLines(summary, cells)],
    whoPart(summary, telling.suspicion, cells),
    ["what is tested now, and why", nowLines(summary, telling.suspicion, cells)],
    ["what was learnt, in order", told],
    ["why it is believed", beliefLines(summary, cells)],
    ["what the confidence consists of", confidenceLines(summary, telling.suspicion, cells)],
    ["what is still needed", needs.flatMap((need) => wrapped(plainLine(need), "  - ", cells))],
  ];
  return joinedParts(parts, cells);
}

/**
 * What `firstbad explain ID STEP` prints of step `number`, counted from 1: what was believed then, what
 * the test would tell, and what it told. `suspicion` is that of the step. Null where there is no such step.
 */
export function explainStepText(
  events: readonly BisectionEvent[],
  telling: Telling,
  number: number,
): string | null {
  const summary = summaryOf(events);
  const step = explanationOf(events, telling).steps[number - 1];
  if (step === undefined) return null;
  const cells = cellsOf(telling);
  const chosen = step.kind === "tested" ? step.chosenBy : null;
  const then = chosen === null ? summary : summaryOf(events.slice(0, chosen));
  return joinedParts(
    [
      [null, stepLines(summary, step, `${number}`.padStart(3), cells)],
      whoPart(then, telling.suspicion, cells),
      ["what the test tells", prospectLines(telling.suspicion, cells)],
    ],
    cells,
  );
}

function cellsOf({ columns }: Telling): number {
  return Math.max(narrowest, Math.min(widest, columns));
}

function headLines(summary: Summary, running: boolean, cells: number): string[] {
  const { concluded } = summary;
  const said = concluded === null ? [] : concludedLines(summary, concluded);
  const lines = [
    `${idOf(summary)}: ${stateWord(summary, running)}`,
    ...said,
    ...reachedLines(summary),
  ];
  return lines.flatMap((line) => {
    const indent = line.startsWith("  ") ? "  " : "";
    return wrapped(line.slice(indent.length), indent, cells);
  });
}

/** How far a search that goes by a belief has come. */
function reachedLines(summary: Summary): string[] {
  const belief = summary.concluded === null ? summary.probe?.belief : undefined;
  if (belief === undefined) return [];
  const eta = etaOf(summary);
  const facts = [
    ...reachedTexts(summary, belief).slice(0, 1),
    ...(eta === null ? [] : [etaText(eta)]),
  ];
  return facts.length === 0 ? [] : [facts.join(", ")];
}

/** A step: what it was, then below it what it said, each behind the number's width. */
function stepLines(
  summary: Summary,
  step: ExplainedStep,
  number: string,
  cells: number,
): readonly string[] {
  const [title, ...rest] = textsOf(summary, step);
  return [
    ...wrapped(title ?? "", `${number}  `, cells),
    ...rest.flatMap((text) => wrapped(text, " ".repeat(number.length + 4), cells)),
  ];
}

function textsOf(summary: Summary, step: ExplainedStep): readonly string[] {
  switch (step.kind) {
    case "tested": {
      const { stage, label, commit, subject, why, kernel } = step;
      const known = summary.kernels.get(kernel);
      const fixes = known?.backports ?? [];
      const said =
        known?.build?.kind === "failed"
          ? whyNotBuilt(known.build).replace(/^it /, "")
          : answerText(summary, step);
      const lent = lentText(summary, kernel);
      const overruled = step.overruled ? "; what was said of it counts instead" : "";
      return [
        `${stageText(summary, stage, label === commit ? null : label)}: ${shortHash(commit)} ${plainLine(subject)}`.trimEnd(),
        ...(why === "" ? [] : [`why: ${plainLine(why)}`]),
        ...(fixes.length === 0 ? [] : [`with ${fixes.map(fixText).join(" and ")} applied`]),
        `${said}${lent === null ? "" : `, ${lent}`}${overruled}${narrowedText(step.suspects)}`,
      ];
    }
    case "bug":
      return [
        `the bug: ${bugText({ ...step, kind: "bug-identified", kinds: [], stacks: [] }, summary)}`,
      ];
    case "range":
      return [`the range: ${rangeText({ ...step, kind: "graph-loaded", file: "", sha256: "" })}`];
    case "told": {
      const { undone, suspects } = step;
      const effect = [
        ...(undone ? ["taken back later"] : []),
        ...(suspects === null ? [] : [changedText(suspects)]),
      ];
      return [saidText(summary, step), ...(effect.length === 0 ? [] : [effect.join("; ")])];
    }
    case "undone":
      return [
        `taken back: ${saidText(summary, step)}`,
        ...(step.suspects === null ? [] : [changedText(step.suspects)]),
      ];
    case "repair": {
      const repair = summary.repairs.find(({ begun }) => begun.commit === step.commit);
      const ended = { ...step, kind: "repair-ended" as const };
      return [
        `a fix for the ${step.how} of ${commitText(summary, step.commit)}`,
        `why: ${plainLine(step.begunWhy)}`,
        ...(repair === undefined ? [] : [repairText({ ...repair, ended })]),
      ];
    }
    case "fork": {
      const { commit, subject, why, verdict, suspects } = step;
      const word = verdictText(summary, verdict);
      return [
        `not tested: ${shortHash(commit)} ${plainLine(subject)}`.trimEnd(),
        `why: ${plainLine(why)}`,
        `it counts as ${word}${suspects === null ? "" : `; ${changedText(suspects)}`}`,
      ];
    }
    case "head":
      return [`the fix is searched up to ${plainLine(step.name)}, ${shortHash(step.hash)}`];
    case "doubted":
      return [`${shortHash(step.fix)} is not used as a fix`, `why: ${plainLine(step.why)}`];
    case "concluded":
      return [`concluded: ${step.end}: ${plainLine(step.why)}`];
    default:
      return step satisfies never;
  }
}

function narrowedText(suspects: Narrowed | null): string {
  return suspects === null ? "" : `; ${suspectsText(suspects)}`;
}

function suspectsText({ before, after }: Narrowed): string {
  return before === after ? `still ${plural(after, "suspect")}` : changedText({ before, after });
}

/** Told otherwise, as many suspects as before may be others. */
function changedText({ before, after }: Narrowed): string {
  return `${plural(before, "suspect")} before, ${after} after`;
}

function beliefLines(summary: Summary, cells: number): readonly string[] {
  const checks = summary.checks.flatMap((check) => {
    const lent = lentOfCheck(summary, check);
    const counts = check.of > 0 ? `, ${checkCounts(check)}` : "";
    const text = `${checkText(check, summary)}${counts}: ${plainLine(check.why)}${lent === null ? "" : `; ${lent}`}`;
    return wrapped(text, `  ${check.result.padEnd(7)}  `, cells);
  });
  const { concluded } = summary;
  if (concluded?.confidence == null) return checks;
  const exposed = "A bisection may show the commit that exposed a bug.";
  const meaning =
    concluded.posterior === undefined
      ? "the confidence is the probability that no parent hides the bug: by its runs, and by how often " +
        `commits that have it crash. ${exposed}`
      : exposed;
  return [...checks, ...wrapped(meaning, "  ", cells)];
}
