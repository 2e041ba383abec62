import type { FileHandle } from "node:fs/promises";
import { z } from "zod";
import { Failure } from "../../failure/failure.ts";
import type { FollowedBisection } from "../home/bisection.ts";
import { findLine, LineIndexes, readLines } from "../home/lines.ts";
import { type App, addAddress } from "../http/address.ts";
import { openInside } from "../security/open-inside.ts";
import type { Reading } from "./context.ts";
import { runOf } from "./params.ts";

/** Lines, and bytes of them, that one answer has. */
const [mostLines, mostBytes] = [10_000, 4 * 1024 * 1024];
/** Bytes that one search looks through. */
const mostSearched = 64 * 1024 * 1024;
/** Bytes of a file that are read at a time. */
const piece = 256 * 1024;

const consoleQuery = z.object({
  /** From 1, both included. */
  lines: z
    .string()
    .regex(/^\d{1,9}-\d{1,9}$/, "expected A-B")
    .optional(),
  find: z
    .string()
    .min(1)
    .max(500)
    .regex(/^[^\n]*$/)
    .optional(),
  /** The line after which it is searched; 0: from the beginning. */
  after: z.coerce.number().int().min(0).default(0),
});

/** Runs' consoles: as they are, by lines, and searched. */
export function addConsoles(app: App, { home }: Reading): void {
  const indexes = new LineIndexes();
  addAddress(
    app,
    {
      method: "get",
      path: "/api/bisections/{id}/runs/{run}/console",
      role: "read",
      summary:
        "The console of a run, as plain text: whole, a range of bytes, or lines A-B; `find`: the first line with that text, as JSON.",
      params: runOf,
      query: consoleQuery,
      answer: "text/plain",
    },
    async ({ params: { id, run }, query, request }) => {
      const file = await consoleOf(await home.follow(id), run);
      let isGiven = false;
      try {
        if (query.find !== undefined) {
          const index = await indexes.of(file);
          return await findLine(file, index, query.find, query.after, mostSearched);
        }
        if (query.lines !== undefined) {
          const [from = 1, to = 1] = query.lines.split("-").map(Number);
          if (from < 1 || to < from || to - from >= mostLines) {
            throw new Failure("request-invalid", `lines ${query.lines} are none that can be had`, {
              hint: `at most ${mostLines} at a time, from 1 on`,
            });
          }
          const index = await indexes.of(file);
          const bytes = await readLines(file, index, from, to, mostBytes);
          return new Response(new Uint8Array(bytes), {
            headers: { ...plain, "x-lines": String(index.lines) },
          });
        }
        const response = await wholeOrRange(file, request.headers.get("range"));
        isGiven = response.body !== null;
        return response;
      } finally {
        if (!isGiven) await file.close();
      }
    },
  );
}

/** A console is what a kernel wrote: text, whatever is in it. */
const plain = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };

/** The console of `run`, KERNEL-N. Throws `file-not-readable`. */
async function consoleOf({ folder }: FollowedBisection, run: string): Promise<FileHandle> {
  return openInside(folder, `consoles/${run}.txt`);
}

/** Closes the file at its end. */
async function wholeOrRange(file: FileHandle, header: string | null): Promise<Response> {
  const { size } = await file.stat();
  const headers = { ...plain, "accept-ranges": "bytes" };
  if (header === null) {
    return new Response(streamOf(file, 0, size), {
      headers: { ...headers, "content-length": String(size) },
    });
  }
  const range = rangeIn(header, size);
  if (range === null) {
    return new Response(null, {
      status: 416,
      headers: { ...headers, "content-range": `bytes */${size}` },
    });
  }
  const [from, to] = range;
  return new Response(streamOf(file, from, to), {
    status: 206,
    headers: {
      ...headers,
      "content-length": String(to - from),
      "content-range": `bytes ${from}-${to - 1}/${size}`,
    },
  });
}

/** From and to (not included) of a range of bytes; null: it has none of them, or asks for several. */
function rangeIn(header: string, size: number): readonly [number, number] | null {
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim()) ?? [];
  if (first === "" && last === "") return null;
  const from = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  return from < to ? [from, to] : null;
}

function streamOf(file: FileHandle, from: number, to: number): ReadableStream<Uint8Array> {
  let at = from;
  return new ReadableStream(
    {
      async pull(controller) {
        const bytes = Buffer.allocUnsafe(Math.min(piece, to - at));
        const { bytesRead } =
          bytes.length === 0 ? { bytesRead: 0 } : await file.read(bytes, 0, bytes.length, at);
        at += bytesRead;
        if (bytesRead > 0) controller.enqueue(new Uint8Array(bytes.subarray(0, bytesRead)));
        if (at < to && bytesRead > 0) return;
        await file.close();
        controller.close();
      },
      cancel: () => file.close(),
    },
    { highWaterMark: 0 },
  );
}
