import type { BisectionEvent } from "../event/index.ts";
import { type Level, Progress } from "../report/index.ts";

/** The lines that the events of a session are worth. */
export interface ToldLines {
  readonly progress: Progress;
  /** Says what `event` is worth; true if that is anything. */
  tell(event: BisectionEvent): boolean;
}

/** Gives `say` the lines of a session that goes on after the events `earlier`. */
export function toldLines(
  level: Level,
  earlier: readonly BisectionEvent[],
  say: (line: string) => void,
): ToldLines {
  const progress = new Progress(level);
  for (const event of earlier.slice(0, -1)) progress.follow(event);
  // The newest of them tells that this session has begun.
  for (const event of earlier.slice(-1)) for (const line of progress.linesOf(event)) say(line);
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
