import type { BisectionEvent } from "../event/index.ts";
import { aboutText, goalOf, repoOf } from "../report/asked.ts";
import { judgementOf } from "../report/judgement.ts";
import { whatText } from "../report/list.ts";
import { idOf } from "../report/words.ts";
import { plainLine, summaryOf } from "../syzbot/index.ts";
import { type Around, standing } from "./scene.ts";
import type { ListEntryView } from "./schema.ts";

/** A bisection as an entry of the list. */
export function listEntryViewOf(
  events: readonly BisectionEvent[],
  around: Pick<Around, "running" | "waiting">,
): ListEntryView {
  const summary = summaryOf(events);
  const { started, concluded, probe, mailed, bug } = summary;
  const own = started?.kind === "started" ? started : null;
  return {
    id: idOf(summary),
    ...standing(summary, around),
    title: plainLine(bug?.title ?? ""),
    about: aboutText(summary),
    what: whatText(summary),
    find: started?.find ?? "cause",
    goal: goalOf(summary),
    repo: plainLine(repoOf(summary)),
    arch: plainLine(own?.arch ?? ""),
    machine: plainLine(own?.machine ?? ""),
    policy: plainLine(own?.policy ?? ""),
    confidence: concluded === null ? (probe?.belief?.stated ?? null) : concluded.confidence,
    begun: events[0]?.at ?? null,
    heard: events.at(-1)?.at ?? null,
    judged: judgementOf(events)?.verdict ?? null,
    mailed: mailed.some(({ culprit }) => culprit === concluded?.culprit),
  };
}
