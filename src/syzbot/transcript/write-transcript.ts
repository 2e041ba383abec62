import type { BisectionEvent, EventOf } from "../../event/index.ts";
import { type Dialect, dialectOf } from "../dialect.ts";
import { hasNote, printNote, printSaying } from "../sentences.ts";
import { buildLines, commitLine } from "./build-lines.ts";
import { describedLines } from "./described-lines.ts";
import { beginningLines, endLines } from "./frame-lines.ts";
import { runLines } from "./run-lines.ts";

/** What later lines depend on. */
interface Transcript {
  readonly dialect: Dialect;
  readonly head: EventOf<"log-read">;
  /** The newest compiler of each kernel, for a dialect that names it before the build. */
  readonly compilers: ReadonlyMap<string, string>;
  /** Commits of kernels, by kernel. */
  readonly commits: Map<string, string>;
  /** Runs that are not written yet: only when all are known do they become lines. */
  runs: EventOf<"run-finished">[];
}

/**
 * The text of a log that was read, in `name`'s dialect, from its events alone. In the dialect in which
 * it was read it is the same text; in another, sentences that it does not have are left out.
 * `events` begin with `log-read`; control characters are kept as they were.
 */
export function writeTranscript(events: readonly BisectionEvent[], name: Dialect["name"]): string {
  const [head] = events;
  if (head?.kind !== "log-read") return "";
  const transcript: Transcript = {
    dialect: dialectOf(name),
    head,
    compilers: new Map(
      events.flatMap((event) =>
        (event.kind === "kernel-built" || event.kind === "build-failed") && event.compiler !== null
          ? [[event.kernel, event.compiler]]
          : [],
      ),
    ),
    commits: new Map(),
    runs: [],
  };
  const lines = events.flatMap((event) => [
    ...pendingLines(transcript, event),
    ...linesOf(transcript, event),
  ]);
  lines.push(...pendingLines(transcript, null));
  const text = lines.join("\n");
  return head.ended && lines.length > 0 ? `${text}\n` : text;
}

/** What has to be written before `event`: the runs of a test that is over. */
function pendingLines(transcript: Transcript, event: BisectionEvent | null): string[] {
  const lines: string[] = [];
  if (transcript.runs.length > 0 && event?.kind !== "run-finished") {
    lines.push(...runLines(transcript.runs, transcript.dialect));
    transcript.runs = [];
  }
  return lines;
}

function linesOf(transcript: Transcript, event: BisectionEvent): string[] {
  const { dialect, head } = transcript;
  switch (event.kind) {
    case "log-read":
      return beginningLines(event, dialect);
    case "noted":
      return noteLines(event, dialect);
    case "build-started": {
      const compiler = event.compiler ?? transcript.compilers.get(event.kernel) ?? "";
      const commit = event.commit ?? "";
      transcript.commits.set(event.kernel, commit);
      return [commitLine(commit, compiler, dialect)];
    }
    case "kernel-built":
    case "build-failed":
      return buildLines(event, transcript.commits.get(event.kernel) ?? "", dialect);
    case "probe-chosen":
      for (const { kernel, commit } of event.probes) transcript.commits.set(kernel, commit);
      return [];
    case "run-finished":
      transcript.runs.push(event);
      return [];
    case "git-told":
      if (event.command === "terms") return [];
      return [`# git bisect ${[event.term, ...event.arguments].join(" ")}`];
    case "git-said":
      if (event.said === "end") return dialect.gitGap ? [""] : [];
      return [printSaying(event.said, event.facts)];
    case "commit-described":
      return describedLines(event, dialect);
    case "effort-reported":
    case "concluded":
    case "stopped":
    case "crash-symbolized":
      return endLines(event, head.find, dialect);
    case "line-unrecognised":
      return [event.text];
    default:
      // What follows from the other events: probes, answers, the bug.
      return [];
  }
}

function noteLines({ note, facts }: EventOf<"noted">, dialect: Dialect): string[] {
  if (!hasNote(dialect.name, note)) return [];
  const gap =
    note === "reproducing" ||
    note === "reidentified" ||
    (note === "config-already-minimal" && dialect.name < "2026-01");
  return [printNote(note, facts), ...(gap ? [""] : [])];
}
