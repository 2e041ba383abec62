import type { FileHandle } from "node:fs/promises";
import { setImmediate as others } from "node:timers/promises";

/** Of every so many lines it is known where it begins. */
const sparse = 1024;
/** Bytes that are read at a time. */
const piece = 1024 * 1024;
/** Files whose lines are remembered. */
const mostFiles = 32;

/** Where the lines of a text begin. A last line without an end is a line, too. */
export interface LineIndex {
  readonly lines: number;
  readonly bytes: number;
  /** Where line 0, 1024, 2048, … begins. */
  readonly starts: Float64Array;
}

/** Where the lines of `file` begin, in one pass with bounded memory. */
async function indexLines(file: FileHandle, size: number): Promise<LineIndex> {
  const starts: number[] = [0];
  const bytes = Buffer.allocUnsafe(piece);
  let lines = 0;
  let last = 0x0a;
  for (let at = 0; at < size; ) {
    const { bytesRead } = await file.read(bytes, 0, Math.min(piece, size - at), at);
    if (bytesRead === 0) break;
    const read = bytes.subarray(0, bytesRead);
    for (let end = read.indexOf(0x0a); end >= 0; end = read.indexOf(0x0a, end + 1)) {
      lines++;
      if (lines % sparse === 0) starts.push(at + end + 1);
    }
    last = read[bytesRead - 1] as number;
    at += bytesRead;
    await others();
  }
  return { lines: lines + (last === 0x0a ? 0 : 1), bytes: size, starts: Float64Array.from(starts) };
}

/** Lines of files, found without reading the files again as long as these stay as they are. */
export class LineIndexes {
  readonly #known = new Map<string, Promise<LineIndex>>();

  async of(file: FileHandle): Promise<LineIndex> {
    const { dev, ino, size, mtimeMs } = await file.stat();
    const key = `${dev}:${ino}:${size}:${mtimeMs}`;
    const known = this.#known.get(key);
    if (known !== undefined) {
      // The one that was wanted last is the last to go.
      this.#known.delete(key);
      this.#known.set(key, known);
      return known;
    }
    const made = indexLines(file, size);
    this.#known.set(key, made);
    made.catch(() => this.#known.delete(key));
    const [oldest] = this.#known.keys();
    if (this.#known.size > mostFiles && oldest !== undefined) this.#known.delete(oldest);
    return made;
  }
}

/**
 * Lines `from` to `to` (from 1, both included) as they are in the file, at most `most` bytes of them: more are left
 * out with the rest of the line.
 */
export async function readLines(
  file: FileHandle,
  index: LineIndex,
  from: number,
  to: number,
  most: number,
): Promise<Buffer> {
  if (from > index.lines) return Buffer.alloc(0);
  const begin = await startOf(file, index, from);
  const end = to >= index.lines ? index.bytes : await startOf(file, index, to + 1);
  const bytes = Buffer.alloc(Math.max(0, Math.min(most, end - begin)));
  const { bytesRead } = await file.read(bytes, 0, bytes.length, begin);
  return bytes.subarray(0, bytesRead);
}

/** Where line `line` (from 1) begins. */
async function startOf(file: FileHandle, index: LineIndex, line: number): Promise<number> {
  const known = Math.floor((line - 1) / sparse);
  let at = index.starts[known] ?? index.bytes;
  let left = line - 1 - known * sparse;
  const bytes = Buffer.allocUnsafe(64 * 1024);
  while (left > 0 && at < index.bytes) {
    const { bytesRead } = await file.read(bytes, 0, bytes.length, at);
    if (bytesRead === 0) break;
    const read = bytes.subarray(0, bytesRead);
    let end = -1;
    while (left > 0) {
      const next = read.indexOf(0x0a, end + 1);
      if (next < 0) break;
      end = next;
      left--;
    }
    at += left > 0 ? bytesRead : end + 1;
  }
  return at;
}

/** Where a search came to. */
export interface Found {
  /** The line (from 1) that has it; null: it is not there as far as was looked. */
  readonly line: number | null;
  /** The line to go on from where it was not looked to the end. */
  readonly next: number | null;
}

/** The first line after line `after` that has `text`, which is taken as it is; `most` bytes are looked through. */
export async function findLine(
  file: FileHandle,
  index: LineIndex,
  text: string,
  after: number,
  most: number,
): Promise<Found> {
  const wanted = Buffer.from(text);
  if (after >= index.lines) return { line: null, next: null };
  const begin = await startOf(file, index, after + 1);
  const end = Math.min(index.bytes, begin + most);
  let line = after + 1;
  let rest = Buffer.alloc(0);
  for (let at = begin; at < end; ) {
    const bytes = Buffer.allocUnsafe(Math.min(piece, end - at));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, at);
    if (bytesRead === 0) break;
    at += bytesRead;
    const read = Buffer.concat([rest, bytes.subarray(0, bytesRead)]);
    const found = read.indexOf(wanted);
    if (found >= 0) return { line: line + countLines(read, found), next: null };
    // What is at the end may be the beginning of it.
    const kept = Math.min(wanted.length - 1, read.length);
    line += countLines(read, read.length - kept);
    rest = read.subarray(read.length - kept);
    await others();
  }
  return { line: null, next: end < index.bytes ? line : null };
}

/** Line ends before `end`. */
function countLines(bytes: Buffer, end: number): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0 && at < end; at = bytes.indexOf(0x0a, at + 1)) count++;
  return count;
}
