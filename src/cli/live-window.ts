import type { WriteStream } from "node:tty";
import type { BisectionEvent } from "../event/index.ts";
import type { BuildProgress, Lab } from "../lab/lab.ts";
import { type Level, paint, windowLines } from "../report/index.ts";
import { addEvent, summaryOf } from "../syzbot/index.ts";
import { BottomLines } from "./bottom-lines.ts";
import type { Observer } from "./observer.ts";
import { toldLines } from "./told-lines.ts";

/** Milliseconds between two looks at the clock: what has changed by then is drawn. */
const tick = 250;

/**
 * Whether `stream` can show a live window: a terminal that moves its cursor, with a person before it.
 * Continuous integration may give a terminal; what it keeps is a file.
 */
export function canShowWindow(
  stream: { readonly isTTY?: boolean },
  { TERM, CI }: NodeJS.ProcessEnv,
): boolean {
  const unattended = CI !== undefined && !["", "0", "false"].includes(CI);
  return stream.isTTY === true && TERM !== "dumb" && !unattended;
}

/** What happens now at the bottom of `terminal`, with the plain lines above it, until the session ends. */
export function liveWindow(
  terminal: WriteStream,
  level: Level,
  earlier: readonly BisectionEvent[],
  slots: Lab["slots"],
): Observer {
  const summary = summaryOf(earlier);
  const compiled = new Map<string, BuildProgress>();
  const bottom = new BottomLines(
    terminal,
    (size) => windowLines({ summary, slots, compiled, now: Date.now() }, size),
    (text) => paint(text, terminal),
  );
  const told = toldLines(level, earlier, (line) => bottom.log(line));
  const clock = setInterval(() => bottom.change(), tick).unref();
  return {
    event(event) {
      addEvent(summary, event);
      if (event.kind === "build-started") compiled.delete(event.kernel);
      told.tell(event);
      bottom.change();
    },
    building(kernel, progress) {
      compiled.set(kernel, progress);
      bottom.change();
    },
    note: (text) => bottom.log(text),
    end() {
      clearInterval(clock);
      bottom.end();
    },
  };
}
