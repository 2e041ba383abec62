import type { EventOf } from "../event/index.ts";
import { type FinishedRun, plainLine } from "../syzbot/index.ts";
import { countText, plural, short } from "./words.ts";

/** A bug can have many titles; a line has room for so many beside the first. */
const shownTitles = 3;

/** The bug by its titles, and how often it was seen where it was reported. */
export function bugText({ title, titles, crashed, of }: EventOf<"bug-identified">): string {
  const others = titles.filter((other) => other !== title).map(plainLine);
  const more = others.length > shownTitles ? ", …" : "";
  const also =
    others.length === 0 ? "" : `; also ${others.slice(0, shownTitles).join(", ")}${more}`;
  return `${plainLine(title)}, crashed ${countText(crashed, of)}${also}`;
}

/** The two ends, and how much lies between them. */
export function rangeText({ before, after, commits, merges }: EventOf<"graph-loaded">): string {
  const size = `${plural(commits, "commit")}, ${plural(merges, "merge")}`;
  return `${before.map(short).join(" ")}..${short(after)}, ${size}`;
}

/** How a run ended, in words. */
export function runText({ outcome, crashes }: FinishedRun): string {
  const titles = crashes.map(({ title }) => plainLine(title));
  const shown = titles.slice(0, 1 + shownTitles).join(", ");
  return titles.length === 0 ? outcome.replaceAll("-", " ") : `${outcome}: ${shown}`;
}
