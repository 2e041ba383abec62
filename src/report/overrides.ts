import type { BisectionEvent, EventOf } from "../event/index.ts";
import { shortHash } from "../event/short-hash.ts";
import { overridesOf, type Summary, summaryOf } from "../syzbot/index.ts";
import { resumeLine } from "./conclusion.ts";
import { commitText, reasonText, verdictText } from "./words.ts";

/** What somebody said, as its event has it. */
export type Said = Readonly<
  Pick<EventOf<"overridden">, "verdict" | "why" | "source"> & { commits: readonly string[] }
>;

/** So many commits of one override are named. */
const named = 3;

/** Who said what, with the reason: `the user says that 0123456789ab is good: seen on the board`. */
export function saidText(summary: Summary, { commits, verdict, why, source }: Said): string {
  const [first = ""] = commits;
  const what =
    commits.length === 1
      ? commitText(summary, first)
      : `${commits.slice(0, named).map(shortHash).join(" ")}`;
  const more = commits.length > named ? ` and ${commits.length - named} more` : "";
  const is = commits.length === 1 ? "is" : "are";
  return `the ${source} says that ${what}${more} ${is} ${wordOf(summary, verdict)}${reasonText(why)}`;
}

/** How people say it in a sentence: git's word for the third verdict is no adjective. */
function wordOf(summary: Summary, verdict: EventOf<"overridden">["verdict"]): string {
  return verdict === "untestable" ? "not to be tested" : verdictText(summary, verdict);
}

/** What `firstbad good` and its like print once the bisection has taken it. */
export function overrideText(
  events: readonly BisectionEvent[],
  event: BisectionEvent,
  held: boolean,
): string {
  const summary = summaryOf(events);
  const said = event.kind === "overridden" ? saidText(summary, event) : "";
  return `${said}\n${nextText(summary, held)}\n`;
}

/** What `firstbad undo` prints. */
export function undoneText(
  events: readonly BisectionEvent[],
  undone: EventOf<"overridden">,
  held: boolean,
): string {
  const summary = summaryOf(events);
  return `taken back: ${saidText(summary, undone)}\n${nextText(summary, held)}\n`;
}

/** What follows of what somebody said: a process has it already, or waits to be begun. */
export function nextText(summary: Summary, held: boolean): string {
  return held ? "the bisection goes on with it" : resumeLine(summary);
}

/** Commits of which somebody spoke though they were never tested, in the order in which they were. */
export function onlySpokenOf(summary: Summary): readonly [string, EventOf<"overridden">][] {
  const tested = new Set(summary.tested.map(({ commit }) => commit));
  return [...overridesOf(summary)].filter(([commit]) => !tested.has(commit));
}
