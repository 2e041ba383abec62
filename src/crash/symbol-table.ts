/** Where the functions of a binary begin, and how long they are. */
export type Symbols = ReadonlyMap<string, readonly SymbolPlace[]>;

interface SymbolPlace {
  readonly address: bigint;
  /** Bytes: as the compiler says, and up to the next symbol, as the kernel's own table has it. */
  readonly sizes: readonly bigint[];
}

const line = /^([0-9a-f]{8,16}) (?:([0-9a-f]{8,16}) )?[tTwW] ([^\s]{1,512})$/;

/** The functions in what `nm -n -S` prints: `address [size] type name`, by address. */
export function readSymbols(table: string): Symbols {
  const rows = table.split("\n").flatMap((text) => {
    const [, address, size, name] = line.exec(text) ?? [];
    if (address === undefined || name === undefined) return [];
    return [
      {
        address: BigInt(`0x${address}`),
        size: size === undefined ? null : BigInt(`0x${size}`),
        name,
      },
    ];
  });
  const symbols = new Map<string, SymbolPlace[]>();
  let next = 0;
  for (const [i, { address, size, name }] of rows.entries()) {
    next = Math.max(next, i + 1);
    while (next < rows.length && rows[next]?.address === address) next++;
    const end = rows[next]?.address;
    const sizes = [...(size === null ? [] : [size]), ...(end === undefined ? [] : [end - address])];
    symbols.set(name, [...(symbols.get(name) ?? []), { address, sizes }]);
  }
  return symbols;
}

/** Where the one function of this name and size begins; null where there is none, or more than one. */
export function addressOf(symbols: Symbols, name: string, size: bigint): bigint | null {
  const fitting = (symbols.get(name) ?? []).filter(({ sizes }) => sizes.includes(size));
  return fitting.length === 1 ? (fitting[0]?.address ?? null) : null;
}

/**
 * Where all functions of this name begin, and the parts and variants that a compiler made of them
 * (`name.constprop.0`); not those that it holds for hardly ever executed, which begin in the middle of one.
 */
export function addressesOf(symbols: Symbols, names: readonly string[]): bigint[][] {
  const wanted = new Map(names.map((name) => [name, new Set<bigint>()]));
  for (const [symbol, places] of symbols) {
    const dot = symbol.indexOf(".");
    const found = wanted.get(dot < 0 ? symbol : symbol.slice(0, dot));
    if (found === undefined || symbol.includes(".cold")) continue;
    for (const { address } of places) found.add(address);
  }
  return names.map((name) => [...(wanted.get(name) ?? [])]);
}
