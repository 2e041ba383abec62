/**
 * The words of what git quoted for a shell (`sq_quote`): in single quotes, where `'\''` stands for a
 * quote and `'\!'` for an exclamation mark; or bare. Null where a quote is not closed.
 */
export function shellWords(text: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === " ") {
      if (word !== null) words.push(word);
      word = null;
    } else if (character === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) return null;
      word = (word ?? "") + text.slice(at + 1, end);
      at = end;
    } else if (character === "\\") {
      if (at + 1 === text.length) return null;
      word = (word ?? "") + text[++at];
    } else {
      word = (word ?? "") + character;
    }
  }
  if (word !== null) words.push(word);
  return words;
}

/** `words` as git quotes them, with a space before each. */
export function shellQuoted(words: readonly string[]): string {
  return words.map((word) => ` '${word.replace(/['!]/g, (mark) => `'\\${mark}'`)}'`).join("");
}
