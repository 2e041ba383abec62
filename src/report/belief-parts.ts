import { plainLine, type Summary } from "../syzbot/index.ts";
import { surenessLines } from "./sureness-lines.ts";
import { prospectTexts, suspectLines } from "./suspect-lines.ts";
import type { ToldSuspicion } from "./suspicion.ts";
import type { TextPart } from "./text-parts.ts";
import { commitText, plural, stageText } from "./words.ts";
import { wrapped } from "./wrap.ts";

/** What the prior goes by. */
export function priorLines({ prior }: Summary, cells: number): readonly string[] {
  return (prior?.lines ?? []).flatMap((line) => wrapped(plainLine(line), "  ", cells));
}

/** The likeliest commits; nothing where no belief is gone by. */
export function whoPart(
  summary: Summary,
  suspicion: ToldSuspicion | null,
  cells: number,
): TextPart {
  if (suspicion === null) return [null, []];
  const count = plural(suspicion.candidates, "commit");
  const title = `who is suspected: 99 % of the belief is on ${count}`;
  return [title, suspectLines(summary, suspicion, cells)];
}

/** What is under test, why, and what that tells. */
export function nowLines(
  summary: Summary,
  suspicion: ToldSuspicion | null,
  cells: number,
): readonly string[] {
  const { probe, concluded } = summary;
  if (probe === null || concluded !== null) return [];
  const what = probe.probes.map(({ commit }) => commitText(summary, commit)).join(", ");
  const label = probe.label === probe.probes[0]?.commit ? null : probe.label;
  return [
    ...wrapped(`${stageText(summary, probe.stage, label)}: ${what}`, "  ", cells),
    ...wrapped(`why: ${plainLine(probe.why)}`, "    ", cells),
    ...prospectLines(suspicion, cells),
  ];
}

/** How many suspects tests leave, either way. */
export function prospectLines(suspicion: ToldSuspicion | null, cells: number): readonly string[] {
  if (suspicion === null) return [];
  return prospectTexts(suspicion).flatMap((text) => wrapped(text, "  ", cells));
}

/** What the stated confidence consists of. */
export function confidenceLines(
  { concluded }: Summary,
  suspicion: ToldSuspicion | null,
  cells: number,
): readonly string[] {
  if (concluded === null || suspicion === null) return [];
  return surenessLines(concluded, suspicion, cells);
}
