import { z } from "zod";
import { readConsole } from "../crash/read.ts";
import { crashFields } from "./crash-fields.ts";
import type { SymbolizedCrashes } from "./symbolized-crash.ts";

/** Bytes of one line at most: its text must fit into one string. */
const longestLine = 256 * 1024 * 1024;

const LF = 0x0a;

/** One console to read: as text, or as bytes in base64 where it is not UTF-8. */
const question = z
  .object({
    id: z.union([z.string(), z.number()]).nullish(),
    log: z.string().nullish(),
    log_b64: z.base64().nullish(),
  })
  .refine(({ log, log_b64 }) => typeof log === "string" || typeof log_b64 === "string", {
    error: "neither `log` nor `log_b64` is there",
  });

/**
 * Reads objects, one a line, and answers each with one, in order: `{id, log | log_b64}` in,
 * `{id, title, …}` out. One line is held at a time. A line that is no such object is answered with
 * `{id, line, error}` and the next one goes on; true where there was none of those. Offsets are into the
 * bytes of the console; those of `log` are its UTF-8.
 */
export async function answerLines(
  input: AsyncIterable<Buffer>,
  print: (text: string) => Promise<void>,
  symbolized: SymbolizedCrashes,
): Promise<boolean> {
  let line = 0;
  let allGood = true;
  for await (const bytes of linesOf(input)) {
    line++;
    if (bytes !== null && bytes.length === 0) continue;
    const answer = bytes === null ? tooLong : await answerTo(bytes, symbolized);
    if ("error" in answer) allGood = false;
    const { id, ...rest } = answer;
    await print(`${JSON.stringify("error" in answer ? { id, line, ...rest } : answer)}\n`);
  }
  return allGood;
}

const tooLong = { id: null, error: `the line has more than ${longestLine} bytes` } as const;

async function answerTo(bytes: Buffer, symbolized: SymbolizedCrashes) {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    return { id: null, error: `not JSON: ${error instanceof Error ? error.message : error}` };
  }
  const read = question.safeParse(value);
  if (!read.success) return { id: idOf(value), error: z.prettifyError(read.error) };
  const { id = null, log, log_b64 } = read.data;
  const console = log == null ? Buffer.from(log_b64 ?? "", "base64") : Buffer.from(log, "utf8");
  const [first, ...others] = readConsole(console);
  return { id, ...crashFields(first === undefined ? [] : [await symbolized.of(first), ...others]) };
}

/** The id of a question that is none, where it has one. */
function idOf(value: unknown): string | number | null {
  const id = typeof value === "object" && value !== null && "id" in value ? value.id : null;
  return typeof id === "string" || typeof id === "number" ? id : null;
}

/** The lines of `input`, without their ends; null for one that is too long. */
async function* linesOf(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer | null> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of input) {
    let at = 0;
    for (let lf = chunk.indexOf(LF); lf !== -1; lf = chunk.indexOf(LF, at)) {
      const last = chunk.subarray(at, lf);
      yield length + last.length > longestLine ? null : Buffer.concat([...parts, last]);
      parts = [];
      length = 0;
      at = lf + 1;
    }
    length += chunk.length - at;
    // Of a line that is too long only the length is kept.
    if (length > longestLine) parts = [];
    else parts.push(chunk.subarray(at));
  }
  if (length > longestLine) yield null;
  else if (length > 0) yield Buffer.concat(parts);
}
