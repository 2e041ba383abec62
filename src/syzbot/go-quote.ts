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

const unescaped: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(short).map(([character, quoted]) => [quoted.slice(1), character]),
);

const escaped = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/gs;

/** The strings of a list as {@link goQuoteList} prints it, or null where `text` is none. */
export function parseGoQuoteList(text: string): string[] | null {
  if (!text.startsWith("[") || !text.endsWith("]")) return null;
  const strings: string[] = [];
  let at = 1;
  while (at < text.length - 1) {
    if (strings.length > 0 && text[at++] !== " ") return null;
    const end = text[at] === '"' ? closingQuote(text, at + 1) : -1;
    if (end < 0) return null;
    strings.push(text.slice(at + 1, end).replace(escaped, unquoted));
    at = end + 1;
  }
  return at === text.length - 1 ? strings : null;
}

/** The next quotation mark that is not escaped; -1 where there is none. */
function closingQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return -1;
}

function unquoted(_: string, x?: string, u?: string, big?: string, one?: string): string {
  if (one !== undefined) return unescaped[one] ?? one;
  const code = Number.parseInt(x ?? u ?? big ?? "0", 16);
  return code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code);
}
