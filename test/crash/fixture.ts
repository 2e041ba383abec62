/** What a fixture says about one crash; a stack of null is not compared. */
export interface ExpectedCrash {
  readonly title: string;
  readonly type: string;
  readonly frame: string | null;
  readonly stack: readonly string[] | null;
  readonly corrupted: boolean;
}

/**
 * A fixture: headers up to the first empty line, then the console. `CRASH:` (a title) begins each
 * expected crash, in order; `TYPE:`, `FRAME:` (`-`: none), `STACK:` and `CORRUPTED: Y` belong to it; lines with
 * `#` are comments. Any other header throws.
 */
export function readFixture(bytes: Buffer): { console: Buffer; crashes: ExpectedCrash[] } {
  const end = bytes.indexOf("\n\n");
  const crashes: ExpectedCrash[] = [];
  for (const line of bytes.toString("utf8", 0, end).split("\n")) {
    if (line.startsWith("#")) continue;
    const [key, value] = [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)];
    if (key === "CRASH") {
      crashes.push({ title: value, type: "", frame: null, stack: null, corrupted: false });
      continue;
    }
    const crash = crashes.pop();
    if (crash === undefined) throw new Error(`a header before the first CRASH: ${line}`);
    crashes.push({ ...crash, ...header(key, value) });
  }
  return { console: bytes.subarray(end + 2), crashes };
}

function header(key: string, value: string): Partial<ExpectedCrash> {
  switch (key) {
    case "TYPE":
      return { type: value };
    case "FRAME":
      return { frame: value === "-" ? null : value };
    case "STACK":
      return { stack: value.split(" ") };
    case "CORRUPTED":
      return { corrupted: value === "Y" };
    default:
      throw new Error(`unknown header ${key}`);
  }
}
