import type { FileHandle } from "node:fs/promises";
import { z } from "zod";
import { endNamed } from "../../crash/program/named-end.ts";
import type { ProgramEnd } from "../../crash/program/program-crash.ts";
import { runNumberOf } from "../../event/index.ts";
import { Failure } from "../../failure/failure.ts";
import { evidenceIn } from "../../report/evidence.ts";
import { plainLine } from "../../syzbot/index.ts";
import { consoleLines, partsOfConsole } from "../../view/console.ts";
import { partsOfProgram } from "../../view/program-console.ts";
import type { FollowedBisection } from "../home/bisection.ts";
import { ByFile } from "../home/by-file.ts";
import { findLine, linesOf, readerOf } from "../home/lines.ts";
import { type App, addAddress } from "../http/address.ts";
import { openInside } from "../security/open-inside.ts";
import type { Reading } from "./context.ts";
import { runOf } from "./params.ts";

/** Lines that one answer has; they are 1 MiB at most. */
const mostLines = 10_000;
/** Bytes that one search looks through. */
const mostSearched = 64 * 1024 * 1024;
/** Bytes of a file that are read at a time. */
const piece = 256 * 1024;
/** Consoles of which it is remembered what was found out. */
const mostConsoles = 64;

const lineStretch = z.object({ from: z.number(), to: z.number() });

const runAnswer = z.object({
  run: z.string(),
  kernel: z.string(),
  commit: z.string(),
  /** Null: it runs, or was cut off. */
  outcome: z.string().nullable(),
  title: z.string(),
  seconds: z.number().nullable(),
  /** Bytes of the console; 0 where none is kept. */
  size: z.number(),
  cut: z.boolean(),
  lines: z.number(),
  parts: z.array(
    lineStretch.extend({ name: z.enum(["boot", "reproducer", "output", "crash", "rest"]) }),
  ),
  crashes: z.array(lineStretch.extend({ title: z.string() })),
  /** The command that prints how to repeat it by hand; null: none does. */
  reproduce: z.string().nullable(),
});

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

/** Runs, and their consoles: as they are, by lines, and searched. */
export function addRuns(app: App, { home, views }: Reading): void {
  const lines = new ByFile(mostConsoles, linesOf);
  const parts = new ByFile(mostConsoles, (file, program: ProgramEnd | null) =>
    program === null ? partsOfConsole(readerOf(file)) : partsOfProgram(readerOf(file), program),
  );
  addAddress(
    app,
    {
      method: "get",
      path: "/api/bisections/{id}/runs/{run}",
      role: "read",
      summary: "A run, and the parts and crashes of its console by lines.",
      params: runOf,
      answer: runAnswer,
    },
    async ({ params: { id, run } }): Promise<z.infer<typeof runAnswer>> => {
      const followed = await home.follow(id);
      const { program, ...about } = aboutRun(followed, run);
      const file = await openInside(followed.folder, consoleFile(run)).catch(() => null);
      const none = { size: 0, cut: false, lines: 0, parts: [], crashes: [] };
      // What one console costs is not to be done for several at once.
      const { index: _, ...found } =
        file === null
          ? { index: null, ...none }
          : await views.inTurn.do(() => parts.of(file, program)).finally(() => file.close());
      return {
        ...{ ...about, ...found, parts: [...found.parts], crashes: [...found.crashes] },
        reproduce:
          evidenceIn(followed.events).find(({ kernel }) => kernel === about.kernel)?.command ??
          null,
      };
    },
  );
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
      const { folder } = await home.follow(id);
      const file = await openInside(folder, consoleFile(run));
      let isGiven = false;
      try {
        if (query.find !== undefined) {
          const { find: text, after } = query;
          return await findLine(file, await lines.of(file, null), {
            text,
            after,
            most: mostSearched,
          });
        }
        if (query.lines !== undefined) {
          const stretch = stretchIn(query.lines);
          const { index, count } = await lines.of(file, null);
          const { bytes } = await consoleLines(readerOf(file), index, stretch);
          return new Response(new Uint8Array(bytes), {
            headers: { ...plain, "x-lines": String(count) },
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

function consoleFile(run: string): string {
  return `consoles/${run}.txt`;
}

/** What the events tell of the run that an address calls KERNEL-N. */
function aboutRun({ events }: FollowedBisection, name: string) {
  const kernel = name.slice(0, name.lastIndexOf("-"));
  const run = `${kernel}#${name.slice(kernel.length + 1)}`;
  const isIt = (event: { readonly run: string }) => event.run === run;
  const finished = events.findLast(
    (event): event is Extract<typeof event, { kind: "run-finished" }> =>
      event.kind === "run-finished" && isIt(event),
  );
  const begun = events.some((event) => event.kind === "run-started" && isIt(event));
  if (finished === undefined && !begun) {
    throw new Failure("step-not-found", `there is no run ${runNumberOf(run)} of ${kernel}`, {
      facts: { run },
      hint: "the page of the bisection has all runs",
    });
  }
  const planned = events.find(
    (event): event is Extract<typeof event, { kind: "kernel-planned" }> =>
      event.kind === "kernel-planned" && event.kernel === kernel,
  );
  const [started] = events;
  const crashes = finished?.crashes ?? [];
  return {
    run,
    kernel,
    commit: planned?.commit ?? "",
    outcome: finished?.outcome ?? null,
    title: plainLine(crashes[0]?.title ?? ""),
    seconds: finished?.seconds ?? null,
    /** How the program ended, which is its last crash if it is one; null: it is a kernel. */
    program:
      started?.kind === "started" && started.target === "program"
        ? endNamed(crashes.at(-1)?.title ?? "")
        : null,
  };
}

function stretchIn(text: string): { readonly from: number; readonly to: number } {
  const [from = 1, to = 1] = text.split("-").map(Number);
  if (from >= 1 && to >= from && to - from < mostLines) return { from, to };
  throw new Failure("request-invalid", `lines ${text} are none that can be had`, {
    hint: `at most ${mostLines} at a time, from 1 on`,
  });
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
