import type { BisectionEvent, EventOf, Terms } from "../../event/index.ts";
import { shortHash } from "../../event/short-hash.ts";
import { knownEnds } from "../known-ends.ts";
import { plainLine } from "../plain-line.ts";
import { printSaying } from "../sentences.ts";
import { overridesOf, type Summary, subjectOf, summaryOf } from "../summary.ts";
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
 * out as it was. Nothing where git would not have been started: it is not known yet how far back to search.
 */
export function writeGitLog(events: readonly BisectionEvent[]): string {
  const [head] = events;
  if (head?.kind === "log-read" && head.form === "git") return asItWas(events, head.ended);
  const summary = summaryOf(events);
  const range = rangeOf(events);
  if (range === null) return "";
  const { after, told } = range;
  const before = knownEnds(summary, range.before);
  const { terms, options, paths } = startWords(summary);
  const ends = [...before, after];
  const newest = new Map(told.map(({ commit, term }) => [commit, term]));
  const lines = [
    ...markLines(summary, { term: terms.after, commit: after }),
    ...before.flatMap((commit) => markLines(summary, { term: terms.before, commit })),
    `git bisect start${shellQuoted([...options, after, ...before, ...paths])}`,
    ...[...newest]
      .filter(([commit]) => !ends.includes(commit))
      .flatMap(([commit, term]) => [
        ...markLines(summary, { term, commit }),
        ...fixLines(summary, commit),
        `git bisect ${term} ${commit}`,
      ]),
    ...resultLines(summary, terms.after),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** Fixes that the newest kernel of a commit was tested with, as comments. */
function fixLines({ tested, kernels }: Summary, commit: string): string[] {
  const kernel = tested.findLast((answer) => answer.commit === commit)?.kernel ?? "";
  const backports = kernels.get(kernel)?.backports ?? [];
  return backports.map(
    ({ fix, title }) => `# with ${shortHash(fix)} ("${plainLine(title)}") applied`,
  );
}

const fixTerms: Terms = { before: "broken", after: "fixed" };

/** What else stands in the command that begins it: the user's words, and the part of history. */
function startWords({ started }: Summary) {
  const own = started?.kind === "started" ? started : null;
  // git takes the words that a fix has by itself only where it is told of them.
  const chosen = own?.terms ?? (own?.find === "fix" ? fixTerms : undefined);
  const terms = chosen ?? { before: "good", after: "bad" };
  const { firstParent = false, paths = [] } = own?.part ?? {};
  const words = chosen ? [`--term-new=${terms.after}`, `--term-old=${terms.before}`] : [];
  return {
    terms,
    options: [...words, ...(firstParent ? ["--first-parent"] : [])],
    paths: paths.length > 0 ? ["--", ...paths] : [],
  };
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
    if (event.kind === "started" && event.find === "fix") return rangeOfFix(events);
    if (event.kind === "graph-loaded" || event.kind === "merge-bases-listed") {
      const { after, before } = event;
      return { after, before, told: spokenIn(events, index) };
    }
  }
  return null;
}

/** The newest range, as a head that moved makes it another, and what was answered of it at any time. */
function rangeOfFix(events: readonly BisectionEvent[]): ReturnType<typeof rangeOf> {
  const loaded = events.findLast((event) => event.kind === "graph-loaded");
  if (loaded === undefined) return null;
  // Where the bug was reported may be another tree, and where branches begin is before the range.
  const within = events.filter(
    (event) =>
      event.kind !== "probe-answered" ||
      (event.stage !== "merge-base" && event.stage !== "reproduce"),
  );
  return { after: loaded.after, before: loaded.before, told: spokenIn(within, 0, events) };
}

function toldIn(event: BisectionEvent): Told[] {
  if (event.kind !== "git-told" || event.command === "start" || event.command === "terms") {
    return [];
  }
  return event.arguments.map((commit) => ({ term: event.term, commit }));
}

/**
 * What was answered since the event `from` (releases and ends came before git would have begun), and
 * what somebody said at any time and nobody took back, in place of the answers that it wins over.
 */
function spokenIn(
  events: readonly BisectionEvent[],
  from: number,
  all: readonly BisectionEvent[] = events,
): Told[] {
  const summary = summaryOf(all);
  const { terms } = startWords(summary);
  const said = overridesOf(summary);
  return events.flatMap((event, index): Told[] => {
    switch (event.kind) {
      case "overridden":
        return event.commits
          .filter((commit) => said.get(commit)?.seq === event.seq)
          .map((commit) => ({ term: termOf(terms, event.verdict), commit }));
      case "probe-answered":
        return (index < from ? [] : event.answers)
          .filter(({ commit }) => !said.has(commit))
          .map(({ verdict, commit }) => ({ term: termOf(terms, verdict), commit }));
      case "fork-judged": {
        const { commit, verdict } = event;
        return said.has(commit) ? [] : [{ term: termOf(terms, verdict), commit }];
      }
      default:
        return [];
    }
  });
}

function termOf(terms: Terms, verdict: EventOf<"overridden">["verdict"]): string {
  return verdict === "untestable" ? "skip" : terms[verdict];
}

/** git's comment; a name, which only git can make a hash of, has none. */
function markLines(summary: Summary, { term, commit }: Told): string[] {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return [];
  return [commentLine(summary, term, commit)];
}

function commentLine(summary: Summary, what: string, commit: string): string {
  return `# ${what}: [${commit}] ${plainLine(subjectOf(summary, commit))}`.trimEnd();
}

function resultLines(summary: Summary, term: string): string[] {
  const { concluded } = summary;
  if (concluded === null) return [];
  const { end, culprit } = concluded;
  if (end === "found" && culprit !== null) {
    return [commentLine(summary, `first ${term} commit`, culprit)];
  }
  return possible(concluded).flatMap((commit, n) => [
    ...(n === 0 && end === "ties" ? ["# only skipped commits left to test"] : []),
    commentLine(summary, `possible first ${term} commit`, commit),
  ]);
}

/** What it may be, where it is not certain. */
function possible({ end, culprit, candidates }: EventOf<"concluded">): readonly string[] {
  if (end === "ties") return [...new Set(candidates)];
  return end === "unconfirmed" && culprit !== null ? [culprit] : [];
}
