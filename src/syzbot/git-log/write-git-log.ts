import type { BisectionEvent, EventOf } from "../../event/index.ts";
import { gitTerm } from "../git-output.ts";
import { plainLine } from "../plain-line.ts";
import { printSaying } from "../sentences.ts";
import { type Summary, subjectOf, summaryOf } from "../summary.ts";
import { startOf } from "./ends.ts";
import { shellQuoted } from "./shell-words.ts";

/** One thing that git was told about a commit. */
interface Told {
  readonly term: string;
  readonly commit: string;
}

/**
 * What `git bisect log` would print of this bisection, and what `git bisect replay` takes: the ends,
 * every commit with its newest answer, the result as comments. What was read from git's own log comes
 * out as it was. Nothing where git would not have been started: no end without the bug is known.
 */
export function writeGitLog(events: readonly BisectionEvent[]): string {
  const [head] = events;
  if (head?.kind === "log-read" && head.form === "git") return asItWas(events, head.ended);
  const summary = summaryOf(events);
  const range = rangeOf(events);
  if (range === null) return "";
  const { after, before, told } = range;
  const ends = [...before, after];
  const newest = new Map(told.map(({ commit, term }) => [commit, term]));
  const lines = [
    ...markLines(summary, { term: "bad", commit: after }),
    ...before.flatMap((commit) => markLines(summary, { term: "good", commit })),
    `git bisect start${shellQuoted([after, ...before])}`,
    ...[...newest]
      .filter(([commit]) => !ends.includes(commit))
      .flatMap(([commit, term]) => [
        ...markLines(summary, { term, commit }),
        `git bisect ${term} ${commit}`,
      ]),
    ...resultLines(summary),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function asItWas(events: readonly BisectionEvent[], ended: boolean): string {
  const lines = events.flatMap((event): string[] => {
    switch (event.kind) {
      case "git-told":
        return event.command === "start"
          ? [`git bisect start${shellQuoted(event.arguments)}`]
          : [`git bisect ${[event.term, ...event.arguments].join(" ")}`];
      case "git-said":
        return [printSaying(event.said, event.facts)];
      case "line-unrecognised":
        return [event.text];
      default:
        return [];
    }
  });
  const text = lines.join("\n");
  return ended && lines.length > 0 ? `${text}\n` : text;
}

/** The ends, and what git was, or would have been, told between them. */
function rangeOf(events: readonly BisectionEvent[]): {
  readonly after: string;
  readonly before: readonly string[];
  readonly told: readonly Told[];
} | null {
  for (const [index, event] of events.entries()) {
    const rest = events.slice(index + 1);
    if (event.kind === "git-told" && event.command === "start") {
      const { after, before } = startOf(event.arguments);
      return after === null ? null : { after, before, told: rest.flatMap(toldIn) };
    }
    if (event.kind === "graph-loaded" || event.kind === "merge-bases-listed") {
      const { after, before } = event;
      return { after, before, told: rest.flatMap(answeredIn) };
    }
  }
  return null;
}

function toldIn(event: BisectionEvent): Told[] {
  if (event.kind !== "git-told" || event.command === "start" || event.command === "terms") {
    return [];
  }
  return event.arguments.map((commit) => ({ term: event.term, commit }));
}

/** Answers about releases and ends came before git would have begun. */
function answeredIn(event: BisectionEvent): Told[] {
  if (event.kind !== "probe-answered") return [];
  return event.answers.map(({ verdict, commit }) => ({ term: gitTerm(verdict), commit }));
}

/** git's comment; a name, which only git can make a hash of, has none. */
function markLines(summary: Summary, { term, commit }: Told): string[] {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return [];
  return [commentLine(summary, term, commit)];
}

function commentLine(summary: Summary, what: string, commit: string): string {
  return `# ${what}: [${commit}] ${plainLine(subjectOf(summary, commit))}`.trimEnd();
}

function resultLines(summary: Summary): string[] {
  const { concluded } = summary;
  if (concluded === null) return [];
  const { end, culprit } = concluded;
  if (end === "found" && culprit !== null) {
    return [commentLine(summary, "first bad commit", culprit)];
  }
  return possible(concluded).flatMap((commit, n) => [
    ...(n === 0 && end === "ties" ? ["# only skipped commits left to test"] : []),
    commentLine(summary, "possible first bad commit", commit),
  ]);
}

/** What it may be, where it is not certain. */
function possible({ end, culprit, candidates }: EventOf<"concluded">): readonly string[] {
  if (end === "ties") return [...new Set(candidates)];
  return end === "unconfirmed" && culprit !== null ? [culprit] : [];
}
