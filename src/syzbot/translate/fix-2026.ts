import type { BisectionEvent, EventOf, LogNote } from "../../event/index.ts";
import { subjectOf, summaryOf } from "../summary.ts";
import { type Loose, note } from "./renumbered.ts";

/** What the bisection's own events tell of a search for a fix, and the log of 2022 has no sentences for. */
export interface FixBackground {
  readonly crashes: string;
  readonly head: string;
  /** Subjects of the commits that were tested because two trees part there. */
  readonly bases: ReadonlyMap<string, string>;
  /** Commits that git was told of without a test. */
  readonly judged: ReadonlyMap<string, EventOf<"fork-judged">>;
  /** How it ended; null: with a commit, or not yet. */
  readonly end: EventOf<"concluded"> | null;
  /** The subject of the commit that the end is about. */
  readonly subject: string;
  readonly headUntestable: boolean;
}

/** The background of a search for a fix; null of any other list of events. */
export function fixBackgroundOf(events: readonly BisectionEvent[]): FixBackground | null {
  const summary = summaryOf(events);
  const { started, head, tested, concluded } = summary;
  if (started?.kind !== "started" || started.find !== "fix" || head === null) return null;
  const bases = tested.filter(({ stage }) => stage === "merge-base");
  const judged = events.filter((event) => event.kind === "fork-judged");
  const last = tested.findLast(({ commit }) => commit === head.hash);
  return {
    crashes: started.crashes.hash,
    head: head.hash,
    bases: new Map(bases.map(({ commit }) => [commit, subjectOf(summary, commit)])),
    judged: new Map(judged.map((event) => [event.commit, event])),
    end: concluded?.culprit === null ? concluded : null,
    subject: subjectOf(summary, concluded?.candidates[0] ?? ""),
    headUntestable: last?.verdict === "untestable",
  };
}

/** The sentences of 2026 that stand before the event at `index` of a log of 2022. */
export function beforeInFix(
  events: readonly BisectionEvent[],
  index: number,
  fix: FixBackground,
): Loose[] {
  const event = events[index];
  switch (event?.kind) {
    case "build-started":
      return beforeTest(events, index, event.commit ?? "", fix);
    case "git-told":
      return event.command === "start" ? [] : beforeTerm(events, index, event.arguments[0], fix);
    case "effort-reported":
      return stopLines(fix);
    default:
      return [];
  }
}

/** A base before git was started joins two trees; after that it tells of the commit that git has chosen. */
function beforeTest(
  events: readonly BisectionEvent[],
  index: number,
  commit: string,
  { bases, crashes, head }: FixBackground,
): Loose[] {
  const title = bases.get(commit);
  const isStep = events.slice(0, index).some(({ kind }) => kind === "git-told");
  if (!isStep) {
    if (title === undefined) return [];
    return [
      note("merge-base-of", { one: crashes, other: head }),
      note("merge-base-tested", { commit, title }),
    ];
  }
  const asked = isBaseTested(events, index, bases) ? [] : [note("guilty-inside", {})];
  if (title === undefined) return asked;
  return [...asked, note("merge-base-checked", { commit }), note("merge-base-untested", {})];
}

/** git is told of a commit that no test told of: its branch never had the bug. */
function beforeTerm(
  events: readonly BisectionEvent[],
  index: number,
  commit: string | undefined,
  { judged, bases }: FixBackground,
): Loose[] {
  const one = judged.get(commit ?? "");
  if (one === undefined) return [];
  const asked = isBaseTested(events, index, bases)
    ? []
    : [
        note("guilty-inside", {}),
        ...one.bases.map((base) => note("merge-base-checked", { commit: base })),
      ];
  return one.verdict === "before" ? [...asked, note("not-introduced-yet", {})] : asked;
}

/** Whether a base was tested since git was told of a commit before `index`. */
function isBaseTested(
  events: readonly BisectionEvent[],
  index: number,
  bases: FixBackground["bases"],
): boolean {
  const told = events.findLastIndex(({ kind }, at) => at < index && kind === "git-told");
  return events
    .slice(told + 1, index)
    .some((event) => event.kind === "build-started" && bases.has(event.commit ?? ""));
}

/** Why there is no commit. */
function stopLines({ end, headUntestable }: FixBackground): Loose[] {
  const stops: Partial<Record<EventOf<"concluded">["end"], LogNote>> = {
    "merge-base-clean": "merge-base-clean",
    "not-fixed-yet": headUntestable ? "head-untestable" : "oldest-crashes",
  };
  const stop = end === null ? undefined : stops[end.end];
  return stop === undefined ? [] : [note(stop, {})];
}

/** In 2022 there was no word for a bug that is not where the trees part, and the log ends with an error. */
export function endInFix(event: BisectionEvent, { end, subject }: FixBackground): Loose[] | null {
  if (event.kind !== "stopped" || end?.end !== "merge-base-clean") return null;
  return [{ ...end, at: event.at }, note("message", { subject })];
}
