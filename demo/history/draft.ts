import { type CFunction, functionsOf } from "./c-text.ts";
import type { Random } from "./random.ts";

/** One harmless change of a file's text, and what its commit says. */
export interface Edit {
  readonly text: string;
  /** Without the subsystem in front. */
  readonly subject: string;
  readonly body: string;
}

/** A file to be edited. */
export interface Draft {
  readonly path: string;
  readonly lines: readonly string[];
  readonly functions: readonly CFunction[];
}

/** An edit of `draft` of one kind, or null where it has no place for that kind. */
export type EditKind = (draft: Draft, random: Random) => Edit | null;

/** Reads a C file so that edits can be made to it. */
export function draftOf(path: string, text: string): Draft {
  const lines = text.split("\n");
  return { path, lines, functions: functionsOf(lines) };
}

/** `lines` with `count` lines from `at` on replaced. */
export function replaced(
  lines: readonly string[],
  at: number,
  count: number,
  insert: readonly string[],
): string {
  return [...lines.slice(0, at), ...insert, ...lines.slice(at + count)].join("\n");
}

/** The function that line `at` is in, by name; the file's name where it is in none. */
export function placeOf(draft: Draft, at: number): string {
  const found = draft.functions.find((f) => f.head <= at && at <= f.close);
  return found ? `${found.name}()` : (draft.path.split("/").at(-1) as string);
}
