import type { EventOf } from "../event/index.ts";
import { shortHash } from "../event/short-hash.ts";
import { plainLine, type Summary } from "../syzbot/index.ts";
import { commitText, plural } from "./words.ts";

/** A kernel that has what its commit has not: `7f25f0412c9e with 0123456789ab reverted`. */
function changedText(
  commit: string,
  { how, of }: NonNullable<EventOf<"kernel-planned">["change"]>,
): string {
  const did = { revert: "reverted", apply: "applied", merge: "merged" }[how];
  return `${shortHash(commit)} with ${shortHash(of)} ${did}`;
}

/** What is told of the proof of a culprit while it goes on: a line each. */
export function proofLines(
  summary: Summary,
  event:
    | EventOf<"kernel-planned">
    | EventOf<"change-tried">
    | EventOf<"deeper-begun">
    | EventOf<"deeper-answered">
    | EventOf<"deeper-ended">
    | EventOf<"range-entered">,
): string[] {
  switch (event.kind) {
    case "kernel-planned":
      if (event.change === undefined) return [];
      return [`check: ${event.kernel} is ${changedText(event.commit, event.change)}`];
    case "change-tried":
      if (event.result === "applies") return [];
      return [
        `check: there is no ${changedText(event.commit, event.change)}: ${plainLine(event.why ?? "")}`,
      ];
    case "deeper-begun":
      return [
        `${commitText(summary, event.culprit)}: ${plainLine(event.why)}, ${plural(event.runs, "run")} each`,
      ];
    case "deeper-answered":
      return [`${shortHash(event.commit)}: ${plainLine(event.why)}${countsOf(event)}`];
    case "deeper-ended":
      return [deeperText(summary, event)];
    case "range-entered":
      return [`${commitText(summary, event.merge)}: ${plainLine(event.why)}`];
    default:
      return event satisfies never;
  }
}

/** What was found behind a culprit, or inside a merge, in a line. */
export function deeperText(
  summary: Summary,
  { search, result, commits, why }: NonNullable<EventOf<"concluded">["deeper"]>,
): string {
  const shown = commits.slice(0, 4).map((hash) => commitText(summary, hash));
  const more = commits.length > shown.length ? ` and ${commits.length - shown.length} more` : "";
  const named = `${shown.join("; ")}${more}`;
  const place = search === "behind" ? "behind it" : "inside the merge";
  switch (result) {
    case "found":
      return `${place}: ${named}: ${plainLine(why)}`;
    case "several":
      return `${place}, any of: ${named}: ${plainLine(why)}`;
    case "older":
    case "own":
      return `${place}: ${plainLine(why)}`;
    case "given-up":
      return `${place}, not told: ${plainLine(why)}${named === "" ? "" : `; it is one of ${named}`}`;
    default:
      return result satisfies never;
  }
}

function countsOf({ crashed, clean }: EventOf<"deeper-answered">): string {
  return crashed + clean === 0 ? "" : `, ${crashed}/${crashed + clean}`;
}
