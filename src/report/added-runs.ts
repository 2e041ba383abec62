import type { BisectionEvent, EventOf } from "../event/index.ts";
import { type Summary, summaryOf } from "../syzbot/index.ts";
import { nextText } from "./overrides.ts";
import { commitText, plural, reasonText } from "./words.ts";

type Added = Pick<EventOf<"runs-added">, "commit" | "more" | "why">;

/** What somebody asked for: `the user asks for 10 more runs of 0123456789ab fs/pipe: fix it: is it flaky?`. */
export function addedText(summary: Summary, { commit, more, why }: Added): string {
  return `the user asks for ${plural(more, "more run")} of ${commitText(summary, commit)}${reasonText(why)}`;
}

/** Why a commit is run again, where somebody asked for that. */
export function addedWhy({ more, why }: Added): string {
  return `the user asked for ${plural(more, "more run")}${reasonText(why)}`;
}

/** What `firstbad more` prints once the bisection has taken it. */
export function moreText(
  events: readonly BisectionEvent[],
  added: EventOf<"runs-added">,
  held: boolean,
): string {
  const summary = summaryOf(events);
  return `${addedText(summary, added)}\n${nextText(summary, held)}\n`;
}
