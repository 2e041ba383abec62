import type { BisectionEvent } from "../event/index.ts";
import type { Level } from "../report/index.ts";
import type { Observer } from "../session/observer.ts";
import { toldLines } from "./told-lines.ts";

/** How long nothing is said before it is told that all is well. */
const silence = 60_000;

/** Plain lines on standard error, one an event and a heartbeat each minute. */
export function plainLines(level: Level, earlier: readonly BisectionEvent[]): Observer {
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const told = toldLines(level, earlier, say);
  const heartbeat = setInterval(() => {
    if (level !== "quiet") say(told.progress.heartbeat(Date.now()));
  }, silence);
  heartbeat.unref();
  return {
    event(event) {
      if (told.tell(event)) heartbeat.refresh();
    },
    note: say,
    end: () => clearInterval(heartbeat),
  };
}
