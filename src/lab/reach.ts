import { randomBytes } from "node:crypto";
import { addressesOf, type Symbols } from "../crash/symbol-table.ts";
import type { ReachedFunctions } from "../event/index.ts";
import { watchArchive } from "../kernel/initramfs/watch.ts";
import type { GuestReach } from "../machine/machine.ts";
import { type Reached, reachWords } from "../machine/reach.ts";

/** Functions that are watched, and places of one: our init takes no more. */
const most = { functions: 4, places: 8 } as const;

/** What one run is asked to look for. */
export interface Look {
  readonly probe: GuestReach;
  /** The functions by their place in the answer, and those that this kernel does not have. */
  readonly watched: readonly string[];
  readonly asked: readonly string[];
}

/**
 * How to look for `functions` in a kernel with these symbols, or null where it has none of them. Two of one
 * name count as one; a name that stands for more than eight functions tells nothing.
 */
export function lookFor(
  functions: readonly string[],
  symbols: Symbols,
  by: GuestReach["by"],
): Look | null {
  const asked = functions.slice(0, most.functions);
  const places = addressesOf(symbols, asked);
  const isFit = (n: number) => {
    const count = places[n]?.length ?? 0;
    return count > 0 && count <= most.places;
  };
  const fit = asked.map((_, n) => n).filter(isFit);
  if (fit.length === 0) return null;
  const probe = {
    nonce: randomBytes(16).toString("hex"),
    addresses: fit.map((n) => places[n] ?? []),
  };
  return {
    probe: { ...probe, by, archive: watchArchive(reachWords(probe)) },
    watched: fit.map((n) => asked[n] ?? ""),
    asked,
  };
}

/** The guest's answer by name. What it could not watch is as absent as what the kernel does not have. */
export function reachedFunctions({ watched, asked }: Look, reached: Reached): ReachedFunctions {
  const counts = new Map(watched.map((name, n) => [name, reached[n] ?? null]));
  return {
    asked: [...asked],
    absent: asked.filter((name) => (counts.get(name) ?? null) === null),
    hit: asked.filter((name) => (counts.get(name) ?? 0) > 0),
  };
}
