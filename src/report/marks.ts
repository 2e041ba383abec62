import type { EventOf } from "../event/index.ts";
import type { FinishedRun } from "../syzbot/index.ts";

/** What of a run is looked at. */
type LookedAt = Pick<FinishedRun, "outcome" | "crashes">;

/** A row has room for so many; the counts beside them are whole. */
const mostMarks = 40;

/** What the marks mean, in the order of how often they are seen. */
export const legend = "✓ clean  × crashed  ! another crash  · says nothing";

/**
 * One mark a run, in the order in which they ended. Before the bug has a name, every crash counts as
 * it. The counts of an answer are what the search believed; a mark is how a run looks.
 */
export function runMarks(runs: readonly LookedAt[], bug: EventOf<"bug-identified"> | null): string {
  const marks = runs.slice(0, mostMarks).map((run) => signs[markOf(run, bug)]);
  return marks.join("") + (runs.length > mostMarks ? "…" : "");
}

const signs = { bug: "×", clean: "✓", foreign: "!", nothing: "·" } as const;

/** What a run says at a glance: the bug, no crash, another crash, or nothing. */
export function markOf(
  { outcome, crashes }: LookedAt,
  bug: EventOf<"bug-identified"> | null,
): keyof typeof signs {
  if (outcome === "clean") return "clean";
  if (outcome !== "crashed") return "nothing";
  return bug === null || crashes.some((crash) => isCrashOf(bug, crash)) ? "bug" : "foreign";
}

function isCrashOf(bug: EventOf<"bug-identified">, crash: FinishedRun["crashes"][number]): boolean {
  if (crash.expected !== undefined) return crash.expected;
  const sameKind = bug.kinds.some(
    ({ type, frame }) => frame !== null && type === crash.type && frame === crash.frame,
  );
  return bug.titles.includes(crash.title) || sameKind;
}
