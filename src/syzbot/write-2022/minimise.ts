import type { EventOf } from "../../event/index.ts";
import { printNote } from "../sentences.ts";
import { kernelOf, type MinimisingSummary } from "../summary.ts";
import { testBlock } from "../test-block.ts";
import type { Log } from "./log.ts";

/** What is to be made smaller: options that are on in the baseline, in the whole, and in that alone. */
export function preparedLines({ full, base, candidates }: EventOf<"minimise-prepared">): string[] {
  const own = candidates.filter(({ inBase }) => inBase !== true).length;
  // Where only instrumentation is left out, the baseline is what would be without any.
  const smallest = base?.options ?? Math.max(0, full.options - candidates.length);
  return [printNote("config-sizes", { base: smallest, full: full.options, diff: own })];
}

/** Their halves are tried on top of the baseline; any part of the whole is one. */
export function chosenConfigLines({ summary }: Log, chosen: EventOf<"config-chosen">): string[] {
  if (chosen.step === "baseline" || summary.minimising === null) return [];
  const options = partOnTop(summary.minimising, chosen.without);
  return [printNote("config-half", { options })];
}

/** The test of a configuration, and whether it crashed. */
export function answeredConfigLines(
  { summary }: Log,
  { kernel, crashes }: EventOf<"config-answered">,
): string[] {
  const chosen = summary.minimising?.tried.at(-1);
  const { commit, build, runs } = kernelOf(summary, kernel);
  if (chosen === undefined || commit === null) return [];
  const crashed = chosen.step === "baseline" ? "config-base-crashes" : "config-half-crashed";
  return [...testBlock({ commit, build, runs }), ...(crashes ? [printNote(crashed, {})] : [])];
}

/** What came of it; nothing more is said where the baseline alone crashed. */
export function minimisedLines({ result, isBaseline, kept }: EventOf<"minimised">): string[] {
  if (result === null) return [printNote("config-full-only", {})];
  if (isBaseline) return [];
  return [printNote("config-result", { options: kept.map(shortName) })];
}

/** Names of the options on top of the baseline that stay where `without` goes, too. */
function partOnTop({ prepared, tried }: MinimisingSummary, without: readonly string[]): string[] {
  const gone = new Set([...without, ...tried.flatMap((one) => (one.crashes ? one.without : []))]);
  return prepared.candidates
    .filter(({ name, inBase }) => inBase !== true && !gone.has(name))
    .map(({ name }) => shortName(name));
}

/** A log names options without their prefix. */
function shortName(name: string): string {
  return name.slice("CONFIG_".length);
}
