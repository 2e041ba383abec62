import type { BisectionEvent } from "../event/index.ts";
import { type Level, Progress } from "../report/index.ts";

/** The lines that the events of a session are worth. */
export interface ToldLines {
  readonly progress: Progress;
  /** Says what `event` is worth; true if that is anything. */
  tell(event: BisectionEvent): boolean;
}

/** What a session begins with beside the event that says so, before anything is done. */
const opening: ReadonlySet<BisectionEvent["kind"]> = new Set([
  "end-noted",
  "evidence-offered",
  "bounds-set",
  "presence-asked",
  "head-moved",
]);

/** How many of these events come before those that tell that a session has begun. */
function beforeSession(events: readonly BisectionEvent[]): number {
  const first = events.findLastIndex(({ kind }) => !opening.has(kind));
  const { kind } = events[first] ?? {};
  return kind === "started" || kind === "resumed" ? first : events.length - 1;
}

/** Gives `say` the lines of a session that goes on after the events `earlier`. */
export function toldLines(
  level: Level,
  earlier: readonly BisectionEvent[],
  say: (line: string) => void,
): ToldLines {
  const progress = new Progress(level);
  const before = Math.max(0, beforeSession(earlier));
  for (const event of earlier.slice(0, before)) progress.follow(event);
  for (const event of earlier.slice(before)) for (const line of progress.linesOf(event)) say(line);
  return {
    progress,
    tell(event) {
      const lines = progress.linesOf(event);
      // The conclusion is the result, which goes to standard output.
      if (event.kind === "concluded") return false;
      for (const line of lines) say(line);
      return lines.length > 0;
    },
  };
}
