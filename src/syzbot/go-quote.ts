const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

/** `text` as Go's `%q` prints a string; whatever Go's `strconv.IsPrint` refuses is escaped. */
export function goQuote(text: string): string {
  return `"${[...text].map(quoted).join("")}"`;
}

/** `texts` as Go's `%q` prints a slice of strings: `["a" "b"]`, `[]`. */
export function goQuoteList(texts: readonly string[]): string {
  return `[${texts.map(goQuote).join(" ")}]`;
}

function quoted(character: string): string {
  const known = short[character];
  if (known !== undefined) return known;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  // Half of a surrogate pair: what Go would have read in its place.
  if (code >= 0xd800 && code <= 0xdfff) return "\ufffd";
  if (character === " " || !/[\p{C}\p{Z}]/u.test(character)) return character;
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
