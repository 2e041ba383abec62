import type { Command } from "commander";

/** Where the words behind `--` are kept: commander puts them behind those before, and forgets where. */
const key = "wordsBehindDashes";

/** Remembers what of `words` stands behind the first `--`; to be called before `program` parses them. */
export function keepWordsBehindDashes(program: Command, words: readonly string[]): void {
  const dashes = words.indexOf("--");
  if (dashes !== -1) program.setOptionValue(key, words.slice(dashes + 1));
}

/** The words behind `--` of the line that called `command`; null where it had none. */
export function wordsBehindDashes(command: Command): readonly string[] | null {
  return command.optsWithGlobals()[key] ?? null;
}
