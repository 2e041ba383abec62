import type { BisectionEvent } from "../event/index.ts";
import { shortHash } from "../event/short-hash.ts";
import { plainLine, summaryOf } from "../syzbot/index.ts";
import { columns } from "./columns.ts";
import { evidenceIn } from "./evidence.ts";
import { countText, verdictText } from "./words.ts";

/**
 * What each commit's verdict rests on: its runs, the kernel that they were of and what built it, and the command that
 * repeats it. Lines that end with LF; an empty text where nothing was tested.
 */
export function evidenceTable(events: readonly BisectionEvent[]): string {
  const summary = summaryOf(events);
  const rows = evidenceIn(events).map((row) => [
    shortHash(row.commit),
    verdictText(summary, row.verdict),
    countText(row.crashed, row.crashed + row.clean),
    row.signature === null ? "no kernel" : shortHash(row.signature),
    plainLine(row.compiler ?? ""),
    row.command ?? "",
  ]);
  if (rows.length === 0) return "";
  const head = ["commit", "is", "crashed", "signature", "compiler", "to repeat it"];
  return ["evidence", ...columns([head, ...rows]).map((line) => `  ${line}`)]
    .map((line) => `${line}\n`)
    .join("");
}
