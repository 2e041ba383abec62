import type { Command } from "commander";

/** Where the words behind `--` are kept: commander puts them behind those before, and forgets where. */
const key = "wordsBehindDashes";

/** Remembers what of `words` stands behind the first `--`; to be called before `program` parses them. */
export function keepWordsBehindDashes(program: Command, words: readonly string[]): void {
  const dashes = words.indexOf("--");
  if (dashes !== -1) program.setOptionValue(key, words.slice(dashes + 1));
}

/** The arguments of the line that called `command`: those before `--`, and those behind it. */
export function wordsAroundDashes(command: Command): {
  readonly before: readonly string[];
  readonly behind: readonly string[];
} {
  const behind: readonly string[] = command.optsWithGlobals()[key] ?? [];
  return { before: command.args.slice(0, command.args.length - behind.length), behind };
}
