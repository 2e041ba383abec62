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
