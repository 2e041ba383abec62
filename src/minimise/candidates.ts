import type { Kconfig } from "../kconfig/kconfig.ts";
import { type ConfigOptions, canBeTurnedOff, directNeeds, valuesOf } from "../kconfig/needs.ts";
import { type Group, groupOf } from "./instrumentation.ts";

/** An option of the crashing configuration that it may do without. */
export interface Candidate {
  /** With `CONFIG_`. */
  readonly name: string;
  /** The candidates that it cannot be on without, directly or by way of others, by their place in the list. */
  readonly needs: readonly number[];
  /** The kind of instrumentation that it is. */
  readonly group: Group | null;
  /** The baseline has it, too: it is only left out with all of its group. */
  readonly inBase: boolean;
  /** Files that define it. */
  readonly files: readonly string[];
}

/** More than any configuration has on. */
const most = 6_000;

/**
 * What may be left out of the configuration `full`, in the order of the Kconfig files: the options that are on in
 * it and off in `base` (null: none is), and instrumentation; of these such as a user is asked about.
 */
export function candidatesOf(
  kconfig: Kconfig,
  full: ConfigOptions,
  base: ConfigOptions | null,
): readonly Candidate[] {
  const values = valuesOf(full);
  const names: string[] = [];
  for (const symbol of kconfig.symbols.values()) {
    const { name } = symbol;
    if (!isOn(full, name) || names.length >= most) continue;
    const wanted = (base !== null && !isOn(base, name)) || groupOf(name) !== null;
    if (wanted && canBeTurnedOff(symbol, values)) names.push(name);
  }
  const direct = directNeeds(kconfig, full);
  const places = new Map(names.map((name, place) => [name, place]));
  return names.map((name) => ({
    name: `CONFIG_${name}`,
    needs: needsAmong(places, direct, name),
    group: groupOf(name),
    inBase: base !== null && isOn(base, name),
    files: [...new Set(kconfig.symbols.get(name)?.definitions.map(({ file }) => file))],
  }));
}

/** How many options are on. */
export function countOn(options: ConfigOptions): number {
  let count = 0;
  for (const value of options.values()) if (value === "y" || value === "m") count += 1;
  return count;
}

function isOn(options: ConfigOptions, name: string): boolean {
  const value = options.get(`CONFIG_${name}`);
  return value === "y" || value === "m";
}

/** The nearest candidates that `name` needs, looking through what are none. */
function needsAmong(
  places: ReadonlyMap<string, number>,
  direct: ReadonlyMap<string, readonly string[]>,
  name: string,
): readonly number[] {
  const found = new Set<number>();
  const seen = new Set([name]);
  const open = [...(direct.get(name) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const place = places.get(next);
    if (place === undefined) open.push(...(direct.get(next) ?? []));
    else found.add(place);
  }
  return [...found].sort((a, b) => a - b);
}
