import { typeOf } from "../../crash/type.ts";
import type { EventOf } from "../../event/index.ts";
import { verdictWords } from "../grammar.ts";

/** How one run ended. */
export type Verdict = Pick<EventOf<"run-finished">, "outcome" | "crashes" | "missed">;

type MissedAt = NonNullable<Verdict["missed"]>["at"];

/** What else stands behind `run #N: `; what was missed, and where it failed. */
const missed: readonly (readonly [string, MissedAt])[] = [
  [verdictWords.bootFailed, "boot"],
  [verdictWords.basicTestFailed, "basic-test"],
  [verdictWords.failed, "setup"],
  [verdictWords.infrastructure, "infrastructure"],
  [verdictWords.ignored, "ignored"],
];

/** What `text`, which may have several lines, says of a run; null where no dialect says it so. */
export function readVerdict(text: string): Verdict | null {
  if (text === verdictWords.ok) return { outcome: "clean", crashes: [] };
  for (const words of [verdictWords.crashed, verdictWords.kernelCrashed]) {
    if (!text.startsWith(words)) continue;
    const title = text.slice(words.length);
    if (title === "") return null;
    return {
      outcome: "crashed",
      crashes: [{ title, type: typeOf(title), frame: null, stack: [] }],
    };
  }
  for (const [words, at] of missed) {
    if (!text.startsWith(words)) continue;
    return { outcome: "boot-failed", crashes: [], missed: { at, text: text.slice(words.length) } };
  }
  return null;
}

/** True for a verdict whose text may go on in further lines: other programs' messages. */
export function mayGoOn(text: string): boolean {
  return missed.some(([words]) => text.startsWith(words));
}
