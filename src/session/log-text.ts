import type { BisectionEvent } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { writeGitLog, writeLog } from "../syzbot/index.ts";

/** The forms in which a log can be had. */
export const logForms = ["git", "syzbot", "syzbot-2022", "syzbot-2026", "json"] as const;
export type LogForm = (typeof logForms)[number];

/** The log of `events` in the form that is asked for. Throws `log-without-range` where git would not have begun. */
export function logText(events: readonly BisectionEvent[], format: LogForm): string {
  switch (format) {
    case "json":
      return events.map((event) => `${JSON.stringify(event)}\n`).join("");
    case "syzbot":
      return writeLog(events, "own");
    case "syzbot-2022":
      return writeLog(events, "2022");
    case "syzbot-2026":
      return writeLog(events, "2026");
    case "git":
      return gitText(events);
    default:
      return format satisfies never;
  }
}

function gitText(events: readonly BisectionEvent[]): string {
  const text = writeGitLog(events);
  if (text !== "") return text;
  throw new Failure(
    "log-without-range",
    "git would not have begun: no commit without the bug is known",
    {
      hint: "`--format syzbot` shows what was tested until then",
    },
  );
}
