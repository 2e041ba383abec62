import { shellWord } from "../../session/shell-words.ts";
import { plainLine } from "../../syzbot/index.ts";

/** Longest line of a command, as far as its words allow. */
const width = 100;

/** Lines that only people read, whatever is in `text`. */
export function comment(...text: readonly string[]): string {
  return text.map((line) => `# ${plainLine(line)}`.trimEnd()).join("\n");
}

/** A command in lines of a bearable length; each word is one, whatever is in it. */
export function command(words: readonly string[]): string {
  return rawCommand(words.map(shellWord));
}

/** The same of words that are shell text already. */
export function rawCommand(words: readonly string[]): string {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    if (line !== "" && line.length + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join(" \\\n\t");
}

/** What writes `bytes` to the file `name`, to the byte. */
export function fileText(name: string, bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("utf8");
  const isText = text.endsWith("\n") && !text.includes("\0") && Buffer.from(text).equals(bytes);
  if (isText) return here(`cat >${shellWord(name)}`, text);
  const coded = Buffer.from(bytes).toString("base64").replace(/.{76}/g, "$&\n");
  return here(`base64 -d >${shellWord(name)}`, `${coded.trimEnd()}\n`);
}

/** `line` with `text` as its standard input, in which the shell reads nothing. */
export function here(line: string, text: string): string {
  const taken = new Set(text.split("\n"));
  let end = "END";
  for (let n = 2; taken.has(end); n++) end = `END${n}`;
  return `${line} <<'${end}'\n${text}${end}`;
}
