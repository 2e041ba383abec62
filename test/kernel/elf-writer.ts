/** One section of an ELF file made for a test. */
export interface WrittenSection {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly bytes: Uint8Array;
}

/** Size and byte order of the file's words. */
export interface WrittenForm {
  readonly bits: 32 | 64;
  readonly little: boolean;
}

/**
 * An ELF file with `sections` after the empty first one and before the table of names. Fields as in
 * elf(5); readelf reads it without complaint.
 */
export function writeElf(
  sections: readonly WrittenSection[],
  { bits, little }: WrittenForm,
): Buffer {
  const wide = bits === 64;
  const headerBytes = wide ? 64 : 52;
  const entryBytes = wide ? 64 : 40;
  let names = "\0";
  const all = [...sections, { name: ".shstrtab", type: 3, flags: 0, bytes: new Uint8Array() }].map(
    (section) => {
      const nameAt = names.length;
      names += `${section.name}\0`;
      return { ...section, nameAt };
    },
  );
  const parts: Buffer[] = [];
  let offset = headerBytes;
  const entries = all.map((section, index) => {
    const bytes =
      index === all.length - 1 ? Buffer.from(names, "latin1") : Buffer.from(section.bytes);
    const entry = { ...section, offset, size: bytes.length };
    if (section.type !== 8) {
      parts.push(bytes);
      offset += bytes.length;
    }
    return entry;
  });
  const file = Buffer.alloc(offset + (entries.length + 1) * entryBytes);
  const put = (at: number, size: 2 | 4 | 8, value: number) => {
    if (size === 2) little ? file.writeUInt16LE(value, at) : file.writeUInt16BE(value, at);
    else if (size === 4) little ? file.writeUInt32LE(value, at) : file.writeUInt32BE(value, at);
    else if (little) file.writeBigUInt64LE(BigInt(value), at);
    else file.writeBigUInt64BE(BigInt(value), at);
  };
  const word = wide ? 8 : 4;
  file.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, little ? 1 : 2, 1]);
  put(16, 2, 1);
  put(18, 2, little ? (wide ? 62 : 3) : wide ? 21 : 20);
  put(20, 4, 1);
  put(wide ? 40 : 32, word, offset);
  const tail = wide ? 52 : 40;
  put(tail, 2, headerBytes);
  put(tail + 6, 2, entryBytes);
  put(tail + 8, 2, entries.length + 1);
  put(tail + 10, 2, entries.length);
  Buffer.concat(parts).copy(file, headerBytes);
  entries.forEach((entry, index) => {
    const at = offset + (index + 1) * entryBytes;
    put(at, 4, entry.nameAt);
    put(at + 4, 4, entry.type);
    put(at + 8, word, entry.flags);
    put(at + (wide ? 24 : 16), word, entry.offset);
    put(at + (wide ? 32 : 20), word, entry.size);
    put(at + (wide ? 48 : 32), word, 1);
  });
  return file;
}
