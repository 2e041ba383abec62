import { draftOf, type Edit, type EditKind } from "./draft.ts";
import { bufferSize, callers, callersComment, predicate, resultName } from "./naming.ts";
import type { Random } from "./random.ts";
import {
  bareUnsigned,
  blankLine,
  declarationOrder,
  lastReturn,
  nullComparison,
  printkLevel,
  singleStatement,
  unlikelyFailure,
  zeroComparison,
} from "./tidying.ts";

/** Kinds of edits to C files, the likelier ones more than once. */
const kinds: readonly EditKind[] = [
  predicate,
  predicate,
  nullComparison,
  zeroComparison,
  bareUnsigned,
  declarationOrder,
  printkLevel,
  singleStatement,
  singleStatement,
  unlikelyFailure,
  resultName,
  lastReturn,
  bufferSize,
  resultName,
  callers,
];

/** Tried where no other kind has a place, more than once since one may not be accepted. */
const lastResorts: readonly EditKind[] = [
  callersComment,
  resultName,
  resultName,
  ...Array(8).fill(blankLine),
];

/** Adds a cross reference to the end of a document. */
function documentEdit(text: string, random: Random, mentioned: readonly string[]): Edit {
  const path = random.pick(mentioned);
  return {
    text: `${text.trimEnd()}\n\nSee also ${path}.\n`,
    subject: `point to ${path.split("/").at(-1)}`,
    body: "Readers ask for the code.",
  };
}

/**
 * A harmless edit of the file `path`: it compiles wherever `text` does, and `accepts` it.
 * Throws an Error where the file has no place left for any.
 */
export function editOf(
  path: string,
  text: string,
  random: Random,
  mentioned: readonly string[],
  accepts: (text: string) => boolean,
): Edit {
  if (!path.endsWith(".c")) return documentEdit(text, random, mentioned);
  const draft = draftOf(path, text);
  for (const kind of [...random.shuffled(kinds), ...lastResorts]) {
    const edit = kind(draft, random);
    if (edit !== null && edit.text !== text && accepts(edit.text)) return edit;
  }
  throw new Error(`no place left for an edit in ${path}`);
}
