import type { EventOf } from "../event/index.ts";
import { busySeconds, plainLine, type Summary } from "../syzbot/index.ts";
import { durationText } from "./duration.ts";
import { countText, plural } from "./words.ts";

/** Options that are named; of more it is said how many there are. */
const shown = 20;

/** What there is to leave out. */
export function preparedText({ full, base, candidates }: EventOf<"minimise-prepared">): string {
  const own = candidates.filter(({ inBase }) => inBase !== true).length;
  const baseline = base === null ? "" : `, ${base.options} in the baseline`;
  return `${plural(full.options, "option")} on${baseline}; ${own} may be left out`;
}

/** The configuration under test, and how far that is; an empty text where none is. */
export function tryText(summary: Summary): string {
  const { minimising } = summary;
  if (!minimising?.open) return "";
  const { why } = minimising.open;
  return `testing ${whatTried(minimising.open)}: ${plainLine(why)}; ${minimiseFacts(summary).join(", ")}`;
}

/** What a configuration is that is tried. */
export function whatTried({ step, without }: EventOf<"config-chosen">): string {
  return step === "baseline" ? "the baseline" : `without ${plural(without.length, "option")}`;
}

/** How many were tried, how many options are in question, and when it ends, at `now` or the last event. */
export function minimiseFacts(summary: Summary, now?: number): string[] {
  const { minimising, started } = summary;
  if (!minimising?.open) return [];
  const { open, tests } = minimising.open;
  const most = (started?.kind === "started" ? started.minimise?.tries : undefined) ?? 1;
  const nth = minimising.tried.length + 1;
  const left = Math.max(1, Math.min(most - minimising.tried.length, Math.max(1, tests)));
  const seconds = secondsOf(summary, left, now);
  return [
    `try ${nth} of at most ${most}`,
    `${plural(open, "option")} in question`,
    ...(seconds === null ? [] : [`about ${durationText(seconds)} left`]),
  ];
}

/** Each takes a build and a few runs, as long as those so far; null before there were any. */
function secondsOf(summary: Summary, tries: number, now: number | undefined): number | null {
  const { builds, runs, building } = summary;
  const done = builds.filter((span) => span.done);
  const kernels = done.length;
  if (kernels === 0) return null;
  // Builds of the same commit: the first of them all is a whole one, and says little of the others.
  const counted = kernels > 1 ? done.slice(1) : done;
  const each = counted.reduce((sum, span) => sum + busySeconds([span]), 0) / counted.length;
  const since = Math.max(0, ...[...building.values()].map((from) => ((now ?? from) - from) / 1000));
  return Math.max(1, tries * (each + busySeconds(runs) / kernels) - Math.min(since, each));
}

/** What a configuration was found to do. */
export function triedText(summary: Summary, answer: EventOf<"config-answered">): string {
  const { kernel, crashes, crashed, of } = answer;
  if (crashes) return `still crashes, ${countText(crashed, of)}`;
  const failed = summary.kernels.get(kernel)?.build?.kind === "failed";
  if (failed) return "does not build: some of these options are needed";
  return `does not crash as often, ${countText(crashed, of)}: some of these options are needed`;
}

/** What came of it. */
export function resultText({ result, isBaseline, kept, of, why }: EventOf<"minimised">): string {
  if (result === null) return `it stays as it is: ${plainLine(why)}`;
  if (isBaseline) return `the baseline alone crashes: ${plural(result.options, "option")} on`;
  const left = of - kept.length;
  return `${left} of ${plural(of, "option")} left out, ${result.options} are on: ${plainLine(why)}`;
}

/** The smaller configuration for people who are told the end. */
export function minimisedLines({ minimising }: Summary): string[] {
  const result = minimising?.undone ? null : (minimising?.result ?? null);
  if (result === null || result.result === null) return [];
  const { kept, open, tried } = result;
  const names = kept.slice(0, shown).map((name) => `  ${name}`);
  const unsure = open === 0 ? "" : `, ${open} of them were not tried to the end`;
  return [
    `  ${resultText(result)}`,
    `  ${plural(tried, "configuration")} tried; kept beside the baseline: ${plural(kept.length, "option")}${unsure}`,
    ...names,
    ...(kept.length > shown ? [`  and ${kept.length - shown} more`] : []),
  ];
}

/** The smaller configuration for programs. */
export interface MinimisedResult
  extends Pick<EventOf<"minimised">, "isBaseline" | "kept" | "open" | "of" | "tried"> {
  /** In the bisection's folder; null: it stays as it is. */
  readonly file: string | null;
  /** Options that are on in it. */
  readonly options: number | null;
  /** Whether it crashed again when it was run anew; null: not known yet. */
  readonly crashesAgain: boolean | null;
}

export function minimisedResult({ minimising, bug, tested }: Summary): MinimisedResult | null {
  const found = minimising?.result;
  if (!minimising || !found) return null;
  const { result, isBaseline, kept, open, of, tried } = found;
  const again = tested.filter(({ stage }) => stage === "reproduce").length > 1 && bug !== null;
  return {
    file: result?.file ?? null,
    options: result?.options ?? null,
    isBaseline,
    kept,
    open,
    of,
    tried,
    crashesAgain: result === null ? null : minimising.undone ? false : again ? true : null,
  };
}
