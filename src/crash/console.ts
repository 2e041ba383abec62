/** One line of a console, apart from what the console put before the message. */
export interface Line {
  /** The message, one character a byte (Latin-1), cut at {@link maxLine}: what patterns look at. */
  readonly text: string;
  /** The whole message, without its line end. */
  readonly whole: string;
  /** Who printed it (`T123` a task, `C1` a CPU), or null where the console does not say. */
  readonly context: string | null;
  /** True where there was a time stamp to take away: the kernel printed it, unless none has one. */
  readonly stamped: boolean;
  /** Byte offsets: the first byte of the line, and just past its last one, without the LF. */
  readonly start: number;
  readonly end: number;
}

/** Bytes of a line that are looked at; the kernel's own limit of a message is 1024 (`LOG_LINE_MAX`). */
export const maxLine = 2048;

/**
 * What a console puts before a message: a note that messages were dropped, a login prompt,
 * `<level>`, `[ seconds]` and with CONFIG_PRINTK_CALLER `[ T123]` or `[ C1]`.
 * Without the time there is no prefix. Every part is bounded, so it cannot backtrack far.
 */
const prefix =
  /^(?:\*\* ?\d{1,9} printk messages dropped ?\*\* ?)?(?:[^\n[<]{0,64}login: ?)?(?:<\d{1,3}>)?\[ *\d{1,9}\.\d{1,9}\](?:\[ *([TC]\d{1,9})\])? /;

/** The line whose bytes are `raw`, from byte `start` of the console on. */
export function readLine(raw: string, start: number): Line {
  const end = start + raw.length;
  const message = raw.charCodeAt(raw.length - 1) === 0x0d ? raw.slice(0, -1) : raw;
  const { length, context, stamped } = prefixOf(message);
  const whole = length === 0 ? message : message.slice(length);
  const text = whole.length > maxLine ? whole.slice(0, maxLine) : whole;
  return { text, whole, context, stamped, start, end };
}

function prefixOf(message: string): Prefix {
  const first = message.charCodeAt(0);
  // `[`, `<` and `*` begin a prefix; anything else only the prompt of a login does.
  const may = first === 0x5b || first === 0x3c || first === 0x2a || message.includes("login:");
  const found = may ? prefix.exec(message) : null;
  if (found === null) return noPrefix;
  return { length: found[0].length, context: found[1] ?? null, stamped: true };
}

interface Prefix {
  readonly length: number;
  readonly context: string | null;
  readonly stamped: boolean;
}

const noPrefix: Prefix = { length: 0, context: null, stamped: false };
