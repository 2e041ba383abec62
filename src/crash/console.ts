/** One line of a console, without its line end and what the console put before the message. */
export interface Line {
  /** The message, one character a byte (Latin-1), cut at {@link maxLine}. */
  readonly text: string;
  /** Who printed it (`T123` a task, `C1` a CPU), or null where the console does not say. */
  readonly context: string | null;
  /** True where there was a time stamp to take away. */
  readonly stamped: boolean;
  /** Byte offsets: the first byte of the line, and just past its last one, without the LF. */
  readonly start: number;
  readonly end: number;
}

/** Bytes of a line that are looked at; the kernel's own limit of a message is 1024 (`LOG_LINE_MAX`). */
export const maxLine = 1200;

const LF = 0x0a;

/**
 * What a console puts before a message: a note that messages were dropped, a login prompt,
 * `<level>`, `[ seconds]` and with CONFIG_PRINTK_CALLER `[ T123]` or `[ C1]`.
 * Every part is bounded, so it cannot backtrack far.
 */
const prefix =
  /^(?:\*\* ?\d{1,9} printk messages dropped ?\*\* ?)?(?:[^\n[<]{0,64}login: ?)?(?:<\d{1,3}>)?(?:\[ *\d{1,9}\.\d{1,9}\](?:\[ *([TC]\d{1,9})\])? ?)?/;
const stamp = /\[ *\d{1,9}\.\d{1,9}\]/;

/** The line of `bytes` that begins at `start`; its end is the next LF, or the end of the bytes. */
export function lineAt(bytes: Buffer, start: number): Line {
  const lf = bytes.indexOf(LF, start);
  const end = lf === -1 ? bytes.length : lf;
  let stop = Math.min(end, start + maxLine);
  if (stop > start && bytes[stop - 1] === 0x0d) stop--;
  const raw = bytes.toString("latin1", start, stop);
  const found = prefix.exec(raw);
  const length = found === null ? 0 : found[0].length;
  return {
    text: raw.slice(length),
    context: found?.[1] ?? null,
    stamped: stamp.test(raw.slice(0, length)),
    start,
    end,
  };
}

/** Where the line that holds the byte at `offset` begins, or -1 where that is further than {@link maxLine}. */
export function lineStart(bytes: Buffer, offset: number): number {
  const earliest = Math.max(0, offset - maxLine);
  const lf = bytes.subarray(earliest, offset).lastIndexOf(LF);
  if (lf !== -1) return earliest + lf + 1;
  return earliest === 0 ? 0 : -1;
}

/** The `count` lines before `start` at most, in order; none beyond one too long to be the kernel's. */
export function linesBefore(bytes: Buffer, start: number, count: number): Line[] {
  const lines: Line[] = [];
  let at = start;
  while (at > 0 && lines.length < count) {
    const previous = lineStart(bytes, at - 1);
    if (previous === -1) break;
    lines.unshift(lineAt(bytes, previous));
    at = previous;
  }
  return lines;
}
