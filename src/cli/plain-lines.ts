import type { BisectionEvent } from "../event/index.ts";
import { type Level, Progress } from "../report/index.ts";
import type { Observer } from "./observer.ts";

/** How long nothing is said before it is told that all is well. */
const silence = 60_000;

/** Plain lines on standard error, one an event and a heartbeat each minute. */
export function plainLines(level: Level, earlier: readonly BisectionEvent[]): Observer {
  const progress = new Progress(level);
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  for (const event of earlier.slice(0, -1)) progress.follow(event);
  // The newest of them tells that this session has begun.
  for (const event of earlier.slice(-1)) for (const line of progress.linesOf(event)) say(line);
  const heartbeat = setInterval(() => {
    if (level !== "quiet") say(progress.heartbeat(Date.now()));
  }, silence);
  heartbeat.unref();
  return {
    event(event) {
      const lines = progress.linesOf(event);
      // The conclusion is the result, which goes to standard output.
      if (event.kind === "concluded") return;
      for (const line of lines) say(line);
      if (lines.length > 0) heartbeat.refresh();
    },
    note: say,
    end: () => clearInterval(heartbeat),
  };
}
