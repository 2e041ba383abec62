import type { WriteStream } from "node:tty";
import type { BisectionEvent } from "../event/index.ts";
import type { BuildProgress, Lab } from "../lab/lab.ts";
import { type Level, paint, windowLines } from "../report/index.ts";
import type { Observer } from "../session/observer.ts";
import { addEvent, summaryOf } from "../syzbot/index.ts";
import { BottomLines } from "./bottom-lines.ts";
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

/** What a window shows beside the events. */
interface Around {
  readonly slots: Lab["slots"];
  /** The subject of a commit that no event describes; it may fail, and then the hash is shown alone. */
  subjectOf(commit: string, signal: AbortSignal): Promise<string>;
}

/** What happens now at the bottom of `terminal`, with the plain lines above it, until the session ends. */
export function liveWindow(
  terminal: WriteStream,
  level: Level,
  earlier: readonly BisectionEvent[],
  { slots, subjectOf }: Around,
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
  const over = new AbortController();
  const asked = new Set<string>();
  /** The likeliest commit may be one that was never tested. */
  const askForSubject = (commit: string): void => {
    if (asked.has(commit) || summary.commits.has(commit)) return;
    asked.add(commit);
    subjectOf(commit, over.signal).then(
      (subject) => {
        summary.subjects.set(commit, subject);
        bottom.change();
      },
      () => {},
    );
  };
  return {
    event(event) {
      addEvent(summary, event);
      if (event.kind === "build-started") compiled.delete(event.kernel);
      if (event.kind === "probe-chosen" && event.belief) askForSubject(event.belief.best.commit);
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
      over.abort();
      bottom.end();
    },
  };
}
