import { type CodePlace, placesIn } from "../places.ts";
import { addressOf, type Symbols } from "../symbol-table.ts";
import type { SourceLine } from "./addr2line.ts";
import { type Symbolizer, Unreadable } from "./symbolizer.ts";

/** A report with what could be found out about it. */
export interface SymbolizedReport {
  readonly report: string;
  /** What could not, each a sentence for people: frames that are not of this binary, a tool that failed. */
  readonly notes: readonly string[];
}

/** Frames that do not fit which a note names one by one. */
const namedMisfits = 5;

/** `report` with the source lines that `symbolizer` knows: see `Symbolizers.symbolize`. */
export async function withSourceLines(
  report: string,
  symbolizer: Symbolizer,
  signal?: AbortSignal,
): Promise<SymbolizedReport> {
  const symbols = await symbolizer.symbols(signal);
  if (symbols instanceof Unreadable) return { report, notes: [withoutLines(symbols)] };
  const lines = report.split("\n");
  const places = new Map(placesIn(lines).map((place) => [place.line, place]));
  const { addresses, misfits } = locate([...places.values()], symbols);
  const notes = misfits.length === 0 ? [] : [misfitNote(misfits, places.size)];
  const found = await symbolizer.lookup([...new Set(addresses.values())], signal);
  if (found instanceof Unreadable) return { report, notes: [...notes, withoutLines(found)] };
  const text = lines.flatMap((line, i) => {
    const place = places.get(i);
    const sources = found.get(addresses.get(i) ?? -1n) ?? [];
    return place === undefined ? [line] : withSource(line, place, sources);
  });
  return { report: text.join("\n"), notes };
}

/** The address to look up for each place that the binary knows, by the place's line. */
function locate(places: readonly CodePlace[], symbols: Symbols) {
  const addresses = new Map<number, bigint>();
  const misfits: string[] = [];
  for (const place of places) {
    const start = addressOf(symbols, place.name, place.size);
    if (start === null || place.offset > place.size) {
      misfits.push(misfit(place, symbols));
      continue;
    }
    // A return address is that of the next instruction, which may belong to the next source line.
    const back = place.exact || place.offset === 0n ? 0n : 1n;
    addresses.set(place.line, start + place.offset - back);
  }
  return { addresses, misfits };
}

function misfit({ name, size, offset }: CodePlace, symbols: Symbols): string {
  const here = `${name}+0x${offset.toString(16)}/0x${size.toString(16)}`;
  const known = symbols.get(name);
  if (known === undefined) return `${here} (no such function)`;
  if (offset > size) return `${here} (behind its end)`;
  const fitting = known.filter(({ sizes }) => sizes.includes(size)).length;
  if (fitting > 1) return `${here} (${fitting} functions of that name and size)`;
  const sizes = known.flatMap((each) => each.sizes.slice(0, 1));
  return `${here} (its size is ${sizes.map((each) => `0x${each.toString(16)}`).join(" or ")})`;
}

function misfitNote(misfits: readonly string[], of: number): string {
  const all = [...new Set(misfits)];
  const more = all.length > namedMisfits ? `, and ${all.length - namedMisfits} more` : "";
  const named = all.slice(0, namedMisfits).join(", ");
  return `${misfits.length} of ${of} frames do not fit the binary: ${named}${more}`;
}

function withoutLines({ why }: Unreadable): string {
  return `no source lines: ${why}`;
}

function withSource(line: string, place: CodePlace, sources: readonly SourceLine[]): string[] {
  const outer = sources.at(-1);
  if (outer === undefined) return [line];
  const inlined = sources.slice(0, -1);
  return [
    ...inlined.map((each) => `${place.before}${each.name} ${each.place} [inline]`),
    `${line.slice(0, place.end)} ${outer.place}${line.slice(place.end)}`,
  ];
}
