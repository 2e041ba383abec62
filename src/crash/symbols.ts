import { Failure } from "../failure/failure.ts";
import { runProcess } from "../process/run.ts";
import { type CodePlace, placesIn } from "./places.ts";
import { addressOf, readSymbols, type Symbols } from "./symbol-table.ts";

/** Where the sandbox shows the source folder while a kernel is built: what its debug information names. */
const builtAt = "/firstbad/src";

/** Seconds that each of the two tools may take, and bytes of their output that are read. */
const deadline = 120;
const outputLimit = 256 * 1024 * 1024;

/** One line of source that an address came from; the innermost inlined function comes first. */
interface SourceLine {
  readonly name: string;
  readonly place: string;
}

/**
 * `report` with source lines: `func+0x10/0x20` becomes `func+0x10/0x20 file.c:12`, and each function
 * that was inlined there gets a line of its own before it, `func file.c:34 [inline]`.
 *
 * `vmlinux` is the binary, with debug information; `source` the folder it was built from, which is taken
 * off the paths. Return addresses are looked up one byte before, in the call; the processor's place
 * (`RIP:`, `pc :`) as it is. A frame stays as it was where the binary has no such function, several, or
 * one of another size, since it then is not the kernel that crashed. The whole report stays as it was
 * without binutils, without debug information, or when `signal` fires. Throws nothing of its own.
 */
export async function symbolizeReport(
  report: string,
  vmlinux: string,
  signal?: AbortSignal,
  source = builtAt,
): Promise<string> {
  const lines = report.split("\n");
  const places = placesIn(lines);
  if (places.length === 0) return report;
  const table = await outputOf("nm", ["-n", "-S", "--defined-only", "--", vmlinux], "", signal);
  if (table === null) return report;

  const addresses = addressesOf(places, readSymbols(table));
  const asked = [...new Set(addresses.values())];
  if (asked.length === 0) return report;
  const answer = await outputOf(
    "addr2line",
    ["-a", "-f", "-i", "-C", `--exe=${vmlinux}`],
    asked.map((address) => `0x${address.toString(16)}\n`).join(""),
    signal,
  );
  if (answer === null) return report;

  const found = readAnswer(answer, `${source.replace(/\/+$/, "")}/`);
  return lines.flatMap((line, i) => withSource(line, i, addresses, places, found)).join("\n");
}

/** The address to look up for each place that the binary knows, by the place's line. */
function addressesOf(places: readonly CodePlace[], symbols: Symbols): Map<number, bigint> {
  const addresses = new Map<number, bigint>();
  for (const place of places) {
    const start = addressOf(symbols, place.name, place.size);
    if (start === null) continue;
    // A return address is that of the next instruction, which may belong to the next source line.
    const back = place.exact || place.offset === 0n ? 0n : 1n;
    addresses.set(place.line, start + place.offset - back);
  }
  return addresses;
}

function withSource(
  line: string,
  index: number,
  addresses: ReadonlyMap<number, bigint>,
  places: readonly CodePlace[],
  found: ReadonlyMap<bigint, readonly SourceLine[]>,
): string[] {
  const address = addresses.get(index);
  const sources = address === undefined ? undefined : found.get(address);
  const place = places.find((each) => each.line === index);
  const outer = sources?.at(-1);
  if (place === undefined || sources === undefined || outer === undefined) return [line];
  const inlined = sources.slice(0, -1);
  return [
    ...inlined.map((each) => `${place.before}${each.name} ${each.place} [inline]`),
    `${line.slice(0, place.end)} ${outer.place}${line.slice(place.end)}`,
  ];
}

/**
 * What `addr2line -a -f -i` prints: for each address a line `0x…`, then pairs of lines, a function and
 * `file:line`, the innermost first. Addresses without debug information (`??:0`) are left out.
 */
function readAnswer(answer: string, folder: string): Map<bigint, SourceLine[]> {
  const found = new Map<bigint, SourceLine[]>();
  let current: SourceLine[] = [];
  const lines = answer.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? "";
    if (/^0x[0-9a-f]{1,16}$/.test(line)) {
      current = [];
      found.set(BigInt(line), current);
      continue;
    }
    const place = /^(.*):(\d+)(?: \(discriminator \d+\))?$/.exec(lines[++i] ?? "");
    if (place === null || place[1] === "??") continue;
    const path = (place[1] ?? "").replaceAll("/./", "/");
    const relative = path.startsWith(folder) ? path.slice(folder.length) : path;
    current.push({ name: line, place: `${relative.replace(/^\.\//, "")}:${place[2]}` });
  }
  return found;
}

/** What the tool prints, or null where it is missing, fails or is cut off. */
async function outputOf(
  command: string,
  args: readonly string[],
  stdin: string,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  try {
    const result = await runProcess({
      command,
      args,
      stdin,
      deadline,
      stdout: { kind: "capture", limit: outputLimit },
      ...(signal === undefined ? {} : { signal }),
    });
    const whole = result.ending === "exited" && result.exitCode === 0 && !result.truncated;
    return whole ? result.stdout.toString("utf8") : null;
  } catch (error) {
    if (error instanceof Failure && error.code === "tool-missing") return null;
    throw error;
  }
}
