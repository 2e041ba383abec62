import { type Draft, draftOf, type Edit } from "./draft.ts";
import { extractedPredicate } from "./predicate.ts";
import type { Random } from "./random.ts";

/** A change that was cut in two: after the first half the file does not compile. */
export interface Halves {
  readonly broken: Edit;
  readonly mended: Edit;
}

/**
 * Cuts a change of the C file `path` in two, or returns null where it offers no place for that.
 * Only what no `#if` can leave out is touched, so the first half fails in every configuration
 * that compiles the file: the kernel builds with -Werror=implicit-function-declaration.
 */
export function halvesOf(path: string, text: string, random: Random): Halves | null {
  const draft = draftOf(path, text);
  for (const way of random.shuffled([renamedInPart, usedTooEarly])) {
    const halves = way(draft, random);
    if (halves !== null) return halves;
  }
  return null;
}

/** A static function gets another name, and one caller is forgotten. */
function renamedInPart(draft: Draft, random: Random): Halves | null {
  const sure = draft.functions.filter((f) => f.unconditional);
  const candidates = sure.filter(
    (f) => f.isStatic && sure.some((by) => by !== f && callsIn(draft, by.open, by.close, f.name)),
  );
  if (candidates.length === 0) return null;
  const f = random.pick(candidates);
  const name = `${f.name}_${random.pick(["common", "one", "inner"])}`;
  if (draft.lines.some((line) => line.includes(name))) return null;
  const word = new RegExp(`\\b${f.name}\\b`, "g");
  const rename = (line: string) => line.replace(word, name);
  return {
    broken: {
      text: draft.lines
        .map((line, at) => (f.head <= at && at <= f.close ? rename(line) : line))
        .join("\n"),
      subject: `rename ${f.name}() to ${name}()`,
      body: `The old name is too easily confused with that of its callers.\n\nNo functional change.`,
    },
    mended: {
      text: draft.lines.map(rename).join("\n"),
      subject: `convert the remaining callers of ${f.name}()`,
      body: `They were left behind when it became ${name}().`,
    },
  };
}

/** A helper is called by the patch before the one that brings it. */
function usedTooEarly(draft: Draft, random: Random): Halves | null {
  const made = extractedPredicate(draft, random);
  if (made === null) return null;
  return {
    broken: {
      text: made.useOnly,
      subject: `use ${made.name}()`,
      body: "Say what is tested instead of how.\n\nNo functional change.",
    },
    mended: { text: made.whole, subject: made.subject, body: made.body },
  };
}

/** True where lines `from` to `to` call `name`. */
function callsIn(draft: Draft, from: number, to: number, name: string): boolean {
  const call = new RegExp(`\\b${name}\\(`);
  return draft.lines.slice(from, to).some((line) => call.test(line));
}
