import type { EventOf } from "../../event/index.ts";
import { readSaying } from "../sentences.ts";
import { template } from "../template.ts";
import type { Cursor } from "./cursor.ts";
import type { Draft } from "./draft.ts";
import { isBoundary, lines, listOf, match, numberOf, textOf } from "./structure.ts";

const header = {
  commit: template("commit {commit:hash}"),
  merge: template("Merge: {parents:names}"),
  author: template("Author: {name:text} <{email:text}>"),
  date: template("Date:   {date:text}"),
} as const;

/** True, with the draft on, where the next line is a command that git was given. */
export function readGit(cursor: Cursor, draft: Draft): boolean {
  const start = match(lines.gitStart, cursor.peek());
  const told = start === null ? match(lines.gitTerm, cursor.peek()) : null;
  if (start !== null) {
    draft.answer(null);
    draft.bisecting = true;
    const words = listOf(start, "arguments");
    draft.add({ kind: "git-told", command: "start", term: "start", arguments: words });
  } else if (told !== null) {
    const term = textOf(told, "term");
    const command = commandOf(term);
    if (command === null) return false;
    const commits = listOf(told, "commits");
    const verdict = command === "skip" ? "untestable" : command;
    const isTested = draft.test !== null && commits.includes(draft.test.commit);
    draft.answer(isTested ? verdict : null);
    if (!isTested) judge(draft, commits[0] ?? "", verdict);
    draft.add({ kind: "git-told", command, term, arguments: commits });
  } else {
    return false;
  }
  cursor.take();
  draft.stage = "search";
  readSayings(cursor, draft);
  return true;
}

/** git was told of a commit that was not tested: for a fix, it is known that the bug never came there. */
function judge(draft: Draft, commit: string, verdict: "before" | "after" | "untestable"): void {
  const isHash = /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit);
  if (draft.find !== "fix" || verdict === "after" || !isHash || draft.answers.has(commit)) return;
  const why = "the bug was not introduced yet";
  draft.add({ kind: "fork-judged", commit, bases: [], verdict, left: draft.left, why });
}

/** Which side of the change a term names; in these logs a fix is git's `bad`, too. */
function commandOf(term: string): "before" | "after" | "skip" | null {
  if (term === "good") return "before";
  if (term === "bad") return "after";
  return term === "skip" ? "skip" : null;
}

function readSayings(cursor: Cursor, draft: Draft): void {
  for (let line = cursor.peek(); line !== null && line !== ""; line = cursor.peek()) {
    const saying = isBoundary(line) ? null : readSaying(line);
    if (saying === null) {
      if (isBoundary(line)) break;
      // Something that git says and nobody here knows: the rest of its answer may still be known.
      draft.unrecognised(cursor.at, cursor.take());
      continue;
    }
    cursor.take();
    draft.add({ kind: "git-said", said: saying.name, facts: saying.facts });
    if (saying.name === "left") {
      draft.left = {
        suspects: numberOf(saying.facts, "revisions"),
        steps: numberOf(saying.facts, "steps"),
      };
    }
    if (saying.name === "merge-base-next") draft.stage = "merge-base";
    if (saying.name === "first-bad") readCommit(cursor, draft);
  }
  // A log that is cut off ends in the middle of the answer.
  if (cursor.peek() === null) return;
  if (cursor.peek() === "") {
    draft.traits.gitGap = true;
    draft.endAnswer(cursor.at);
    cursor.take();
  } else {
    draft.traits.gitGap ??= false;
    draft.endAnswer(null);
  }
}

/** The commit as `git show` prints it, with a diffstat or with raw lines of what it touches. */
function readCommit(cursor: Cursor, draft: Draft): void {
  const at = cursor.at;
  const commit = match(header.commit, cursor.peek());
  if (commit === null) return;
  cursor.take();
  const merge = match(header.merge, cursor.peek());
  if (merge !== null) cursor.take();
  const author = match(header.author, cursor.peek());
  const date = match(header.date, cursor.peek(1));
  if (author === null || date === null || cursor.peek(2) !== "") {
    cursor.at = at;
    return;
  }
  for (let n = 0; n < 3; n++) cursor.take();
  const body = cursor.takeUntil((line) => !line.startsWith("    ")).map((line) => line.slice(4));
  const gap = cursor.peek() === "" && isStat(cursor.peek(1));
  if (gap) cursor.take();
  const described: EventOf<"commit-described"> = {
    kind: "commit-described",
    commit: textOf(commit, "commit"),
    parents: [],
    ...(merge === null ? {} : { merge: listOf(merge, "parents") }),
    subject: subjectOf(body),
    message: body.join("\n"),
    author: { name: textOf(author, "name"), email: textOf(author, "email") },
    authored: textOf(date, "date"),
    diffstat: gap ? cursor.takeUntil((line) => !isStat(line)) : [],
    recipients: null,
  };
  draft.described.set(described.commit, described);
  draft.add(described);
}

/** A line of a diffstat, or of `git diff-tree` for git before 2.22. */
function isStat(line: string | null): boolean {
  return line !== null && (/^ \S/.test(line) || /^:\d{6} \d{6} /.test(line));
}

/** As git makes it from a message: its first paragraph, in one line. */
function subjectOf(body: readonly string[]): string {
  const end = body.indexOf("");
  return body.slice(0, end < 0 ? body.length : end).join(" ");
}
