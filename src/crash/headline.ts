import { type Line, lineAt, lineStart } from "./console.ts";
import { families } from "./family/families.ts";
import type { Family } from "./family/family.ts";
import { WordFinder } from "./words.ts";

/** A line that announces a crash. */
export interface Headline {
  readonly line: Line;
  readonly family: Family;
  /** The message from the family's word on. */
  readonly text: string;
}

/** Headlines looked for in one console: a kernel that prints more says nothing new with them. */
const maxHeadlines = 1024;

const finder = new WordFinder(families.map((family) => family.word));

/** A symbolizer repeats a headline for each function inlined at its place; the kernel's own is the last. */
const inlined = " [inline]";

/** Printed when a console starts again with messages it already printed: the line comes once more. */
const replay = "** replaying previous printk message **";

/** `line` as a headline, or null where it announces no crash. */
export function headlineOf(line: Line): Headline | null {
  if (line.text.endsWith(inlined)) return null;
  for (const family of families) {
    const at = wordAt(line.text, family.word);
    if (at === -1) continue;
    if (family.harmless?.test(line.text)) return null;
    return { line, family, text: line.text.slice(at) };
  }
  return null;
}

/** Where `word` stands in `text`, not as the end of another as in `ODEBUG:`, or -1. */
function wordAt(text: string, word: string): number {
  let at = text.indexOf(word);
  while (at > 0 && /[A-Za-z_]/.test(text[at - 1] ?? "")) at = text.indexOf(word, at + 1);
  return at;
}

/** The headlines of a console, in order; at most 1,024. One pass over the bytes. */
export function findHeadlines(bytes: Buffer): Headline[] {
  const headlines: Headline[] = [];
  let at = 0;
  while (headlines.length < maxHeadlines) {
    const line = nextWord(bytes, at);
    if (line === null) break;
    at = line.end + 1;
    const headline = headlineOf(line);
    if (headline !== null && !isReplayed(bytes, line)) headlines.push(headline);
  }
  return headlines;
}

/** The first line at or after `from` (the start of a line) with a word that announces crashes, or null. */
export function nextWord(bytes: Buffer, from: number): Line | null {
  for (let hit = finder.find(bytes, from); hit !== -1; hit = finder.find(bytes, hit + 1)) {
    const start = lineStart(bytes, hit);
    if (start !== -1) return lineAt(bytes, start);
  }
  return null;
}

function isReplayed(bytes: Buffer, line: Line): boolean {
  return line.end + 1 < bytes.length && lineAt(bytes, line.end + 1).text.includes(replay);
}
