import { families } from "./family/families.ts";
import type { Family } from "./family/family.ts";

/** What makes a line a headline. */
export interface Headline {
  readonly family: Family;
  /** Where the family's word stands in the message. */
  readonly at: number;
}

/** A symbolizer repeats a headline for each function inlined at its place; the kernel's own is the last. */
const inlined = " [inline]";

/** The message `text` as a headline, or null where it announces no crash. */
export function headlineOf(text: string): Headline | null {
  for (const family of families) {
    const at = wordAt(text, family.word);
    if (at === -1) continue;
    if (family.harmless?.test(text)) return null;
    return text.endsWith(inlined) ? null : { family, at };
  }
  return null;
}

/** Where `word` stands in `text`, not as the end of another as in `ODEBUG:`, or -1. */
function wordAt(text: string, word: string): number {
  let at = text.indexOf(word);
  while (at > 0 && isLetter(text.charCodeAt(at - 1))) at = text.indexOf(word, at + 1);
  return at;
}

function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f;
}

/** Printed when a console starts again with messages it already printed: the line before comes once more. */
export const replay = "** replaying previous printk message **";
