import { open } from "node:fs/promises";
import type { CodeArch } from "./code-line.ts";

/** `e_machine` of elf(5), of little-endian files. */
const machines: ReadonlyMap<number, CodeArch> = new Map([
  [3, "i386"],
  [21, "powerpc64le"],
  [40, "arm"],
  [62, "x86_64"],
  [183, "arm64"],
  [243, "riscv64"],
]);

/** The architecture of the ELF file `path`; null where it cannot be read, is none, or is of another. */
export async function archOfBinary(path: string): Promise<CodeArch | null> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(20), 0, 20, 0);
      const isElf = bytesRead === 20 && buffer.readUInt32BE(0) === 0x7f454c46;
      // Little-endian, and 64 bits wide where the number stands for both widths.
      if (!isElf || buffer[5] !== 1) return null;
      const arch = machines.get(buffer.readUInt16LE(18)) ?? null;
      return arch === "riscv64" && buffer[4] !== 2 ? null : arch;
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}
