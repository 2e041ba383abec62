import type { BisectionEnd, EventOf } from "../../event/index.ts";
import { kernelIdOf, runIdOf } from "../../event/index.ts";
import { readNote } from "../sentences.ts";
import type { Cursor } from "./cursor.ts";
import type { Draft } from "./draft.ts";
import { lines, listOf, match, numberOf, textOf } from "./structure.ts";

/** Ends without a culprit: how their sentences begin in one dialect or another. */
const verdicts: readonly (readonly [BisectionEnd, string])[] = [
  ["since-oldest", "the crash already happened on the oldest tested release"],
  ["since-oldest", "oldest tested release already had the bug or it had kernel test errors"],
  ["not-fixed-yet", "the crash still happens on HEAD"],
  ["not-fixed-yet", "the crash is still unfixed"],
  ["not-fixed-yet", "crash still not fixed on HEAD or HEAD had kernel test errors"],
  ["not-fixed-yet", "crash still not fixed or there were kernel test errors"],
];

/** Errors that are an answer, by what is in them; every other one is trouble. */
const answers: readonly (readonly [BisectionEnd, string])[] = [
  ["not-reproduced", "the crash wasn't reproduced on the original commit"],
  ["budget", "bisection is taking too long"],
];

/** True, with everything behind it read, where the next line sums up what was done. */
export function readEnding(cursor: Cursor, draft: Draft): boolean {
  const trailer = match(lines.trailer, cursor.peek());
  if (trailer === null) return false;
  cursor.take();
  draft.answer(null);
  draft.add({
    kind: "effort-reported",
    tested: numberOf(trailer, "tested"),
    total: numberOf(trailer, "total"),
    build: numberOf(trailer, "build"),
    test: numberOf(trailer, "test"),
  });
  for (let line = cursor.peek(); line !== null; line = cursor.peek()) {
    const known = readError(cursor, draft) || readResult(cursor, draft) || readCrash(cursor, draft);
    if (!known) draft.unrecognised(cursor.at, cursor.take());
  }
  return true;
}

/** An error's message goes on to the end of the log. */
function readError(cursor: Cursor, draft: Draft): boolean {
  const error = match(lines.error, cursor.peek());
  if (error === null) return false;
  cursor.take();
  const why = [textOf(error, "why"), ...cursor.takeUntil(() => false)].join("\n");
  const end = answers.find(([, words]) => why.startsWith(words))?.[0];
  if (end === undefined)
    draft.add({ kind: "stopped", reason: "machine-infrastructure", message: why });
  else conclude(draft, end, { why });
  return true;
}

function readResult(cursor: Cursor, draft: Draft): boolean {
  return (
    readUnanswered(cursor, draft) ||
    readCandidates(cursor, draft) ||
    readCulprit(cursor, draft) ||
    readMessage(cursor, draft)
  );
}

function readUnanswered(cursor: Cursor, draft: Draft): boolean {
  const line = cursor.peek();
  const said = verdicts.find(([, words]) => words === line)?.[0];
  if (said === undefined) return false;
  const end = said === "not-fixed-yet" && isBaseClean(draft) ? "merge-base-clean" : said;
  const candidates = draft.lastCommit === null ? [] : [draft.lastCommit];
  const why = cursor.take();
  draft.traits[end === "since-oldest" ? "oldest" : "unfixed"] = why;
  conclude(draft, end, { candidates, why });
  return true;
}

/** One sentence stands for both; why there is no fix was said before. */
function isBaseClean({ bodies }: Draft): boolean {
  return bodies.some((body) => body.kind === "noted" && body.note === "merge-base-clean");
}

function readMessage(cursor: Cursor, draft: Draft): boolean {
  const note = readNote(cursor.peek() ?? "");
  if (note?.name !== "message") return false;
  cursor.take();
  draft.add({ kind: "noted", note: note.name, facts: note.facts });
  return true;
}

function readCandidates(cursor: Cursor, draft: Draft): boolean {
  const facts = match(lines.inconclusive, cursor.peek());
  if (facts === null || sideOf(draft) !== textOf(facts, "term")) return false;
  cursor.take();
  const candidates = cursor.takeUntil((line) => match(lines.hash, line) === null);
  conclude(draft, "ties", { candidates, why: "" });
  return true;
}

function readCulprit(cursor: Cursor, draft: Draft): boolean {
  const facts = match(lines.first, cursor.peek());
  if (facts === null || sideOf(draft) !== textOf(facts, "term")) return false;
  cursor.take();
  const culprit = textOf(facts, "commit");
  const named = facts.subject === undefined ? {} : { subject: textOf(facts, "subject") };
  conclude(draft, "found", { culprit, ...named, why: "" });
  const recipients = readRecipients(cursor, draft);
  if (recipients === null) return true;
  const unknown: EventOf<"commit-described"> = {
    kind: "commit-described",
    commit: culprit,
    parents: [],
    subject: textOf(facts, "subject"),
    message: textOf(facts, "subject"),
    author: { name: "", email: "" },
    authored: "",
    diffstat: null,
    recipients: null,
  };
  draft.add({ ...(draft.described.get(culprit) ?? unknown), recipients });
  return true;
}

function readRecipients(cursor: Cursor, draft: Draft): EventOf<"commit-described">["recipients"] {
  const alone = match(lines.ccAlone, cursor.peek());
  if (alone !== null) {
    cursor.take();
    draft.traits.recipients = "cc";
    return { to: [], cc: listOf(alone, "people") };
  }
  const to = match(lines.to, cursor.peek());
  const cc = match(lines.cc, cursor.peek(1));
  if (to === null || cc === null) return null;
  cursor.take();
  cursor.take();
  draft.traits.recipients = "to-cc";
  return { to: listOf(to, "people"), cc: listOf(cc, "people") };
}

/** The crash and its report, which is the rest of the log. */
function readCrash(cursor: Cursor, draft: Draft): boolean {
  const facts = match(lines.crash, cursor.peek());
  // A log that is cut off behind the title has no report.
  if (facts === null || cursor.peek(1) === null) return false;
  cursor.take();
  const title = textOf(facts, "title");
  const report = cursor.takeUntil(() => false).join("\n");
  const run = draft.crash?.run ?? runIdOf(kernelIdOf(draft.crashes), 0);
  draft.add({ kind: "crash-symbolized", run, title, report });
  return true;
}

function conclude(
  draft: Draft,
  end: BisectionEnd,
  what: Partial<EventOf<"concluded">> & { readonly why: string },
): void {
  const none = { culprit: null, candidates: [], confidence: null };
  draft.add({ kind: "concluded", end, ...none, ...what });
}

function sideOf({ find }: Draft): "bad" | "good" {
  return find === "fix" ? "good" : "bad";
}
