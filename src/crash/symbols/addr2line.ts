import { randomBytes } from "node:crypto";
import { withoutParameters } from "../function-name.ts";

/** One line of source that an address came from. */
export interface SourceLine {
  readonly name: string;
  /** `file.c:12`, below the tree where the file is of the tree. */
  readonly place: string;
}

/** A question to `addr2line -a -f -i -C`, which stays open, and how to know that its answer is whole. */
export interface AddressQuestion {
  readonly text: string;
  readonly isLast: (line: string) => boolean;
}

/** Longer paths and names are cut: foreign debug information may hold anything. */
const maxText = 500;

/**
 * Asks for `addresses`. addr2line says nothing after the last function of an address, so two addresses
 * nobody can guess are asked for after them: the second one's headline ends the answer of the first, which
 * is known to be whole then.
 */
export function addressQuestion(addresses: readonly bigint[]): AddressQuestion {
  // Far above all code: addr2line prints such a one as it was given, and as unknown.
  const marks = [0, 1].map(() => BigInt(`0x7e${randomBytes(7).toString("hex")}`));
  const last = headline(marks[1] as bigint);
  return {
    text: [...addresses, ...marks].map((address) => `${headline(address)}\n`).join(""),
    isLast: (line) => line === last,
  };
}

/**
 * The answer: for each address a line `0x…`, then pairs of lines, a function and `file:line`, the innermost
 * inlined function first. Addresses that were not asked for, and those without debug information (`??:0`),
 * are left out. `folders`: where the tree may have been when it was built.
 */
export function readAnswer(
  lines: readonly string[],
  asked: ReadonlySet<bigint>,
  folders: readonly string[],
): Map<bigint, SourceLine[]> {
  const found = new Map<bigint, SourceLine[]>();
  let current: SourceLine[] | null = null;
  for (let i = 0; i < lines.length; i++) {
    const line = (lines[i] ?? "").slice(0, maxText);
    if (/^0x[0-9a-f]{1,16}$/.test(line)) {
      const address = BigInt(line);
      current = asked.has(address) ? [] : null;
      if (current !== null) found.set(address, current);
      continue;
    }
    const place = placeOf((lines[++i] ?? "").slice(0, maxText), folders);
    if (place !== null) current?.push({ name: printable(withoutParameters(line)), place });
  }
  return found;
}

function placeOf(text: string, folders: readonly string[]): string | null {
  const found = /^(.*):(\d+)(?: \(discriminator \d+\))?$/.exec(text);
  if (found === null || found[1] === "??" || found[2] === "0") return null;
  const path = (found[1] ?? "").replaceAll("/./", "/");
  const folder = folders.find((each) => path.startsWith(each)) ?? "";
  const relative = path.slice(folder.length);
  return `${printable(relative.replace(/^\.\//, ""))}:${found[2]}`;
}

function headline(address: bigint): string {
  return `0x${address.toString(16).padStart(16, "0")}`;
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
