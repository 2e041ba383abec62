import { createReadStream } from "node:fs";
import type { Crash } from "../crash/crash.ts";
import { ConsoleStream } from "../crash/stream.ts";
import { Failure } from "../failure/failure.ts";
import { crashFields } from "./crash-fields.ts";
import { answerLines } from "./crash-lines.ts";
import { crashText } from "./crash-text.ts";
import { exitCodeOfUsage } from "./exit.ts";
import { SymbolizedCrashes } from "./symbolized-crash.ts";

export interface CrashFlags {
  /** The kernel's binary, with debug information. */
  readonly vmlinux?: string;
  readonly json?: boolean;
  readonly all?: boolean;
  readonly jsonl?: boolean;
}

/**
 * `firstbad crash FILE…`: the crashes in consoles, the first of each or `--all`; as text, as one JSON
 * object a file, or with `--jsonl` for objects on standard input. Consoles are streamed: they may be of
 * any size. Ends with 0 whether or not there is a crash, with 1 where a line of `--jsonl` was bad.
 */
export async function crash(files: readonly string[], flags: CrashFlags): Promise<number> {
  const symbolized = new SymbolizedCrashes(flags.vmlinux);
  try {
    return await read(files, flags, symbolized);
  } finally {
    await symbolized.close();
  }
}

async function read(
  files: readonly string[],
  flags: CrashFlags,
  symbolized: SymbolizedCrashes,
): Promise<number> {
  if (flags.jsonl) {
    if (files.length === 0) return (await answerLines(process.stdin, print, symbolized)) ? 0 : 1;
    process.stderr.write("error: --jsonl reads standard input and takes no files\n");
    return exitCodeOfUsage;
  }
  if (files.length === 0) {
    process.stderr.write("error: name a console: firstbad crash FILE… (`-`: standard input)\n");
    return exitCodeOfUsage;
  }
  for (const file of files) {
    const found = await readFile(file);
    const shown = flags.all || flags.json ? found : found.slice(0, 1);
    const crashes = await Promise.all(shown.map((each) => symbolized.of(each)));
    if (flags.json) await print(`${JSON.stringify({ id: file, ...crashFields(crashes) })}\n`);
    else await print(crashText(crashes, files.length > 1 ? file : null, process.stdout));
  }
  return 0;
}

async function readFile(path: string): Promise<Crash[]> {
  const stream = new ConsoleStream();
  try {
    const source = path === "-" ? process.stdin : createReadStream(path);
    for await (const chunk of source as AsyncIterable<Buffer>) stream.push(chunk);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new Failure("console-not-readable", `${path} cannot be read: ${error.message}`, {
      facts: { path },
      hint: "give a file that there is, or `-` for standard input",
      cause: error,
    });
  }
  return stream.finish();
}

/** Writes `text`, and waits where its reader is slow: nothing piles up. */
async function print(text: string): Promise<void> {
  if (process.stdout.write(text)) return;
  await new Promise<void>((resolve) => process.stdout.once("drain", resolve));
}
