import type { Crash } from "../../src/crash/crash.ts";

/** What a fixture says about one crash; what it does not say of these is not compared. */
export interface ExpectedCrash {
  readonly title: string;
  readonly type: string;
  readonly frame: string | null;
  readonly altTitles: readonly string[];
  readonly corruption: string | null;
  readonly suppressed: boolean;
  readonly panicked: boolean;
  readonly executor: string | null;
  readonly stack?: readonly string[];
  readonly report?: string;
  /** Offsets of the first line with this text, and past the first with that. */
  readonly start?: number;
  readonly end?: number;
}

/** What stands between a console and the report text that it must give. */
const reportMark = "\nREPORT:\n";

/**
 * A fixture: headers up to the first empty line, then the console, then `REPORT:` on a line of its own and
 * the text of the first report, where that is compared. `CRASH:` (a title) begins each expected crash,
 * in order; to it belong `TYPE:`, `FRAME:` (`-`: none), `ALT:` (one each), `STACK:`, `CORRUPTED:` (why),
 * `SUPPRESSED: Y`, `EXECUTOR: 3/41`, `START:` and `END:` (text of a line). `PANICKED: Y` stands for all
 * crashes. Lines with `#` are comments. Any other header throws.
 */
export function readFixture(bytes: Buffer): { console: Buffer; crashes: ExpectedCrash[] } {
  const end = bytes.indexOf("\n\n");
  const mark = bytes.indexOf(reportMark, end);
  const console = bytes.subarray(end + 2, mark === -1 ? bytes.length : mark + 1);
  const crashes: ExpectedCrash[] = [];
  for (const line of bytes.toString("utf8", 0, end).split("\n")) {
    if (line.startsWith("#")) continue;
    const [key, value] = [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)];
    if (key === "CRASH") crashes.push({ ...nothing, title: value });
    else if (crashes.length === 0) throw new Error(`a header before the first CRASH: ${line}`);
    else crashes.push(withHeader(crashes.pop() as ExpectedCrash, key, value, console));
  }
  const [first] = crashes;
  if (mark !== -1 && first !== undefined) {
    crashes[0] = { ...first, report: bytes.toString("utf8", mark + reportMark.length) };
  }
  const panicked = crashes.some((crash) => crash.panicked);
  return { console, crashes: crashes.map((crash) => ({ ...crash, panicked })) };
}

const nothing: Omit<ExpectedCrash, "title"> = {
  type: "UNKNOWN",
  frame: null,
  altTitles: [],
  corruption: null,
  suppressed: false,
  panicked: false,
  executor: null,
};

function withHeader(
  crash: ExpectedCrash,
  key: string,
  value: string,
  console: Buffer,
): ExpectedCrash {
  switch (key) {
    case "TYPE":
      return { ...crash, type: value };
    case "FRAME":
      return { ...crash, frame: value === "-" ? null : value };
    case "ALT":
      return { ...crash, altTitles: [...crash.altTitles, value].sort() };
    case "STACK":
      return { ...crash, stack: value.split(" ") };
    case "CORRUPTED":
      return { ...crash, corruption: value };
    case "SUPPRESSED":
      return { ...crash, suppressed: value === "Y" };
    case "PANICKED":
      return { ...crash, panicked: value === "Y" };
    case "EXECUTOR":
      return { ...crash, executor: value };
    case "START":
      return { ...crash, start: console.indexOf(value) };
    case "END":
      return { ...crash, end: console.indexOf(value) + Buffer.byteLength(value) };
    default:
      throw new Error(`unknown header ${key}`);
  }
}

/** What `crash` is, in as far as `expected` says it. */
export function asExpected(crash: Crash, expected: ExpectedCrash | undefined): ExpectedCrash {
  const { title, type, frame, altTitles, corruption, suppressed, panicked, executor } = crash;
  const { stack, report, start, end } = crash;
  return {
    title,
    type,
    frame,
    altTitles,
    corruption,
    suppressed,
    panicked,
    executor: executor === null ? null : `${executor.proc}/${executor.id}`,
    ...(expected?.stack === undefined ? {} : { stack }),
    ...(expected?.report === undefined ? {} : { report }),
    ...(expected?.start === undefined ? {} : { start }),
    ...(expected?.end === undefined ? {} : { end }),
  };
}
