import { plainLine } from "../syzbot/index.ts";
import type { Accuracy, Share, StatedShare } from "./accuracy.ts";
import { columns } from "./columns.ts";
import { roundedDown } from "./confidence.ts";
import { countText, plural } from "./words.ts";

/**
 * What `firstbad accuracy` prints: how many of the judged answers are right, by the type of the crash and by
 * what they said of themselves. Lines that end with LF, without colour.
 */
export function accuracyText({ concluded, all, byType, byConfidence }: Accuracy): string {
  if (all === null) {
    const none = `none of ${plural(concluded, "concluded bisection")} is judged`;
    return `${none}: say which are with \`firstbad judge ID right|wrong|COMMIT\`\n`;
  }
  const judged = `${all.of} of ${plural(concluded, "concluded bisection")} ${all.of === 1 ? "is" : "are"} judged`;
  const parts = [
    [judged, ...columns([["right", ...cellsOf(all)]])],
    ["by the crash", ...rows(byType, () => [])],
    byConfidence.length === 0
      ? []
      : ["by the confidence that they state", ...rows(byConfidence, statedCells)],
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(""))
    .join("\n");
}

function rows<S extends Share>(shares: readonly S[], more: (share: S) => string[]): string[] {
  return columns(
    shares.map((share) => [plainLine(share.name), ...cellsOf(share), ...more(share)]),
  ).map((line) => `  ${line}`);
}

function cellsOf({ right, of, low, high }: Share): string[] {
  return [countText(right, of), `between ${percent(low)} and ${percent(high)}`];
}

/** What is stated, and whether as many are right as that promises, as far as so few can tell. */
function statedCells({ stated, low, high }: StatedShare): string[] {
  const fits = stated > high ? "fewer are right" : stated < low ? "more are right" : "fits";
  return [`stated ${roundedDown(stated)}`, fits];
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
