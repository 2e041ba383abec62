import { open } from "node:fs/promises";
import { Failure } from "../../failure/failure.ts";
import { findTool } from "../../process/find-tool.ts";

/** `p_type` of a program header that names a dynamic linker (elf(5)). */
const PT_INTERP = 3;

/** The path of a statically linked busybox; throws `tool-missing` where there is none. */
export async function findBusybox(): Promise<string> {
  const path = findTool("busybox", process.env.PATH ?? "/usr/bin:/bin");
  if (path !== null && (await isStatic(path))) return path;
  throw new Failure(
    "tool-missing",
    path === null
      ? "a shell reproducer needs busybox, which is not there"
      : `a shell reproducer needs a statically linked busybox, and ${path} is not`,
    { facts: { program: "busybox" }, hint: "apt-get install busybox-static" },
  );
}

/** True for a 64-bit little-endian ELF program without a dynamic linker. */
async function isStatic(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const start = Buffer.alloc(4096);
    await file.read(start, 0, start.length, 0);
    if (start.readUInt32BE(0) !== 0x7f454c46 || start[4] !== 2 || start[5] !== 1) return false;
    const offset = Number(start.readBigUInt64LE(32));
    const size = start.readUInt16LE(54);
    for (let index = 0; index < start.readUInt16LE(56); index++) {
      const at = offset + index * size;
      if (at + 4 > start.length) return false;
      if (start.readUInt32LE(at) === PT_INTERP) return false;
    }
    return true;
  } finally {
    await file.close();
  }
}
