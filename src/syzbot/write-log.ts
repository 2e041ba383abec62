import type { BisectionEvent, LogDialect } from "../event/index.ts";
import { readSyzbotLog } from "./read/read-log.ts";
import { summaryOf } from "./summary.ts";
import { writeTranscript } from "./transcript/write-transcript.ts";
import { fixBackgroundOf } from "./translate/fix-2026.ts";
import { gitLogAsSyzbot } from "./translate/from-git.ts";
import { note, renumbered } from "./translate/renumbered.ts";
import { type Background, to2026 } from "./translate/to-2026.ts";
import { writeLog2022 } from "./write-2022.ts";

const dialectOf2022: LogDialect = "2021-07";
const dialectOf2026: LogDialect = "2026-01";

/**
 * Dialects that can be asked for; `own` is that in which a log was read, for one of ours that of its
 * policy, and else that of 2022.
 */
export type AskedDialect = "own" | "2022" | "2026";

/**
 * The log in syzbot's form of a bisection of ours, or of a log that was read (`events` begin with
 * `log-read`), from the events alone. In its own dialect a log of syzbot's comes out as it was, byte
 * for byte; in another with the sentences which that one has.
 */
export function writeLog(events: readonly BisectionEvent[], asked: AskedDialect): string {
  const [head] = events;
  if (head?.kind !== "log-read") {
    const own2026 = head?.kind === "started" && head.policy === "syzbot-2026";
    return asked === "2026" || (asked === "own" && own2026)
      ? ours2026(events)
      : writeLog2022(events);
  }
  if (head.form === "git") {
    const wanted = asked === "2026" ? dialectOf2026 : dialectOf2022;
    return writeTranscript(gitLogAsSyzbot(events, head, wanted), wanted);
  }
  const own = head.dialect ?? dialectOf2022;
  if (asked === "2022") return writeTranscript(to2022(events), dialectOf2022);
  if (asked === "own" || own === dialectOf2026) return writeTranscript(events, own);
  return writeTranscript(to2026(events, nothingMore), dialectOf2026);
}

const nothingMore: Background = {
  begun: null,
  releases: null,
  error: null,
  remarks: new Map(),
  minimising: null,
  fix: null,
};

/**
 * What a bisection of ours is in syzbot's words is decided in one place, the dialect of 2022; that of
 * 2026 is a translation of it, with what only the events know.
 */
function ours2026(events: readonly BisectionEvent[]): string {
  const log = writeLog2022(events);
  if (log === "") return "";
  return writeTranscript(to2026(readSyzbotLog(log), backgroundOf(events)), dialectOf2026);
}

function backgroundOf(events: readonly BisectionEvent[]): Background {
  const started = events.find((event) => event.kind === "started");
  const listed = events.find((event) => event.kind === "releases-listed");
  const concluded = events.findLast((event) => event.kind === "concluded");
  const confidence = concluded?.confidence ?? null;
  return {
    begun:
      started === undefined
        ? null
        : {
            host: started.host.name,
            at: started.at.replace(/(?:\.0*)?Z$/, "+0000").replace("Z", "+0000"),
            zone: "UTC",
            // Go's clock of the process, which has just been started.
            uptime: "0.000000000",
          },
    releases:
      listed === undefined ? null : { tags: listed.releases.map(({ tag }) => tag), of: listed.of },
    error: confidence === null ? null : 1 - confidence,
    remarks: remarksOf(events),
    minimising: summaryOf(events).minimising,
    fix: fixBackgroundOf(events),
  };
}

/** What answers carry besides their verdicts, as sentences, by kernel. */
function remarksOf(events: readonly BisectionEvent[]): Background["remarks"] {
  const answers = events.flatMap((event) => (event.kind === "probe-answered" ? event.answers : []));
  return new Map(
    answers.map(({ kernel, crashed, clean, wanted, missable }) => [
      kernel,
      [
        ...(wanted === undefined
          ? []
          : [
              note("unclear", {
                good: clean,
                wanted: wanted.clean,
                needed: wanted.telling,
                got: clean + crashed,
              }),
            ]),
        ...(missable === undefined ? [] : [note("false-negative", { chance: missable })]),
      ],
    ]),
  );
}

/** Sentences of 2026 that 2022 has in other words; those that it does not have are not written. */
function to2022(events: readonly BisectionEvent[]): BisectionEvent[] {
  return renumbered(
    events.map((event) => {
      if (event.kind !== "noted") return event;
      if (event.note === "flaky-chance") return { ...event, note: "flaky" as const, facts: {} };
      return event.note === "config-sizes-left"
        ? { ...event, note: "config-sizes" as const }
        : event;
    }),
  );
}
