import { wrapped } from "./wrap.ts";

/** A title, or none, and what is below it; without lines it is left out. */
export type TextPart = readonly [string | null, readonly string[]];

/** `parts` below each other, an empty line between two; each line ends with LF. */
export function joinedParts(parts: readonly TextPart[], cells: number): string {
  return parts
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [...(title === null ? [] : wrapped(title, "", cells)), ...lines])
    .map((lines) => lines.map((line) => `${line}\n`).join(""))
    .join("\n");
}
