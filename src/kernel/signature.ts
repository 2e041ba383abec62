import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import {
  damaged,
  type Readable,
  readSections,
  type Section,
  SHF_ALLOC,
  SHT_NOBITS,
  SHT_NOTE,
  SHT_NULL,
} from "./elf.ts";

const chunkBytes = 4 * 1024 * 1024;

/**
 * The signature of a kernel: SHA-256 in hex over its `vmlinux`'s sections that are loaded into memory, in
 * file order, without notes; of each, the name, a zero byte, the size as 8 bytes (little endian), and its
 * bytes where it has any (`.bss` has none).
 *
 * Debug information and the build id (a note, which covers debug information) are left out, so a change
 * of white space or of a file that is not built gives an equal signature. Line numbers that the code
 * itself carries (`BUG()`, lock classes, sanitizer tables) are in it: equal means the same kernel, but
 * different does not yet mean that it acts differently.
 *
 * Throws `build-infrastructure` where the file is no ELF, cut off, or lies about itself; the time is
 * bounded by the file's size whatever it says.
 */
export function signatureOf(vmlinux: string): Promise<string> {
  return hashOfSections(vmlinux, ({ flags }) => (flags & SHF_ALLOC) !== 0n);
}

/**
 * The signature of a kernel with modules: SHA-256 in hex over that of its `vmlinux` and, in order of
 * their paths, path and hash of each `.ko` below `modules`. Of a module all sections but notes count: it
 * is linked when it is loaded, so two that call different functions differ only in relocations. Its debug
 * information must be stripped. Throws what {@link signatureOf} throws.
 */
export async function signatureWithModules(vmlinux: string, modules: string): Promise<string> {
  const hash = createHash("sha256").update(await signatureOf(vmlinux));
  const entries = await readdir(modules, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ko"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const path of paths) {
    hash.update(`${relative(modules, path)}\0`).update(await hashOfSections(path, () => true));
  }
  return hash.digest("hex");
}

/**
 * SHA-256 in hex over those sections of an ELF file that `counts` says count and that are no notes, as
 * {@link signatureOf} hashes them. Throws what that throws.
 */
export async function hashOfSections(
  path: string,
  counts: (section: Section) => boolean,
): Promise<string> {
  // A tree that builds a link or a pipe in place of the kernel gets no answer.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((error: Error) => {
    throw damaged(error.message);
  });
  try {
    const status = await file.stat();
    if (!status.isFile()) throw damaged("it is no regular file");
    const { size } = status;
    if (size > chunkBytes) return await hashSections(file, size, counts);
    // An object has forty sections: one read is a tenth of the work of forty.
    const bytes = await file.readFile();
    return await hashSections(inMemory(bytes), Math.min(size, bytes.length), counts);
  } finally {
    await file.close();
  }
}

function inMemory(bytes: Buffer): Readable {
  return {
    async read(buffer, offset, length, position) {
      return { bytesRead: bytes.copy(buffer, offset, position, position + length) };
    },
  };
}

async function hashSections(
  file: Readable,
  fileBytes: number,
  counts: (section: Section) => boolean,
): Promise<string> {
  const loaded = (await readSections(file, fileBytes)).filter(
    (section) => counts(section) && section.type !== SHT_NULL && section.type !== SHT_NOTE,
  );
  if (loaded.length === 0) throw damaged("no section of it is loaded into memory");
  // Real sections do not overlap; ones that do could make a small file take hours.
  let left = fileBytes;
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, fileBytes));
  const size = Buffer.alloc(8);
  for (const section of loaded) {
    size.writeBigUInt64LE(BigInt(section.size));
    hash.update(`${section.name}\0`, "latin1").update(size);
    if (section.type === SHT_NOBITS) continue;
    left -= section.size;
    if (left < 0 || section.offset + section.size > fileBytes) {
      throw damaged(`section ${JSON.stringify(section.name)} is outside of the file`);
    }
    let done = 0;
    while (done < section.size) {
      const length = Math.min(buffer.length, section.size - done);
      const { bytesRead } = await file.read(buffer, 0, length, section.offset + done);
      if (bytesRead === 0) throw damaged("it is cut off");
      hash.update(buffer.subarray(0, bytesRead));
      done += bytesRead;
    }
  }
  return hash.digest("hex");
}
