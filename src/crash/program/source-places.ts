import { isRuntime } from "./runtime.ts";
import { framesOfStacks } from "./sanitizer-stack.ts";

/** A place in the source that a program's report names. */
export interface SourcePlace {
  /** The function there, or null where the report tells none. */
  readonly function: string | null;
  /** As printed: absolute, or relative to wherever it was compiled. */
  readonly path: string;
}

/** Lines of a report and characters of a line that are looked at, and places that are kept. */
const maxLines = 1500;
const maxLine = 1200;
const maxPlaces = 256;

/** `path/file.c:12`, of any language, between blanks, quotes and brackets. */
const place = /(?:^|[\s('"])(\.{0,2}\/?[\w][\w/.+-]{0,200}\.[A-Za-z]{1,5}):\d{1,7}(?=[\s:,)'"]|$)/g;
const located = /^(.{1,400}?):\d{1,7}(?::\d{1,7})?$/;

/**
 * The places in the source that `report`, one of a user program, names: first those of its stacks that are
 * the program's own, in the order in which they are printed; where it has none, those of any line, such as
 * an assertion's or a panic's. Each once, at most 256. Time is linear in the report.
 */
export function sourcePlaces(report: string): readonly SourcePlace[] {
  const lines = report.split("\n", maxLines).map((line) => line.slice(0, maxLine));
  const ofStacks = framesOfStacks(lines).flatMap(({ name, place }): SourcePlace[] => {
    const path = located.exec(place)?.[1];
    return path === undefined || isRuntime(name, place) ? [] : [{ function: name, path }];
  });
  return distinct(ofStacks.length > 0 ? ofStacks : lines.flatMap(placesIn));
}

function placesIn(line: string): SourcePlace[] {
  return Array.from(line.matchAll(place), ([, path]) => ({
    function: null,
    path: path as string,
  })).filter(({ path }) => !isRuntime("", path));
}

function distinct(places: readonly SourcePlace[]): SourcePlace[] {
  const byKey = new Map(places.map((one) => [`${one.function} ${one.path}`, one]));
  return [...byKey.values()].slice(0, maxPlaces);
}
