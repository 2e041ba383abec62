import { shortHash } from "../event/short-hash.ts";
import type { RepairSummary, Summary } from "../syzbot/index.ts";
import { tryText } from "./minimise.ts";
import { soughtText } from "./repairs.ts";
import { commitText, plural, stageText } from "./words.ts";

/** Files that a build has compiled; `of` is null where nobody knows how many there are. */
export interface Compiled {
  readonly done: number;
  readonly of: number | null;
}

/** How far a build is, the longest text first. */
export function compilingTexts(progress: Compiled | undefined): string[] {
  if (progress === undefined) return ["preparing"];
  const { done, of } = progress;
  if (of === null) return [`compiling ${plural(done, "file")}`, plural(done, "file")];
  return [`compiling ${done}/${of} files`, `${done}/${of} files`, `${done}/${of}`];
}

/** What is tested now, or what else is done. */
export function testedText(summary: Summary): string {
  const { probe, added, concluded, stopped, minimising } = summary;
  if (concluded !== null || stopped !== null) return "ending";
  if (minimising?.open) return `configuration: ${tryText(summary)}`;
  const repair = summary.repairs.at(-1);
  if (probe === null && repair !== undefined && repair.ended === null) return repairLine(repair);
  const [again] = added.values();
  if (probe === null && again !== undefined)
    return `running ${commitText(summary, again.commit)} again`;
  if (probe === null) return "choosing what to test next";
  const [first, ...others] = probe.probes;
  const what = [
    ...(first === undefined ? [] : [commitText(summary, first.commit)]),
    ...others.map(({ commit }) => shortHash(commit)),
  ];
  const label = probe.label === first?.commit ? null : probe.label;
  return `${stageText(summary, probe.stage, label)}: testing ${what.join(", ")}`;
}

function repairLine({ begun, trying }: RepairSummary): string {
  const what = `${soughtText(begun)} is searched`;
  if (trying === null) return `${what}: ${shortHash(begun.commit)} lacks it`;
  return `${what}: testing ${shortHash(trying.tried)}, ${plural(trying.left, "commit")} may be it`;
}
