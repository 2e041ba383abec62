import { createHash } from "node:crypto";
import {
  type BisectionEvent,
  type EventBody,
  type EventOf,
  kernelIdOf,
} from "../../event/index.ts";
import { withTimes } from "../read/timing.ts";
import { readSaying } from "../sentences.ts";
import { commandOf, type Start, startOf } from "./ends.ts";
import { shellWords } from "./shell-words.ts";

const command = /^git[ -]bisect ([a-z][a-z0-9-]{0,63})(?: |$)/;

/** True for a text that begins as what `git bisect log` prints. */
export function isGitLog(text: string): boolean {
  return text
    .split("\n", 8)
    .some((line) => command.test(line) || readSaying(line)?.name === "marked");
}

/** What has been read. */
interface Reading {
  readonly bodies: EventBody[];
  start: Start;
  /** Commits of the comments since the last command, for commands that have names of commits. */
  marks: string[];
  /** Whether a commit with, and one without the change was named. */
  readonly named: { after: string | null; before: boolean };
  concluded: EventOf<"concluded"> | null;
}

/**
 * The events of what `git bisect log` prints. Lines that git does not write become
 * `line-unrecognised`. Nothing was built or run as far as this log tells, and it has no times.
 */
export function readGitLog(
  text: string,
  encoding: "utf-8" | "latin-1" = "utf-8",
): BisectionEvent[] {
  const lines = text.split("\n");
  const ended = lines.at(-1) === "";
  if (ended) lines.pop();
  const reading: Reading = {
    bodies: [],
    start: startOf([]),
    marks: [],
    named: { after: null, before: false },
    concluded: null,
  };
  for (const [index, line] of lines.entries()) {
    const known = readCommand(reading, line) || readComment(reading, line);
    if (!known) reading.bodies.push({ kind: "line-unrecognised", line: index + 1, text: line });
  }
  if (reading.concluded !== null) reading.bodies.push(reading.concluded);
  const crashes = reading.named.after ?? "";
  const head: EventBody = {
    kind: "log-read",
    id: `log-${createHash("sha256").update(text).digest("hex").slice(0, 12)}`,
    form: "git",
    dialect: null,
    encoding,
    ended,
    find: reading.start.terms.after === "fixed" ? "fix" : "cause",
    crashes: { hash: crashes, name: crashes, subject: "" },
    begun: null,
  };
  return withTimes([head, ...reading.bodies], 0);
}

function readCommand(reading: Reading, line: string): boolean {
  const term = command.exec(line)?.[1];
  if (term === undefined) return false;
  const words = shellWords(line.slice("git bisect ".length + term.length));
  if (words === null) return false;
  if (term === "start") {
    const start = startOf(words);
    reading.start = start;
    for (const [n, commit] of reading.marks.entries()) {
      answer(reading, n === 0 ? "after" : "before", commit);
    }
    reading.named.after ??= start.after;
    reading.named.before ||= start.before.length > 0;
    reading.marks = [];
    reading.bodies.push({ kind: "git-told", command: "start", term, arguments: words });
    return true;
  }
  const told = commandOf(term, reading.start.terms);
  if (told === null) return false;
  reading.marks = [];
  for (const commit of words) answer(reading, told, commit);
  reading.bodies.push({ kind: "git-told", command: told, term, arguments: words });
  return true;
}

/** What a term says about a commit; the first of each side are the ends. */
function answer(reading: Reading, told: "before" | "after" | "skip", commit: string): void {
  if (!/^[0-9a-f]{40}$/.test(commit)) return;
  const { named } = reading;
  const end = told === "after" ? named.after === null : told === "before" && !named.before;
  const stage = !end ? "search" : told === "after" ? "reproduce" : "clean-end";
  if (told === "after") named.after ??= commit;
  if (told === "before") named.before = true;
  const kernel = kernelIdOf(commit);
  const verdict = told === "skip" ? "untestable" : told;
  const probe = { kernel, commit, runs: 0 };
  const counts = { crashed: 0, clean: 0, foreign: 0, missing: 0 };
  reading.bodies.push(
    { kind: "probe-chosen", stage, probes: [probe], label: null, why: "", left: null },
    { kind: "probe-answered", stage, answers: [{ kernel, commit, verdict, ...counts }] },
  );
}

/** git's comments; the result is told in some of them, and several make one conclusion. */
function readComment(reading: Reading, line: string): boolean {
  const saying = line.startsWith("# ") ? readSaying(line) : null;
  if (saying === null) return false;
  const { name, facts } = saying;
  reading.bodies.push({ kind: "git-said", said: name, facts });
  const commit = typeof facts.commit === "string" ? facts.commit : null;
  if (name === "marked" && commit !== null) reading.marks.push(commit);
  const none = { kind: "concluded", culprit: null, confidence: null, why: "" } as const;
  if (name === "first-comment") {
    const subject = String(facts.subject);
    reading.concluded = { ...none, end: "found", culprit: commit, subject, candidates: [] };
  } else if (name === "only-skipped-comment") {
    reading.concluded = { ...none, end: "ties", candidates: [] };
  } else if (name === "possible-comment" && commit !== null) {
    reading.concluded?.candidates.push(commit);
  }
  return true;
}
