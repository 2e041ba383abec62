import type { EventOf } from "../../event/index.ts";
import type { Dialect } from "../dialect.ts";
import { goDuration } from "../go-duration.ts";
import { words } from "../grammar.ts";

type Find = EventOf<"log-read">["find"];

/** Who begins, where the dialect says it, and what. */
export function beginningLines(
  { find, crashes, begun }: EventOf<"log-read">,
  { verb, beginning }: Dialect,
): string[] {
  const what =
    verb === "bisecting"
      ? find === "cause"
        ? words.startCause
        : words.startFix
      : find === "cause"
        ? "searching for guilty commit starting from "
        : "searching for fixing commit since ";
  const start = crashes.hash === "" ? [] : [`${what}${crashes.hash}`];
  if (!beginning || begun === null) return start;
  const { host, at, zone, uptime } = begun;
  const time = /^(.*)T(.*)([+-]\d{4})$/.exec(at);
  if (time === null) return start;
  const [, date, clock, offset] = time;
  return [`${host} starts bisection ${date} ${clock} ${offset} ${zone} m=+${uptime}`, ...start];
}

/** What a log ends with: the effort, the result, the crash. */
export function endLines(
  event:
    | EventOf<"effort-reported">
    | EventOf<"concluded">
    | EventOf<"stopped">
    | EventOf<"crash-symbolized">,
  find: Find,
  dialect: Dialect,
): string[] {
  switch (event.kind) {
    case "effort-reported": {
      const [total, build, test] = [event.total, event.build, event.test].map(goDuration);
      return [
        `${words.trailer}${event.tested}, total time: ${total} (build: ${build}, test: ${test})`,
      ];
    }
    case "concluded":
      return resultLines(event, find === "cause" ? "bad" : "good", dialect);
    case "stopped":
      return [`${words.error}${event.message}`];
    case "crash-symbolized":
      return [`${words.crash}${event.title}`, event.report];
    default:
      return event satisfies never;
  }
}

function resultLines(
  { end, culprit, subject, candidates, why }: EventOf<"concluded">,
  side: "good" | "bad",
  dialect: Dialect,
): string[] {
  switch (end) {
    case "found":
    case "unconfirmed":
      return [
        `${words.first}${side} commit: ${culprit ?? ""}${subject === undefined ? "" : ` ${subject}`}`,
      ];
    case "ties":
    case "untestable":
      return [`${words.inconclusive}first ${side} commit could be any of:`, ...candidates];
    case "since-oldest":
      return [dialect.oldest];
    case "not-fixed-yet":
    case "merge-base-clean":
      return [dialect.unfixed];
    case "not-reproduced":
    case "clean-end-crashes":
    case "budget":
    case "minimised":
    case "surveyed":
      return [`${words.error}${why}`];
    default:
      return end satisfies never;
  }
}
