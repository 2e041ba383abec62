/** A place in the kernel's code that a line of a report names: `func+0x10/0x20`. */
export interface CodePlace {
  /** Index of the line. */
  readonly line: number;
  /** What the line says before the function, with its indentation. */
  readonly before: string;
  /** Where the place ends in the line. */
  readonly end: number;
  readonly name: string;
  readonly offset: bigint;
  readonly size: bigint;
  /** True for where the processor was; false for an address that a call returns to. */
  readonly exact: boolean;
}

/** Lines and characters of a line that are looked at. */
const maxPlaces = 2000;
const maxLine = 1200;

const place =
  /(?<![\w.])([a-zA-Z_][\w.]{0,200})\+0x([0-9a-f]{1,8})\/0x([0-9a-f]{1,8})(?![\w/])(?! [^ ]{1,200}:\d)(?! \[[\w-]{1,60}\])/;
/** Where the processor was, on each architecture; a warning's place is that of its trap. */
const counter = /^ *(?:[RE]?IP: |e?pc *: |PC is at |NIP |Krnl PSW|WARNING: )/;
/** Old and User Mode Linux frames carry the address, too: `[<60012345>] func+…`; it is no use in source lines. */
const rawAddress = /\[?\[<[0-9a-f]{8,16}>\]\]? *(?=$)/;

/**
 * The places that `lines` name, one a line, at most 2,000. Lines that already have a source line are left
 * out, and so are those of modules (`func+0x1/0x2 [name]`), whose code is in no kernel's binary, and addresses
 * that only happened to lie on the stack (`? func+…`).
 */
export function placesIn(lines: readonly string[]): CodePlace[] {
  const places: CodePlace[] = [];
  for (let i = 0; i < lines.length && places.length < maxPlaces; i++) {
    const text = (lines[i] ?? "").slice(0, maxLine);
    const found = place.exec(text);
    if (found === null) continue;
    const before = text.slice(0, found.index);
    if (/\? *$/.test(before)) continue;
    places.push({
      line: i,
      before: before.replace(rawAddress, ""),
      end: found.index + found[0].length,
      name: found[1] ?? "",
      offset: BigInt(`0x${found[2]}`),
      size: BigInt(`0x${found[3]}`),
      exact: counter.test(text),
    });
  }
  return places;
}
