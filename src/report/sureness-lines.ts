import type { EventOf } from "../event/index.ts";
import { plainLine } from "../syzbot/index.ts";
import { shareText } from "./belief.ts";
import { roundedDown } from "./confidence.ts";
import type { ToldSuspicion } from "./suspicion.ts";
import { wrapped } from "./wrap.ts";

type Concluded = EventOf<"concluded">;

/** A loss of confidence that is worth a word. */
const noticeable = 0.002;
/** Cells of a number in front of its meaning. */
const numberCells = 8;

/**
 * What a stated confidence consists of, a number a line, and what would raise it. Nothing where the
 * conclusion states none that was reckoned with probabilities.
 */
export function surenessLines(
  { confidence, posterior, table, culprit }: Concluded,
  { sureness, suspects }: ToldSuspicion,
  cells: number,
): string[] {
  if (confidence === null || posterior === undefined) return [];
  const { againstLookalikes, row } = sureness;
  const prior = suspects.find(({ commit }) => commit === culprit)?.prior;
  const suspected = prior === undefined ? "" : `; it had ${shareText(prior)}`;
  const lines: (readonly [number, string])[] = [
    [posterior, "of the belief is on it, after all runs and with what was known before them"],
  ];
  // Another version's table corrected it in a way that is not known here.
  if (table === sureness.table) {
    lines.push([
      againstLookalikes,
      `is left of that where another bug of the same look may begin at any commit; the more a commit was suspected before any run, the less that takes${suspected}`,
    ]);
    const share = shareText(row.stated);
    lines.push([
      confidence,
      `is stated: of ${row.bugs} simulated results of about ${roundedDown(row.posterior)}, ${share} were right (table ${plainLine(table)})`,
    ]);
  } else {
    const which = plainLine(table ?? "of that version");
    lines.push([confidence, `is stated, corrected by the table ${which}`]);
  }
  return [
    ...lines.flatMap(([value, text]) =>
      wrapped(text, `  ${roundedDown(value).padEnd(numberCells)}  `, cells),
    ),
    ...wrapped(`what would raise it: ${raiseText(confidence, sureness)}`, "  ", cells),
  ];
}

function raiseText(confidence: number, sureness: ToldSuspicion["sureness"]): string {
  const { posterior, againstLookalikes, most } = sureness;
  if (posterior - againstLookalikes > Math.max(noticeable, 1 - posterior)) {
    return "something that points at it: a crash report with source lines, or paths that you suspect";
  }
  if (confidence >= most - noticeable / 10) {
    return `nothing: no more than ${roundedDown(most)} is ever stated`;
  }
  return "more runs: begin again with a higher `--confidence`; what was built is in the cache";
}
