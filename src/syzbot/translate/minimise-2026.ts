import type { BisectionEvent, EventOf } from "../../event/index.ts";
import type { MinimisingSummary } from "../summary.ts";
import { type Loose, note } from "./renumbered.ts";

/** What the bisection's own events tell of the configurations that were tried. */
export type TriedConfigs = MinimisingSummary | null;

type Note = EventOf<"noted">;

/**
 * The sentences of 2026 for one of 2022 about a smaller configuration, null where it is about something else:
 * instrumentation is left out first, before anything is compared, and the parts after that are chunks.
 */
export function minimiseIn2026(
  noted: Note,
  events: readonly BisectionEvent[],
  minimising: TriedConfigs,
): Loose[] | null {
  if (minimising === null) return null;
  const { tried, prepared, result } = minimising;
  const parts = tried.filter(({ step }) => step !== "baseline");
  const nth = countBefore(noted, events, noted.note);
  switch (noted.note) {
    case "config-sizes":
      return sizesComeLater(minimising) ? [] : sizes(noted, prepared);
    case "config-half": {
      const part = parts[nth];
      if (part === undefined) return [];
      if (part.step === "instrumentation") {
        const options = [...(part.groups ?? [])];
        return [note("instrumentation", {}), note("instrumentation-disabled", { options })];
      }
      const of = Math.max(1, Math.ceil(part.open / Math.max(1, part.without.length)));
      const later = sizesComeLater(minimising) && isFirstPart(part, parts);
      const before = later ? sizes(noteOfSizes(events), prepared) : [];
      return [...before, note("chunk-left-out", { chunk: 1, of })];
    }
    case "config-half-crashed": {
      const part = parts.filter(({ crashes }) => crashes)[nth];
      const isIdle = part?.step === "instrumentation";
      return [note(isIdle ? "instrumentation-not-needed" : "chunk-dropped", {})];
    }
    case "config-result":
    case "config-full-only": {
      if (prepared.base === null) return [];
      const options = (result?.kept ?? []).map((name) => name.slice("CONFIG_".length));
      return [note("config-minimised", { configs: options.length, options })];
    }
    default:
      return null;
  }
}

type Tried = MinimisingSummary["tried"][number];

/** In 2022 the sizes come first; in 2026 they come behind what is done about instrumentation. */
function sizesComeLater({ tried }: MinimisingSummary): boolean {
  return tried[0]?.step === "instrumentation";
}

function isFirstPart(part: Tried, parts: readonly Tried[]): boolean {
  return parts.find(({ step }) => step === "part") === part;
}

/** Where only instrumentation was left out there is no baseline whose size could be told. */
function sizes(noted: Note | undefined, prepared: MinimisingSummary["prepared"]): Loose[] {
  return noted === undefined || prepared.base === null
    ? []
    : [note("config-sizes-left", noted.facts)];
}

function noteOfSizes(events: readonly BisectionEvent[]): Note | undefined {
  return events.find((event) => event.kind === "noted" && event.note === "config-sizes") as
    | Note
    | undefined;
}

function countBefore(noted: Note, events: readonly BisectionEvent[], name: Note["note"]): number {
  const place = events.indexOf(noted as BisectionEvent);
  return events.slice(0, place).filter((event) => event.kind === "noted" && event.note === name)
    .length;
}
