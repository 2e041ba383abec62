import type { LogFacts } from "../../event/index.ts";
import { readNote } from "../sentences.ts";
import { readTemplate, type Template, template } from "../template.ts";

/** Lines that a reader takes apart itself, by their place in a log. */
export const lines = {
  begins: template(
    "{host:word} starts bisection {date:word} {clock:word} {offset:word} {zone:word} m=+{uptime:word}",
  ),
  cause: template("bisecting cause commit starting from {commit:text}"),
  fix: template("bisecting fixing commit since {commit:text}"),
  guilty: template("searching for guilty commit starting from {commit:text}"),
  fixing: template("searching for fixing commit since {commit:text}"),
  commitWith: template("testing commit {commit:hash} with {compiler:text}"),
  commitFamily: template("testing commit {commit:hash} {compiler:word}"),
  commitAlone: template("testing commit {commit:hash}"),
  compiler: template("compiler: {compiler:text}"),
  signature: template("kernel signature: {signature:text}"),
  allRuns: template("all runs: {verdict:text}"),
  run: template("run #{run:n}: {verdict:text}"),
  try: template("try #{run:n}: {verdict:text}"),
  buildFailed: template("failed building {commit:hash}: {why:text}"),
  gitStart: template("# git bisect start {arguments:names}"),
  gitTerm: template("# git bisect {term:word} {commits:names}"),
  trailer: template(
    "revisions tested: {tested:n}, total time: {total:duration} (build: {build:duration}, test: {test:duration})",
  ),
  error: template("error: {why:text}"),
  inconclusive: template(
    "bisection is inconclusive, the first {term:word} commit could be any of:",
  ),
  hash: template("{commit:hash}"),
  first: template("first {term:word} commit: {commit:hash} {subject:subject}"),
  to: template("recipients (to): {people:quoted}"),
  cc: template("recipients (cc): {people:quoted}"),
  ccAlone: template("cc: {people:quoted}"),
  crash: template("crash: {title:text}"),
} as const satisfies Record<string, Template>;

/** What `line` says in this form; null where it is of another, or no line at all. */
export function match(form: Template, line: string | null): LogFacts | null {
  return line === null ? null : readTemplate(form, line);
}

/** The forms that may stand wherever a test, or git's answer, is over. */
const boundaries: readonly Template[] = [
  lines.commitWith,
  lines.commitFamily,
  lines.commitAlone,
  lines.allRuns,
  lines.run,
  lines.try,
  lines.gitStart,
  lines.gitTerm,
  lines.trailer,
  lines.buildFailed,
];

/** True for a line with a place of its own: other programs' output ends before it. */
export function isBoundary(line: string): boolean {
  if (boundaries.some((form) => readTemplate(form, line) !== null)) return true;
  const note = readNote(line);
  return note !== null && note.name !== "test-failed";
}

export function textOf(facts: LogFacts, name: string): string {
  const fact = facts[name];
  return typeof fact === "string" ? fact : "";
}

export function numberOf(facts: LogFacts, name: string): number {
  const fact = facts[name];
  return typeof fact === "number" ? fact : 0;
}

export function listOf(facts: LogFacts, name: string): string[] {
  const fact = facts[name];
  return Array.isArray(fact) ? fact : [];
}
