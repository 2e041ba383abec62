import { Failure } from "../failure/failure.ts";

/** What an ELF file is read from: an open file, or its bytes. */
export interface Readable {
  read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
}

/** One section of an ELF file, as far as a signature needs it. */
export interface Section {
  readonly name: string;
  /** `sh_type`. */
  readonly type: number;
  /** `sh_flags`. */
  readonly flags: bigint;
  /** Bytes from the start of the file; without meaning for a section without bytes. */
  readonly offset: number;
  readonly size: number;
}

/** `sh_type` of an entry without a section, such as the first. */
export const SHT_NULL = 0;
/** `sh_type` of a section without bytes in the file (`.bss`), and of notes such as the build id. */
export const SHT_NOBITS = 8;
export const SHT_NOTE = 7;
/** `sh_flags`: it occupies memory while the program runs. */
export const SHF_ALLOC = 2n;

/** A file cannot name more: an ELF of ours has 50, one with a section per function some 100,000. */
const mostSections = 1_000_000;
const mostNameBytes = 64 * 1024 * 1024;

/** Where the fields are, by word size; from elf(5). Offsets in bytes. */
const layouts = {
  32: {
    header: { shoff: 32, shentsize: 46, shnum: 48, shstrndx: 50, bytes: 52 },
    section: { name: 0, type: 4, flags: 8, offset: 16, size: 20, link: 24, bytes: 40 },
  },
  64: {
    header: { shoff: 40, shentsize: 58, shnum: 60, shstrndx: 62, bytes: 64 },
    section: { name: 0, type: 4, flags: 8, offset: 24, size: 32, link: 40, bytes: 64 },
  },
} as const;

/**
 * The sections of an ELF file of `fileBytes` bytes, in file order, the first (empty) one included.
 *
 * The file is taken for hostile: nothing is read beyond its end, and memory is bounded by its size.
 * Throws `build-infrastructure` where it is cut off or not ELF.
 */
export async function readSections(file: Readable, fileBytes: number): Promise<Section[]> {
  const identity = await readAt(file, 0, 16, fileBytes);
  if (identity.readUInt32BE(0) !== 0x7f454c46) throw damaged("it does not begin as ELF does");
  const bits = identity[4] === 1 ? 32 : identity[4] === 2 ? 64 : null;
  const little = identity[5] === 1 ? true : identity[5] === 2 ? false : null;
  if (bits === null || little === null) throw damaged("its class or byte order is unknown");
  const { header: at, section: field } = layouts[bits];
  const word = (bytes: Buffer, offset: number): number =>
    bits === 32 ? u32(bytes, offset, little) : safe(u64(bytes, offset, little));

  const header = await readAt(file, 0, at.bytes, fileBytes);
  const tableOffset = word(header, at.shoff);
  if (tableOffset === 0) return [];
  const entryBytes = u16(header, at.shentsize, little);
  if (entryBytes < field.bytes) throw damaged("its section headers are too small");

  // Counts that do not fit into 16 bits are in the first section header (elf(5), SHN_XINDEX).
  const first = await readAt(file, tableOffset, field.bytes, fileBytes);
  const count = u16(header, at.shnum, little) || word(first, field.size);
  const namesAt = u16(header, at.shstrndx, little);
  const namesIndex = namesAt === 0xffff ? u32(first, field.link, little) : namesAt;
  if (count > mostSections) throw damaged("it claims too many sections");
  if (namesIndex >= count) throw damaged("its section names are missing");

  const table = await readAt(file, tableOffset, count * entryBytes, fileBytes);
  const raw = (index: number) => table.subarray(index * entryBytes, (index + 1) * entryBytes);
  const namesBytes = word(raw(namesIndex), field.size);
  if (namesBytes > mostNameBytes) throw damaged("its section names are too long");
  const names = await readAt(file, word(raw(namesIndex), field.offset), namesBytes, fileBytes);

  const sections: Section[] = [];
  for (let index = 0; index < count; index += 1) {
    const entry = raw(index);
    sections.push({
      name: nameAt(names, u32(entry, field.name, little)),
      type: u32(entry, field.type, little),
      flags:
        bits === 32 ? BigInt(u32(entry, field.flags, little)) : u64(entry, field.flags, little),
      offset: word(entry, field.offset),
      size: word(entry, field.size),
    });
  }
  return sections;
}

/** `bytes` bytes at `offset`, all of them. Throws where the file does not have them. */
async function readAt(
  file: Readable,
  offset: number,
  bytes: number,
  fileBytes: number,
): Promise<Buffer> {
  if (offset + bytes > fileBytes) throw damaged("it is cut off");
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await file.read(buffer, 0, bytes, offset);
  if (bytesRead !== bytes) throw damaged("it is cut off");
  return buffer;
}

function nameAt(names: Buffer, offset: number): string {
  // Hostile names may all overlap; bounded, so that a million of them cannot fill the memory.
  const end = names.indexOf(0, offset);
  if (offset >= names.length || end < 0 || end - offset > 4096) {
    throw damaged("the name of a section is outside of its table");
  }
  return names.toString("latin1", offset, end);
}

/** The failure for a file that is not the ELF it should be. */
export function damaged(why: string): Failure {
  return new Failure("build-infrastructure", `the kernel that was built cannot be read: ${why}`, {
    facts: { why },
    hint: "build it again; if it stays so, look at the end of the build's log",
  });
}

function u16(bytes: Buffer, offset: number, little: boolean): number {
  return little ? bytes.readUInt16LE(offset) : bytes.readUInt16BE(offset);
}

function u32(bytes: Buffer, offset: number, little: boolean): number {
  return little ? bytes.readUInt32LE(offset) : bytes.readUInt32BE(offset);
}

function u64(bytes: Buffer, offset: number, little: boolean): bigint {
  return little ? bytes.readBigUInt64LE(offset) : bytes.readBigUInt64BE(offset);
}

/** No file of this world is larger than 2^53 bytes. */
function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw damaged("an offset or a size is out of bounds");
  return Number(value);
}
