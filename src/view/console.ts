import type { Crash } from "../crash/crash.ts";
import { GuestMarkers } from "../crash/guest-markers.ts";
import { ConsoleStream } from "../crash/stream.ts";
import { plainLine } from "../syzbot/index.ts";
import { ConsoleCount, type Counted } from "./console-count.ts";
import type { LineIndex } from "./line-index.ts";

const LF = 0x0a;

/** A stretch of lines, which count from 1; `to` is the last of them. */
interface Lines {
  readonly from: number;
  readonly to: number;
}

/** What a console consists of. */
export interface ConsoleParts extends Counted {
  /**
   * All of its lines, in order, each in one part: `boot` until the reproducer is started, `reproducer`, `crash` the
   * first report since then, `rest`. What a program prints before it crashes is `output`. A part without lines is left
   * out.
   */
  readonly parts: readonly (Lines & {
    readonly name: "boot" | "reproducer" | "output" | "crash" | "rest";
  })[];
  /** All crashes, those of the boot included. */
  readonly crashes: readonly (Lines & { readonly title: string })[];
}

/** Bytes of a console from one offset up to another; fewer where it ends before. */
export type ReadConsole = (from: number, to: number) => Promise<Uint8Array>;

/** What is known of a console but for the lines that offsets are in. */
interface Scanned {
  readonly counted: Counted;
  readonly started: number | null;
  readonly ended: number | null;
  readonly boot: readonly Crash[];
  readonly run: readonly Crash[];
}

/** Bytes that are read at once. */
const chunkBytes = 256 * 1024;

/**
 * The parts and crashes of a console that `read` reads, once from beginning to end and then a little around each
 * place. Anything may be in it: time is linear, and memory a few MiB beside 16 bytes for 256 lines or 64 KiB. `signal`
 * ends it with its reason.
 */
export async function partsOfConsole(
  read: ReadConsole,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<ConsoleParts> {
  const scan = new ConsoleScan();
  for await (const chunk of chunksOf(read, signal)) scan.push(chunk);
  return placed(scan.finish(), read);
}

/** The chunks of a console, from its beginning to its end. `signal` ends it with its reason. */
export async function* chunksOf(read: ReadConsole, signal?: AbortSignal): AsyncGenerator<Buffer> {
  for (let at = 0; ; ) {
    signal?.throwIfAborted();
    const chunk = await read(at, at + chunkBytes);
    if (chunk.length === 0) return;
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    at += chunk.length;
  }
}

/** Takes a console in, in chunks of any size. */
class ConsoleScan {
  readonly #markers = new GuestMarkers();
  /** As runs are watched: what is printed before the reproducer is started stands by itself. */
  readonly #boot = new ConsoleStream();
  readonly #run = new ConsoleStream();
  readonly #count = new ConsoleCount();

  push(bytes: Buffer): void {
    const start = this.#count.size;
    this.#count.push(bytes);
    this.#markers.push(bytes);
    const { started } = this.#markers.progress;
    const split = started === null ? bytes.length : Math.max(0, started - start);
    this.#boot.push(bytes.subarray(0, split));
    this.#run.push(bytes.subarray(split));
  }

  finish(): Scanned {
    const { started, ended } = this.#markers.progress;
    const [boot, run] = [this.#boot.finish(), this.#run.finish()];
    return { counted: this.#count.finish(), started, ended, boot, run };
  }
}

/** The lines that the offsets are in. */
async function placed(scanned: Scanned, read: ReadConsole): Promise<ConsoleParts> {
  const { counted, started, ended } = scanned;
  const begun = started ?? 0;
  const found = [
    ...scanned.boot.map((crash) => ({ crash, base: 0 })),
    ...scanned.run.map((crash) => ({ crash, base: begun })),
  ].map(({ crash, base }) => ({
    title: plainLine(crash.title),
    start: base + crash.start,
    // Just past its last line: the line before is meant.
    last: Math.max(base + crash.start, base + crash.reportEnd - 1),
  }));
  const offsets = [
    ...found.flatMap(({ start, last }) => [start, last]),
    ...[started, ended].filter((offset) => offset !== null).map((offset) => offset - 1),
  ];
  const lineOf = await linesAt(offsets, counted, read);
  const crashes = found.map(({ title, start, last }) => ({
    title,
    from: lineOf(start),
    to: lineOf(last),
  }));
  const ofRun = crashes.slice(scanned.boot.length);
  // A kernel may go on after what it printed while it booted.
  const crash = (started === null ? crashes : ofRun)[0] ?? null;
  const parts = partsOf({
    lines: counted.lines,
    started: started === null ? null : lineOf(started - 1),
    ended: ended === null ? null : lineOf(ended - 1),
    crash,
  });
  return { ...counted, parts, crashes };
}

/** `started`, `ended`: the lines that say so. */
function partsOf(known: {
  readonly lines: number;
  readonly started: number | null;
  readonly ended: number | null;
  readonly crash: Lines | null;
}): ConsoleParts["parts"] {
  const { lines, started, ended, crash } = known;
  const end = crash === null ? (ended ?? lines) : crash.from - 1;
  const bootEnd = Math.min(started ?? end, end);
  const after = crash === null ? end : Math.min(crash.to, lines);
  const parts = [
    { name: "boot" as const, from: 1, to: bootEnd },
    { name: "reproducer" as const, from: bootEnd + 1, to: end },
    { name: "crash" as const, from: end + 1, to: after },
    { name: "rest" as const, from: after + 1, to: lines },
  ];
  return parts.filter(({ from, to }) => from <= to);
}

/** The line of each offset: read on from the nearest place that is known. All in all no byte is read twice. */
export async function linesAt(
  offsets: readonly number[],
  { index, size }: Counted,
  read: ReadConsole,
): Promise<(offset: number) => number> {
  const lines = new Map<number, number>();
  let [at, line] = [0, 1];
  for (const offset of [...new Set(offsets)].sort((a, b) => a - b)) {
    const near = index.beforeOffset(offset);
    if (near.offset > at) [at, line] = [near.offset, near.line];
    while (at < Math.min(offset, size)) {
      const bytes = await read(at, Math.min(offset, at + chunkBytes, size));
      if (bytes.length === 0) break;
      for (const byte of bytes) if (byte === LF) line++;
      at += bytes.length;
    }
    lines.set(offset, line);
  }
  return (offset) => lines.get(offset) ?? 1;
}

/** Most bytes of lines that are given at once. */
const mostBytes = 1024 * 1024;

/**
 * The lines `from` to `to` of a console, both included, as bytes with their line ends; fewer where that is more than
 * 1 MiB, and of a line that is longer, its beginning. `index`: that of the console.
 */
export async function consoleLines(
  read: ReadConsole,
  index: LineIndex,
  { from, to }: Lines,
): Promise<{ readonly bytes: Buffer; readonly to: number }> {
  const place = index.beforeLine(Math.max(1, from));
  let { line, offset } = place;
  const pieces: Buffer[] = [];
  let kept = 0;
  let last = line - 1;
  while (line <= to && kept < mostBytes) {
    const chunk = Buffer.from(await read(offset, offset + chunkBytes));
    if (chunk.length === 0) break;
    offset += chunk.length;
    let at = 0;
    while (at < chunk.length && line <= to && kept < mostBytes) {
      const lf = chunk.indexOf(LF, at);
      const end = lf === -1 ? chunk.length : lf + 1;
      if (line >= from) {
        const piece = chunk.subarray(at, Math.min(end, at + mostBytes - kept));
        pieces.push(piece);
        kept += piece.length;
        last = line;
      }
      if (lf !== -1) line++;
      at = end;
    }
  }
  return { bytes: Buffer.concat(pieces), to: last };
}
