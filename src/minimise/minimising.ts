import type { EventOf } from "../event/index.ts";
import {
  afterFailure,
  afterSuccess,
  chanceOfNone,
  choose,
  needingOf,
  openPlaces,
  type Question,
  testsLeft,
} from "./choose.ts";

type Prepared = EventOf<"minimise-prepared">;
type Chosen = EventOf<"config-chosen">;

/** How far the search for a smaller configuration is. Made by {@link beginMinimising}, changed by {@link learn}. */
export interface Minimising {
  readonly prepared: Prepared;
  /** See {@link Question}. */
  readonly needing: readonly (readonly number[])[];
  /** Candidates that are still in the smallest configuration which crashes. */
  readonly kept: Set<number>;
  chances: readonly number[];
  readonly failed: ReadonlySet<number>[];
  readonly places: ReadonlyMap<string, number>;
  /** The configuration under test. */
  open: Chosen | null;
  /** The newest that crashed; null: only the whole one did. */
  smallest: Chosen | null;
  tried: number;
  readonly done: Set<Chosen["step"]>;
}

/** The search before anything is tried. */
export function beginMinimising(prepared: Prepared): Minimising {
  const { candidates } = prepared;
  return {
    prepared,
    needing: needingOf(candidates.map(({ needs }) => needs)),
    kept: new Set(candidates.keys()),
    chances: candidates.map(({ chance }) => chance),
    failed: [],
    places: new Map(candidates.map(({ name }, place) => [name, place])),
    open: null,
    smallest: null,
    tried: 0,
    done: new Set(),
  };
}

/** Takes in what the runs of the configuration under test said. */
export function learn(search: Minimising, { crashes }: EventOf<"config-answered">): void {
  const { open, places, kept } = search;
  if (open === null) return;
  search.open = null;
  search.tried += 1;
  search.done.add(open.step);
  const left = open.without.flatMap((name) => places.get(name) ?? []);
  if (crashes) {
    search.smallest = open;
    if (open.step === "part") search.chances = afterSuccess(search, left);
    for (const place of left) kept.delete(place);
    if (open.step === "baseline") {
      for (const place of kept) if (!search.prepared.candidates[place]?.inBase) kept.delete(place);
    }
  } else if (open.step !== "baseline") {
    search.chances = afterFailure(search.chances, left);
    search.failed.push(new Set(left));
  }
}

/** The baseline alone is not tried where it is less likely to crash. */
const leastHope = 0.02;

/** What to try next: options to leave out beside those that are. Null: nothing is worth a try. */
export function nextTry(
  search: Minimising,
): Pick<Chosen, "step" | "without" | "groups" | "open" | "tests" | "why"> | null {
  const { prepared, done, smallest } = search;
  const stands = { open: countOpen(search), tests: testsLeft(askable(search)) };
  if (smallest?.step === "baseline") return null;
  const idle = done.has("instrumentation") ? [] : idleInstrumentation(search);
  if (idle.length > 0) {
    const groups = [...new Set(idle.flatMap((place) => prepared.candidates[place]?.group ?? []))];
    const why = `${groups.join(", ")}: the crash is not of a kind that these find`;
    return { step: "instrumentation", without: namesOf(search, idle), groups, ...stands, why };
  }
  if (prepared.base === null) return null;
  const hope = chanceOfNone(askable(search));
  if (!done.has("baseline") && hope < 1 && hope > leastHope) {
    const why = "it may do with the baseline alone";
    return { step: "baseline", without: [], ...stands, why };
  }
  const part = choose(askable(search));
  if (part === null) return null;
  const why = `${part.length} of ${stands.open} options that it may do without`;
  return { step: "part", without: namesOf(search, part), ...stands, why };
}

/** How many candidates are kept though nobody knows whether the crash needs them. */
export function countOpen(search: Minimising): number {
  return openPlaces(askable(search)).length;
}

/** Names of all candidates that the smallest configuration which crashes is without. */
export function leftOut({ prepared, kept }: Minimising): string[] {
  return prepared.candidates.filter((_, place) => !kept.has(place)).map(({ name }) => name);
}

/** The candidates that are kept, by name, but for those that the baseline has, too. */
export function keptNames({ prepared, kept }: Minimising): string[] {
  return prepared.candidates
    .filter(({ inBase }, place) => kept.has(place) && inBase !== true)
    .map(({ name }) => name);
}

/** The question for the search: what the baseline has, too, is not in it. */
function askable({ prepared, kept, needing, chances, failed }: Minimising): Question {
  const asked = [...kept].filter((place) => prepared.candidates[place]?.inBase !== true);
  const within = new Set(asked);
  return { kept: within, needing, chances, failed };
}

/** Instrumentation that does not find such a crash, with what needs it. */
function idleInstrumentation({ prepared, kept, needing }: Minimising): number[] {
  const { candidates, finders } = prepared;
  const isIdle = (place: number) => {
    const group = candidates[place]?.group;
    return group !== undefined && !finders.includes(group);
  };
  const isFinder = (place: number) => {
    const group = candidates[place]?.group;
    return group !== undefined && finders.includes(group);
  };
  const left = new Set<number>();
  for (const place of kept) {
    const parts = needing[place] ?? [];
    // What finds the crash may itself be built on what does not.
    if (!isIdle(place) || parts.some(isFinder)) continue;
    for (const part of parts) if (kept.has(part)) left.add(part);
  }
  return [...left].sort((a, b) => a - b);
}

function namesOf({ prepared }: Minimising, places: readonly number[]): string[] {
  return places.flatMap((place) => prepared.candidates[place]?.name ?? []);
}
