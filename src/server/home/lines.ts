import type { FileHandle } from "node:fs/promises";
import { setImmediate as others } from "node:timers/promises";
import type { ReadConsole } from "../../view/console.ts";
import { LineIndex } from "../../view/line-index.ts";

/** Bytes that are read at a time. */
const piece = 1024 * 1024;

/** Where lines of a text begin. A last line without an end is a line, too. */
export interface Lines {
  readonly count: number;
  readonly bytes: number;
  readonly index: LineIndex;
}

/** Reads `file` as views do. */
export function readerOf(file: FileHandle): ReadConsole {
  return async (from, to) => {
    const bytes = Buffer.allocUnsafe(Math.max(0, to - from));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    return bytes.subarray(0, bytesRead);
  };
}

/** Where the lines of `file` begin, in one pass with bounded memory. */
export async function linesOf(file: FileHandle): Promise<Lines> {
  const { size } = await file.stat();
  const index = new LineIndex();
  const bytes = Buffer.allocUnsafe(piece);
  let ends = 0;
  let last = 0x0a;
  for (let at = 0; at < size; ) {
    const { bytesRead } = await file.read(bytes, 0, Math.min(piece, size - at), at);
    if (bytesRead === 0) break;
    const read = bytes.subarray(0, bytesRead);
    for (let end = read.indexOf(0x0a); end >= 0; end = read.indexOf(0x0a, end + 1)) {
      index.note(++ends + 1, at + end + 1);
    }
    last = read[bytesRead - 1] as number;
    at += bytesRead;
    await others();
  }
  return { count: ends + (last === 0x0a ? 0 : 1), bytes: size, index };
}

/** Where a search came to. */
export interface Found {
  /** The line (from 1) that has it; null: it is not there as far as was looked. */
  readonly line: number | null;
  /** The line to go on after where it was not looked to the end. */
  readonly next: number | null;
}

/** The first line after line `after` that has `text`, which is taken as it is; about `most` bytes are looked through. */
export async function findLine(
  file: FileHandle,
  { index, count, bytes: size }: Lines,
  { text, after, most }: { readonly text: string; readonly after: number; readonly most: number },
): Promise<Found> {
  if (after >= count) return { line: null, next: null };
  const wanted = Buffer.from(text);
  const near = index.beforeLine(after + 1);
  const end = Math.min(size, near.offset + most);
  let line = near.line;
  let rest = Buffer.alloc(0);
  for (let at = near.offset; at < end; ) {
    const bytes = Buffer.allocUnsafe(Math.min(piece, end - at));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, at);
    if (bytesRead === 0) break;
    at += bytesRead;
    const read = Buffer.concat([rest, bytes.subarray(0, bytesRead)]);
    let from = 0;
    for (let found = read.indexOf(wanted); found >= 0; found = read.indexOf(wanted, found + 1)) {
      line += endsIn(read, from, found);
      from = found;
      // The index led to a place before the one that was asked for.
      if (line > after) return { line, next: null };
    }
    // What is at the end may be the beginning of it.
    const kept = Math.max(from, read.length - wanted.length + 1);
    line += endsIn(read, from, kept);
    rest = read.subarray(kept);
    await others();
  }
  return { line: null, next: end < size ? line - 1 : null };
}

/** Line ends from `from` up to `to`. */
function endsIn(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a, from); at >= 0 && at < to; at = bytes.indexOf(0x0a, at + 1))
    count++;
  return count;
}
