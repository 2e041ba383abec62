import type { EventBody, LogFacts, LogNote } from "../../event/index.ts";
import { readNote } from "../sentences.ts";
import type { Cursor } from "./cursor.ts";
import type { Draft } from "./draft.ts";
import { isBoundary, textOf } from "./structure.ts";

/** Sentences that a test follows. */
const beforeTests: ReadonlySet<LogNote> = new Set<LogNote>([
  "tool",
  "reproducing",
  "release",
  "head",
  "config-sizes",
  "config-half",
  "instrumentation-disabled",
  "chunk-left-out",
  "merge-base-tested",
  "merge-base-found",
  "merge-base-untested",
  "guilty-inside",
  "guilty-reachable",
]);

/** Whether a test should begin behind `last`. */
export function isTestDue(last: EventBody | undefined): boolean {
  return last?.kind === "git-said" || (last?.kind === "noted" && beforeTests.has(last.note));
}

/** Sentences that an empty line follows in all dialects. */
const alwaysWithGap: ReadonlySet<LogNote> = new Set<LogNote>(["reproducing", "reidentified"]);
/** Sentences that end with what another program said, in as many lines as it liked. */
const openEnded: ReadonlySet<LogNote> = new Set<LogNote>([
  "test-aborted",
  "test-failed",
  "fetch-failed",
  "config-bad",
  "noop-unknown",
]);

/** True, with the draft on, where the next line is a sentence of syzkaller's. */
export function readSentence(cursor: Cursor, draft: Draft): boolean {
  const note = readNote(cursor.peek() ?? "");
  if (note === null || note.name === "message") return false;
  const { name, facts } = note;
  const gap = cursor.peek(1) === "";
  if (!gap && alwaysWithGap.has(name)) return false;
  cursor.take();
  if (openEnded.has(name)) {
    facts.why = [textOf(facts, "why"), ...cursor.takeUntil(isBoundary)].join("\n");
  }
  if (gap && (alwaysWithGap.has(name) || name === "config-already-minimal")) cursor.take();
  follow(draft, name, facts);
  draft.add({ kind: "noted", note: name, facts });
  if (name === "parent-signature") compareSignatures(draft, textOf(facts, "signature"));
  return true;
}

/** What a sentence says about what comes behind it. */
function follow(draft: Draft, name: LogNote, facts: LogFacts): void {
  switch (name) {
    case "release":
      draft.stage = "release";
      draft.label = textOf(facts, "tag");
      return;
    case "head":
      draft.stage = "clean-end";
      return;
    case "merge-base-tested":
    case "merge-base-found":
    case "merge-base-untested":
      draft.stage = "merge-base";
      return;
    case "reproducing":
      draft.traits.reproducing = true;
      return;
    case "parent-untested":
      draft.parent = textOf(facts, "commit");
      return;
    case "culprit-signature":
      draft.culpritSignature = textOf(facts, "signature");
      return;
    default:
      return;
  }
}

/** A culprit whose kernel is its parent's changes nothing: what the two signatures are told for. */
function compareSignatures({ bodies, culpritSignature, parent }: Draft, signature: string): void {
  const differ = culpritSignature !== signature;
  bodies.push({
    kind: "checked",
    check: "signatures-differ",
    result: differ ? "passed" : "failed",
    parent,
    crashed: 0,
    of: 0,
    why: differ ? "the signatures differ" : "the signatures are equal",
  });
}

/** What stopped a test before its commit was checked out; it stands in the place of the test. */
export function readEnvironment(cursor: Cursor, draft: Draft): boolean {
  const lines = cursor.takeUntil(isBoundary);
  if (lines.length === 0) return false;
  const why = lines.join("\n");
  draft.add({ kind: "noted", note: "environment-failed", facts: { why } });
  return true;
}
