import { type FileHandle, open } from "node:fs/promises";
import { Failure } from "../../failure/failure.ts";
import { findTool } from "../../process/find-tool.ts";
import { type ElfKind, recipeOf } from "../arch.ts";
import type { Arch } from "../kernel.ts";

/** `p_type` of a program header that names a dynamic linker (elf(5)). */
const PT_INTERP = 3;

/** The path of a statically linked busybox for guests of `arch`; throws `tool-missing` where there is none. */
export async function findBusybox(arch: Arch): Promise<string> {
  const path = await busyboxFor(arch);
  if (path !== null) return path;
  const { debian } = recipeOf(arch);
  const own = findTool("busybox", searchPath());
  throw new Failure(
    "tool-missing",
    own === null
      ? "a shell reproducer needs busybox, which is not there"
      : `a shell reproducer needs a statically linked busybox for ${arch}, and ${own} is none`,
    {
      facts: { program: "busybox", arch },
      hint:
        debian === "amd64"
          ? "apt-get install busybox-static"
          : `put the one of Debian's package busybox-static:${debian} on PATH as busybox-${debian}`,
    },
  );
}

/**
 * The path of a statically linked busybox for guests of `arch`, or null: `busybox` on PATH where it is for
 * them, else `busybox-ARCH` by Debian's name of the architecture.
 */
export async function busyboxFor(arch: Arch): Promise<string | null> {
  const { debian, elf } = recipeOf(arch);
  for (const name of ["busybox", `busybox-${debian}`]) {
    const path = findTool(name, searchPath());
    if (path !== null && (await isStatic(path, elf))) return path;
  }
  return null;
}

const searchPath = () => process.env.PATH ?? "/usr/bin:/bin";

/** True for an ELF program of that kind without a dynamic linker. */
async function isStatic(path: string, { machine, bits, bigEndian }: ElfKind): Promise<boolean> {
  const start = await beginningOf(path);
  const word = (at: number) => (bigEndian ? start.readUInt32BE(at) : start.readUInt32LE(at));
  const half = (at: number) => (bigEndian ? start.readUInt16BE(at) : start.readUInt16LE(at));
  if (start.readUInt32BE(0) !== 0x7f454c46) return false;
  if (start[4] !== (bits === 64 ? 2 : 1) || start[5] !== (bigEndian ? 2 : 1)) return false;
  if (half(18) !== machine) return false;
  // The headers of a program begin right behind the file's own; 4 GiB on they are no program's.
  const offset = bits === 64 ? word(bigEndian ? 36 : 32) : word(28);
  const [size, count] = bits === 64 ? [half(54), half(56)] : [half(42), half(44)];
  for (let index = 0; index < count; index++) {
    const at = offset + index * size;
    if (at + 4 > start.length) return false;
    if (word(at) === PT_INTERP) return false;
  }
  return true;
}

async function beginningOf(path: string): Promise<Buffer> {
  const file: FileHandle = await open(path);
  try {
    const start = Buffer.alloc(4096);
    await file.read(start, 0, start.length, 0);
    return start;
  } finally {
    await file.close();
  }
}
