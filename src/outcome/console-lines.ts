/** Bytes of a line that are looked at; what is behind them is left out. */
const longestLine = 2048;

/**
 * What a kernel puts before a message: `<level>`, `[ seconds]` and with CONFIG_PRINTK_CALLER `[ T123]`. Every part is
 * bounded, so that it takes constant time. Spaces behind it belong to the message, but the first.
 */
const prefix = /^(?:<\d{1,3}>)?\[ *(\d{1,9}\.\d{1,9})\](?:\[ *[TC]\d{1,9}\])? ?/;

/** Escape sequences of terminals, such as colours. */
const escapes = /\u001b\[[0-9;?]{0,16}[A-Za-z]/g;

/** A line of a console. */
export interface ConsoleLine {
  /** Without what the kernel puts before it. */
  readonly text: string;
  /** Seconds since the kernel's start, where the kernel says so. */
  readonly at: number | null;
}

/** The lines of a console, in UTF-8 as far as they are. Time and memory: linear in its bytes, a line at a time. */
export function* consoleLines(console: Buffer): Generator<ConsoleLine> {
  for (let start = 0; start < console.length; ) {
    const found = console.indexOf(0x0a, start);
    const end = found === -1 ? console.length : found;
    yield lineOf(console.toString("utf8", start, Math.min(end, start + longestLine)));
    start = end + 1;
  }
}

function lineOf(raw: string): ConsoleLine {
  const whole = (raw.includes("\u001b") ? raw.replace(escapes, "") : raw).replace(/\r+$/, "");
  const stamp = prefix.exec(whole);
  if (stamp === null) return { text: whole, at: null };
  return { text: whole.slice(stamp[0].length), at: Number(stamp[1]) };
}
