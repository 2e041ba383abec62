import type { BisectionEvent, EventOf, HistoryPart, Terms } from "../event/index.ts";
import { startOf } from "./git-log/ends.ts";

/** What a log says of a commit, by the name that it has there. */
export interface ToldOf {
  readonly commit: string;
  readonly verdict: EventOf<"overridden">["verdict"];
}

/** What a log of others knows of a bisection. */
export interface KnownByLog {
  readonly find: "cause" | "fix";
  /** git's words for the sides, where the log has other ones than good and bad. */
  readonly terms: Terms | null;
  readonly part: HistoryPart | null;
  /** In the order of the log. */
  readonly told: readonly ToldOf[];
}

/** What the events of a log that was read know, or null where they are none of such a log. */
export function knownByLog(events: readonly BisectionEvent[]): KnownByLog | null {
  const [head] = events;
  if (head?.kind !== "log-read") return null;
  const start = events.find((event) => event.kind === "git-told" && event.command === "start");
  const begun = head.form === "git" && start?.kind === "git-told" ? startOf(start.arguments) : null;
  const terms = begun === null ? null : termsIn(events, begun.terms);
  const part = begun && { firstParent: begun.firstParent, paths: [...begun.paths] };
  return {
    find: head.find,
    terms,
    part: part && (part.firstParent || part.paths.length > 0) ? part : null,
    told: toldIn(events, head.form),
  };
}

/** A log may say old and new without having been started so. */
function termsIn(events: readonly BisectionEvent[], terms: Terms): Terms | null {
  const used = new Set(events.map((event) => (event.kind === "git-told" ? event.term : "")));
  const usual = terms.before === "good" && terms.after === "bad";
  if (usual && (used.has("old") || used.has("new"))) return { before: "old", after: "new" };
  return usual ? null : terms;
}

function toldIn(events: readonly BisectionEvent[], form: "syzbot" | "git"): readonly ToldOf[] {
  const told: ToldOf[] = [];
  const whole = new Set<string>();
  for (const event of events) {
    if (event.kind === "probe-answered") {
      for (const { commit, verdict } of event.answers) {
        told.push({ commit, verdict });
        whole.add(commit);
      }
    } else if (event.kind === "git-told" && form === "git") {
      // Those that are named by their whole hash have events of their own.
      told.push(...namedIn(event, told.length > 0).filter(({ commit }) => !whole.has(commit)));
    }
  }
  return told;
}

/** What a command says; `marked`: the ends stood in comments before it, with their hashes. */
function namedIn(
  { command, arguments: words }: EventOf<"git-told">,
  marked: boolean,
): readonly ToldOf[] {
  switch (command) {
    case "start": {
      const { after, before } = startOf(words);
      if (marked || after === null) return [];
      const clean = before.map((commit) => ({ commit, verdict: "before" }) as const);
      return [{ commit: after, verdict: "after" }, ...clean];
    }
    case "before":
    case "after":
      return words.map((commit) => ({ commit, verdict: command }));
    case "skip":
      return words.map((commit) => ({ commit, verdict: "untestable" }));
    case "terms":
      return [];
  }
}
