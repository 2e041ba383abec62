import { isTrue, neededFor, type Values } from "./evaluate.ts";
import type { Definition, Kconfig, KconfigSymbol } from "./kconfig.ts";

/** Options as a `.config` has them, by name with `CONFIG_`. */
export type ConfigOptions = ReadonlyMap<string, string>;

/** What `options` give a name without `CONFIG_`; texts lose their quotes. */
export function valuesOf(options: ConfigOptions): Values {
  return (name) => {
    const value = options.get(`CONFIG_${name}`);
    return value?.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, "$1") : value;
  };
}

/** Whether a user is asked about `symbol`, so that `.config` can turn it off; not of a choice's members. */
export function canBeTurnedOff(symbol: KconfigSymbol, values: Values): boolean {
  return (
    (symbol.type === "bool" || symbol.type === "tristate") &&
    symbol.definitions.every(({ choice }) => choice === null) &&
    symbol.definitions.some(
      ({ prompt, promptIf, depends }) =>
        prompt !== null && isTrue(promptIf, values) && isTrue(depends, values),
    )
  );
}

/**
 * For each option that is on, the options without which it could not be on as it is: what it depends on, what
 * it selects (that would come back), and of one that nobody is asked about what turns it on. All names without
 * `CONFIG_`, in the order of the Kconfig files.
 */
export function directNeeds(
  kconfig: Kconfig,
  options: ConfigOptions,
): ReadonlyMap<string, readonly string[]> {
  const values = valuesOf(options);
  const isOn = (name: string) => values(name) === "y" || values(name) === "m";
  const on = [...kconfig.symbols.values()].filter(({ name }) => isOn(name));
  const selectors = new Map<string, string[]>();
  const selected = new Map<string, string[]>();
  for (const { name, definitions } of on) {
    for (const { selects, depends } of definitions) {
      if (!isTrue(depends, values)) continue;
      for (const { name: other, if: condition } of selects) {
        if (!isTrue(condition, values) || !isOn(other)) continue;
        push(selected, name, other);
        push(selectors, other, name);
      }
    }
  }
  return new Map(
    on.map((symbol) => {
      const { name } = symbol;
      const needs = [
        ...definitionNeeds(symbol, values, selectors.get(name) ?? []),
        ...(selected.get(name) ?? []),
      ];
      return [name, [...new Set(needs)].filter((other) => other !== name && isOn(other))];
    }),
  );
}

/** What the definition needs by which `symbol` is on. */
function definitionNeeds(
  { definitions }: KconfigSymbol,
  values: Values,
  selectors: readonly string[],
): readonly string[] {
  const valid = definitions.filter(({ depends }) => isTrue(depends, values));
  const asked = valid.find(({ prompt, promptIf }) => prompt !== null && isTrue(promptIf, values));
  if (asked !== undefined) {
    const { depends, promptIf } = asked;
    // Where nobody is asked any more, it keeps what a default or another option says.
    const stays = selectors.length > 0 || valid.some((one) => defaultThatIsOn(one, values));
    return [...neededFor(depends, values), ...(stays ? [] : neededFor(promptIf, values))];
  }
  for (const definition of valid) {
    const value = defaultThatIsOn(definition, values);
    if (value === null) continue;
    return [
      ...neededFor(definition.depends, values),
      ...neededFor(value.if, values),
      ...neededFor(value.value, values),
    ];
  }
  // One of several that select it would do: which one, only the tree's own kconfig could tell each time.
  return selectors.length === 1 ? selectors : [];
}

function defaultThatIsOn({ defaults }: Definition, values: Values) {
  const first = defaults.find((one) => isTrue(one.if, values));
  return first !== undefined && isTrue(first.value, values) ? first : null;
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
