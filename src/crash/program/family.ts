import type { ProgramCrashType } from "./program-crash.ts";

/** What one line is to a report that has begun above it. */
export type Membership = "inside" | "last" | "outside";

/** What the lines of a report say. */
export interface Telling {
  readonly type: ProgramCrashType;
  /** The title up to ` in FUNC`. */
  readonly stem: string;
  /** Put in the title after ` in `; null: nothing is. */
  readonly where: string | null;
  readonly frame: string | null;
  readonly stack: readonly string[];
  readonly corrupted: boolean;
}

/** One way in which programs and their runtimes announce a crash. */
export interface ProgramFamily {
  /** Words of which every headline has one: what the output is searched for. */
  readonly words: readonly string[];
  /** A line that begins a report. */
  readonly headline: RegExp;
  /** Says of each line after the headline, in order, whether it is still the report's. */
  readonly extent: () => (line: string) => Membership;
  /** What a report says, headline first; null: it is no crash after all. */
  readonly tell: (headline: RegExpExecArray, report: readonly string[]) => Telling | null;
  /** The program may live on, so that how it ended is another matter. */
  readonly goesOn: boolean;
}

/** Of a report that is its headline alone. */
export const headlineOnly = () => (): Membership => "outside";

/** A telling whose first function is the guilty one; `corrupted` where there is none. */
export function blaming(type: ProgramCrashType, stem: string, stack: readonly string[]): Telling {
  const frame = stack[0] ?? null;
  return { type, stem, where: frame, frame, stack, corrupted: frame === null };
}
