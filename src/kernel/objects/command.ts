/** The words of the command that made an object, as its `.cmd` file keeps it; null: not understood. */
export type CommandWords = readonly string[] | null;

/** The text of the command in `cmd`, the contents of a `.cmd` file, as make escaped it; null: there is none. */
export function commandText(cmd: string): string | null {
  const end = cmd.indexOf("\n");
  const line = end < 0 ? cmd : cmd.slice(0, end);
  // `cmd_` until Linux 6.2, `savedcmd_` after.
  if (!line.startsWith("cmd_") && !line.startsWith("savedcmd_")) return null;
  const at = line.indexOf(" := ");
  return at < 0 ? null : line.slice(at + 4).trim();
}

/**
 * The words of the first command of `text`, which ends at an unquoted `;` as those of objtool and
 * recordmcount begin. Null where a shell would do more with it than split and unquote it.
 */
export function firstCommand(text: string): CommandWords {
  // What make itself would take for something of its own is doubled or named.
  const shell = text.replaceAll("$(pound)", "#").replaceAll("$$", "$");
  const words: string[] = [];
  let word: string | null = null;
  let at = 0;
  while (at < shell.length) {
    const char = shell.charAt(at);
    at += 1;
    if (char === ";") break;
    if (char === " " || char === "\t") {
      if (word !== null) words.push(word);
      word = null;
    } else if (char === "'" || char === '"') {
      const quoted = char === "'" ? inSingleQuotes(shell, at) : inDoubleQuotes(shell, at);
      if (quoted === null) return null;
      word = (word ?? "") + quoted.text;
      at = quoted.end;
    } else if (char === "\\") {
      if (at === shell.length) return null;
      word = (word ?? "") + shell.charAt(at);
      at += 1;
    } else if (special.includes(char)) {
      return null;
    } else {
      word = (word ?? "") + char;
    }
  }
  if (word !== null) words.push(word);
  return words.length === 0 ? null : words;
}

/** What a shell does something with outside of quotes. */
const special = "$`|&<>()*?[]{}!\n#~";

interface Quoted {
  readonly text: string;
  /** Behind the closing quote. */
  readonly end: number;
}

function inSingleQuotes(shell: string, begin: number): Quoted | null {
  const end = shell.indexOf("'", begin);
  return end < 0 ? null : { text: shell.slice(begin, end), end: end + 1 };
}

function inDoubleQuotes(shell: string, begin: number): Quoted | null {
  let text = "";
  for (let at = begin; at < shell.length; at++) {
    const char = shell.charAt(at);
    if (char === '"') return { text, end: at + 1 };
    if (char === "$" || char === "`") return null;
    const next = shell.charAt(at + 1);
    if (char === "\\" && '"\\$`'.includes(next) && next !== "") {
      text += next;
      at += 1;
    } else text += char;
  }
  return null;
}
