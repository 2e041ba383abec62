import { createHash } from "node:crypto";
import type { BisectionEvent, EventBody, LogDialect } from "../../event/index.ts";
import { dialectWith } from "../dialect.ts";
import { hasNote } from "../sentences.ts";
import { Cursor } from "./cursor.ts";
import { Draft } from "./draft.ts";
import { readEnding } from "./ending.ts";
import { readGit } from "./git.ts";
import { type RunCounts, runCountsOf } from "./runs.ts";
import { isTestDue, readEnvironment, readSentence } from "./sentence.ts";
import { lines, match, textOf } from "./structure.ts";
import { readFailedBuild, readTest } from "./test.ts";
import { withTimes } from "./timing.ts";

/** True for a text that begins as syzbot's logs do. */
export function isSyzbotLog(text: string): boolean {
  const [one = "", two = ""] = text.split("\n", 2);
  return [one, two].some((line) => startOf(line) !== null);
}

/**
 * The events of a log of syzbot's in any dialect. A line that no dialect has at its place becomes a
 * `line-unrecognised`, and reading goes on behind it: every text is read to its end, in a time that
 * grows with its length. Throws `log-not-readable` for one of far more events than a bisection makes.
 *
 * Verdicts of tests that git was not told of follow from their runs; how many runs `all runs:` is
 * about, from the log's other tests. Times are made up: see {@link withTimes}.
 */
export function readSyzbotLog(
  text: string,
  encoding: "utf-8" | "latin-1" = "utf-8",
): BisectionEvent[] {
  const all = text.split("\n");
  const ended = all.at(-1) === "";
  if (ended) all.pop();
  const cursor = new Cursor(all);
  const draft = new Draft();
  const counts = runCountsOf(all);
  readHeader(cursor, draft);
  while (cursor.peek() !== null) readPart(cursor, draft, counts);
  draft.answer(null);
  const begun = draft.begun;
  const dialect = dialectWith(draft.traits, (name) => objections(draft, name));
  const head: EventBody = {
    kind: "log-read",
    id: `log-${createHash("sha256").update(text).digest("hex").slice(0, 12)}`,
    form: "syzbot",
    dialect: dialect.name,
    encoding,
    ended,
    find: draft.find,
    crashes: { hash: draft.crashes, name: draft.crashes, subject: "" },
    begun,
  };
  const time = begun === null ? 0 : Date.parse(begun.at.replace(/(\.\d{3})\d*/, "$1"));
  return withTimes([head, ...draft.finish(dialect.gitGap)], Number.isNaN(time) ? 0 : time);
}

/** What speaks against `dialect`: sentences that it does not have, and a date before its first month. */
function objections({ bodies, begun }: Draft, dialect: LogDialect): number {
  const notes = new Set(bodies.flatMap((body) => (body.kind === "noted" ? [body.note] : [])));
  const strange = [...notes].filter((note) => !hasNote(dialect, note)).length;
  return strange + (begun !== null && begun.at < dialect ? 1 : 0);
}

function readHeader(cursor: Cursor, draft: Draft): void {
  const begins = match(lines.begins, cursor.peek());
  if (begins !== null && startOf(cursor.peek(1) ?? "") !== null) {
    cursor.take();
    const [host, date, clock, offset, zone, uptime] = [
      "host",
      "date",
      "clock",
      "offset",
      "zone",
      "uptime",
    ].map((name) => textOf(begins, name));
    draft.begun = {
      host: host ?? "",
      at: `${date}T${clock}${offset}`,
      zone: zone ?? "",
      uptime: uptime ?? "",
    };
    draft.traits.beginning = true;
  }
  const start = startOf(cursor.peek() ?? "");
  if (start === null) return;
  cursor.take();
  draft.traits.beginning ??= false;
  draft.find = start.find;
  draft.crashes = start.commit;
  draft.traits.verb = start.verb;
}

function startOf(line: string): {
  readonly find: "cause" | "fix";
  readonly verb: "searching" | "bisecting";
  readonly commit: string;
} | null {
  const forms = [
    ["cause", "bisecting", lines.cause],
    ["fix", "bisecting", lines.fix],
    ["cause", "searching", lines.guilty],
    ["fix", "searching", lines.fixing],
  ] as const;
  for (const [find, verb, form] of forms) {
    const facts = match(form, line);
    if (facts !== null) return { find, verb, commit: textOf(facts, "commit") };
  }
  return null;
}

function readPart(cursor: Cursor, draft: Draft, counts: RunCounts): void {
  const last = draft.bodies.at(-1);
  const parent = last?.kind === "noted" && last.note === "parent-untested";
  const known =
    readEnding(cursor, draft) ||
    readTest(cursor, draft, counts, parent) ||
    readFailedBuild(cursor, draft) ||
    readGit(cursor, draft) ||
    readSentence(cursor, draft) ||
    (isTestDue(last) && readEnvironment(cursor, draft));
  if (!known) draft.unrecognised(cursor.at, cursor.take());
}
