import { createHash } from "node:crypto";

/** What a compiler would read, told by a hash; or why that says not all. */
export type Tokens =
  | { readonly kind: "tokens"; readonly hash: string }
  | { readonly kind: "refused"; readonly why: string };

const newline = 0x0a;
const space = 0x20;
const sharp = 0x23;
const backslash = 0x5c;
const doubleQuote = 0x22;
const singleQuote = 0x27;
const capitalR = 0x52;

/** By byte: white space, and punctuation that is a token of its own whatever stands beside it. */
const isSpace = tableOf(" \t\n\v\f\r");
const isAlone = tableOf("(){}[];,");

/**
 * The hash of the tokens in `text`, the output of a C preprocessor without line markers: white space
 * counts only where it parts two tokens, and in strings, where it is part of one. Lines that are left to
 * the compiler (`#pragma`) count as they are.
 *
 * Refused where an assembler would read another file (`.incbin`), and what this does not tell apart: raw
 * strings, other directives, strings without an end. One pass.
 */
export function tokensOf(text: Uint8Array): Tokens {
  const kept = Buffer.allocUnsafe(text.length + 1);
  let length = 0;
  let gap = false;
  let atLineStart = true;
  let at = 0;
  while (at < text.length) {
    const byte = text[at] as number;
    if (isSpace[byte] === 1) {
      gap = true;
      if (byte === newline) atLineStart = true;
      at += 1;
      continue;
    }
    if (atLineStart && byte === sharp) {
      const found = text.indexOf(newline, at);
      const end = found < 0 ? text.length : found;
      const line = Buffer.from(text.subarray(at, end)).toString("latin1");
      if (!/^#\s*(?:pragma|ident)\b/.test(line))
        return refused("a directive is left to the compiler");
      // Its ends are told: what stands in it is no tokens of the lines around it.
      if (length > 0 && kept[length - 1] !== newline) kept[length++] = newline;
      kept.set(text.subarray(at, end), length);
      length += end - at;
      // The last line's end stands for nothing in `text`, and there is one byte more.
      kept[length++] = newline;
      gap = false;
      at = end + 1;
      continue;
    }
    atLineStart = false;
    const before = length === 0 ? newline : (kept[length - 1] as number);
    if (gap && before !== newline && isAlone[before] === 0 && isAlone[byte] === 0) {
      kept[length++] = space;
    }
    gap = false;
    if (byte !== doubleQuote && byte !== singleQuote) {
      kept[length++] = byte;
      at += 1;
      continue;
    }
    if (byte === doubleQuote && before === capitalR) return refused("it has a raw string");
    const end = endOfQuoted(text, at);
    if (end === null) return refused("a string has no end");
    kept.set(text.subarray(at, end), length);
    length += end - at;
    at = end;
  }
  const tokens = kept.subarray(0, length);
  for (const directive of readsFiles) {
    if (tokens.includes(directive)) return refused(`${directive} takes in another file`);
  }
  return { kind: "tokens", hash: createHash("sha256").update(tokens).digest("hex") };
}

/** What an assembler reads a file for. */
const readsFiles = [".incbin", ".include"];

/** Behind the closing quote of what begins at `begin`; null where the line ends before. */
function endOfQuoted(text: Uint8Array, begin: number): number | null {
  const quote = text[begin];
  for (let at = begin + 1; at < text.length; at++) {
    const byte = text[at];
    if (byte === quote) return at + 1;
    if (byte === newline) return null;
    if (byte === backslash) at += 1;
  }
  return null;
}

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}

function refused(why: string): Tokens {
  return { kind: "refused", why };
}
