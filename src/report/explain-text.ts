import type { BisectionEvent } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import { plainLine, type Summary, summaryOf } from "../syzbot/index.ts";
import { concludedLines } from "./conclusion.ts";
import { type ExplainedStep, explanationOf, type Narrowed } from "./explain.ts";
import { answerText, bugText, rangeText } from "./facts.ts";
import { saidText } from "./overrides.ts";
import { stateWord } from "./state.ts";
import { builtNoun, checkText, countText, idOf, plural, short, stageText } from "./words.ts";
import { wrapped } from "./wrap.ts";

/** A line of text is hard to read beyond that, however wide a terminal is. */
const widest = 100;
/** Less than that has no room for a hash and a word. */
const narrowest = 24;

/** What is seen around a bisection, and where it is told. */
export interface Telling {
  readonly graph: CommitGraph | null;
  /** Whether a process is at work on it now. */
  readonly running: boolean;
  /** Columns of the terminal. */
  readonly columns: number;
}

/**
 * What `firstbad explain` prints: what was tested and why, in order, what each step showed and ruled out,
 * who said what, and why the result is believed or what is still needed. Lines that end with LF, without
 * colour.
 */
export function explainText(events: readonly BisectionEvent[], telling: Telling): string {
  const summary = summaryOf(events);
  const { steps, needs } = explanationOf(events, telling.graph, telling.running);
  const cells = Math.max(narrowest, Math.min(widest, telling.columns));
  const told = steps.flatMap((step, n) => stepLines(summary, step, `${n + 1}`.padStart(3), cells));
  const parts: (readonly [string | null, readonly string[]])[] = [
    [null, headLines(summary, telling.running, cells)],
    ["what was learnt, in order", told],
    ["why it is believed", beliefLines(summary, cells)],
    ["what is still needed", needs.flatMap((need) => wrapped(plainLine(need), "  - ", cells))],
  ];
  return parts
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [...(title === null ? [] : [title]), ...lines])
    .map((lines) => lines.map((line) => `${line}\n`).join(""))
    .join("\n");
}

function headLines(summary: Summary, running: boolean, cells: number): string[] {
  const { concluded } = summary;
  const said = concluded === null ? [] : concludedLines(summary, concluded);
  const lines = [`${idOf(summary)}: ${stateWord(summary, running)}`, ...said];
  return lines.flatMap((line) => {
    const indent = line.startsWith("  ") ? "  " : "";
    return wrapped(line.slice(indent.length), indent, cells);
  });
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
      const failed = summary.kernels.get(kernel)?.build?.kind === "failed";
      const said = failed ? "does not build" : answerText(summary, step);
      const overruled = step.overruled ? "; what was said of it counts instead" : "";
      return [
        `${stageText(stage, label === commit ? null : label)}: ${short(commit)} ${plainLine(subject)}`.trimEnd(),
        ...(why === "" ? [] : [`why: ${plainLine(why)}`]),
        `${said}${overruled}${narrowedText(step.suspects)}`,
      ];
    }
    case "bug":
      return [`the bug: ${bugText({ ...step, kind: "bug-identified", kinds: [], stacks: [] })}`];
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
    const counts = check.of > 0 ? `, ${countText(check.crashed, check.of)}` : "";
    const text = `${checkText(check, builtNoun(summary))}${counts}: ${plainLine(check.why)}`;
    return wrapped(text, `  ${check.result.padEnd(7)}  `, cells);
  });
  if (summary.concluded?.confidence == null) return checks;
  const meaning =
    "the confidence is the probability that no parent hides the bug: by its runs, and by how often " +
    "commits that have it crash. A bisection may show the commit that exposed a bug.";
  return [...checks, ...wrapped(meaning, "  ", cells)];
}
