import { createReadStream } from "node:fs";

/** A longer line is cut: nobody reads on, and a hostile Makefile could fill the memory with one. */
const longestLine = 4096;
/** Only the end of a log counts where it is longer: errors are the last that make prints. */
const mostBytes = 64 * 1024 * 1024;

/** The lines of the build log `path`, each at most 4,096 characters; at most the last 64 MiB of it. */
export async function* logLines(path: string, bytes: number): AsyncGenerator<string> {
  let rest = "";
  let skipping = false;
  const start = Math.max(0, bytes - mostBytes);
  for await (const chunk of createReadStream(path, { encoding: "utf8", start })) {
    const parts = (chunk as string).split("\n");
    for (const [index, part] of parts.entries()) {
      if (!skipping) rest += part.slice(0, longestLine - rest.length);
      skipping = rest.length >= longestLine;
      if (index === parts.length - 1) break;
      yield rest;
      rest = "";
      skipping = false;
    }
  }
  if (rest !== "") yield rest;
}
