import type { BisectionEvent } from "../event/index.ts";
import { plainLine, type Summary, summaryOf } from "../syzbot/index.ts";
import { reachedTexts } from "./belief.ts";
import { columns } from "./columns.ts";
import { durationText } from "./duration.ts";
import { etaOf, etaText } from "./eta.ts";
import { judgementOf } from "./judgement.ts";
import { stateWord } from "./state.ts";
import { commitText, idOf, plural } from "./words.ts";

/** One bisection among others. */
export interface ListEntry {
  readonly id: string;
  readonly state: string;
  /** The culprit; or how many commits it may be; or how sure it is by now, and what is left. */
  readonly what: string;
  /** The bug's title; an empty text where it is not known yet. */
  readonly title: string;
  /** Milliseconds since 1970 of its last event. */
  readonly at: number;
}

/** The entry of the bisection of `events`; `running` says whether a process is at work on it. */
export function listEntryOf(events: readonly BisectionEvent[], running: boolean): ListEntry {
  const summary = summaryOf(events);
  return {
    id: idOf(summary),
    state: stateWord(summary, running),
    what: withAfterwards(whatText(summary), {
      judged: judgementOf(events)?.verdict ?? null,
      mailed: summary.mailed.some(({ culprit }) => culprit === summary.concluded?.culprit),
    }),
    title: plainLine(summary.bug?.title ?? ""),
    at: summary.sessions.at(-1)?.to ?? 0,
  };
}

/**
 * What `firstbad list` prints at `now` (milliseconds since 1970): the bisections, that with the newest
 * event first, how long ago that was, without colour.
 */
export function listText(entries: readonly ListEntry[], now: number): string {
  if (entries.length === 0) return "no bisections\n";
  const newestFirst = entries.toSorted((a, b) => b.at - a.at);
  const rows = newestFirst.map(({ id, state, what, title, at }) => {
    return [id, state, ageText((now - at) / 1000), what, title];
  });
  return columns(rows)
    .map((line) => `${line}\n`)
    .join("");
}

function ageText(seconds: number): string {
  return seconds < 1 ? "just now" : `${durationText(seconds)} ago`;
}

/** What it came to, and what people did with that. */
export function withAfterwards(
  what: string,
  { judged, mailed }: { readonly judged: "right" | "wrong" | null; readonly mailed: boolean },
): string {
  const done = [what, judged === null ? "" : `judged ${judged}`, mailed ? "mailed" : ""];
  return done.filter(Boolean).join(", ");
}

/** The culprit; or how many commits it may be; or how sure it is by now, and what is left. */
export function whatText(summary: Summary): string {
  const { concluded } = summary;
  if (concluded === null) {
    const eta = etaOf(summary);
    const belief = summary.probe?.belief;
    const reached = belief === undefined ? [] : reachedTexts(summary, belief).slice(1);
    return [...reached, ...(eta === null ? [] : [etaText(eta)])].join(", ");
  }
  if (concluded.culprit !== null) return commitText(summary, concluded.culprit);
  return concluded.end === "ties" ? plural(concluded.candidates.length, "commit") : "";
}
