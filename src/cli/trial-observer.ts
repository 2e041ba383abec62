import { shortHash } from "../event/short-hash.ts";
import type { BuildProgress } from "../kernel/kernel.ts";
import { paint } from "../report/index.ts";
import { plainLine } from "../syzbot/plain-line.ts";
import type { TrialEvent, TriedRun } from "../trial/try-commit.ts";
import type { Wanted } from "../trial/wanted.ts";
import { BottomLines } from "./bottom-lines.ts";
import { canShowWindow } from "./live-window.ts";
import { trialLines } from "./trial-window.ts";
import { buildLine, runLine, wantedText } from "./trial-words.ts";

/** Milliseconds between two looks at the clock: what has changed by then is drawn. */
const tick = 250;
/** How long nothing is said before it is told that all is well. */
const silence = 60_000;

/** What is tested, for people. */
export interface TrialTold {
  readonly commit: string;
  readonly subject: string;
  /** How the commit came to be the one. */
  readonly named: string;
  readonly runs: number;
  readonly wanted: Wanted;
}

/** Somebody who is told what happens in a test. */
export interface TrialObserver {
  event(event: TrialEvent): void;
  end(): void;
}

/** Progress on standard error: a live window on a terminal, plain lines elsewhere, nothing if quiet. */
export function trialObserver(quiet: boolean, told: TrialTold): TrialObserver {
  if (quiet) return { event() {}, end() {} };
  return canShowWindow(process.stderr, process.env) ? windowed(told) : plain(told);
}

function beginning({ commit, subject, named, wanted }: TrialTold): string[] {
  return [
    `testing ${shortHash(commit)} ${plainLine(subject)} (${plainLine(named)})`,
    `the bug: ${wantedText(wanted)}`,
  ];
}

/** The line that an event is worth; null for what only a window shows. */
function lineOf(event: TrialEvent, { runs }: TrialTold): string | null {
  switch (event.kind) {
    case "build-finished":
      return buildLine(event.build);
    case "run-finished":
      return runLine(event.run, runs);
    case "build-started":
    case "compiled":
    case "run-started":
      return null;
    default:
      return event satisfies never;
  }
}

function plain(told: TrialTold): TrialObserver {
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  for (const line of beginning(told)) say(line);
  const heartbeat = setInterval(() => say("still at work"), silence).unref();
  return {
    event(event) {
      const line = lineOf(event, told);
      if (line === null) return;
      say(line);
      heartbeat.refresh();
    },
    end: () => clearInterval(heartbeat),
  };
}

function windowed(told: TrialTold): TrialObserver {
  const since = Date.now();
  const finished: TriedRun[] = [];
  const running = new Map<number, number>();
  let build: { since: number; progress: BuildProgress | null } | null = null;
  const bottom = new BottomLines(
    process.stderr,
    (size) => trialLines({ ...told, since, now: Date.now(), build, running, finished }, size),
    (text) => paint(text, process.stderr),
  );
  for (const line of beginning(told)) bottom.log(line);
  const clock = setInterval(() => bottom.change(), tick).unref();
  return {
    event(event) {
      switch (event.kind) {
        case "build-started":
          build = { since: Date.now(), progress: null };
          break;
        case "compiled":
          if (build !== null) build.progress = event.progress;
          break;
        case "build-finished":
          build = null;
          break;
        case "run-started":
          running.set(event.n, Date.now());
          break;
        case "run-finished":
          running.delete(event.run.n);
          finished.push(event.run);
          break;
        default:
          event satisfies never;
      }
      const line = lineOf(event, told);
      if (line !== null) bottom.log(line);
      bottom.change();
    },
    end() {
      clearInterval(clock);
      bottom.end();
    },
  };
}
