import { open } from "node:fs/promises";
import type { Arch } from "../kernel.ts";

/** `p_type` of a program header that names a dynamic linker (elf(5)). */
const PT_INTERP = 3;
/** `e_type`: a program at fixed addresses, and one that may lie anywhere. */
const ET_EXEC = 2;
const ET_DYN = 3;
/** Where the program headers have to be: linkers put them behind the first header. */
const headBytes = 64 * 1024;

/** `e_machine` of the programs that a guest runs, the 32-bit ones that its processor knows included. */
const machines: Readonly<Record<Arch, readonly number[]>> = {
  um: [62],
  x86_64: [62, 3],
  arm64: [183],
};

/** What a processor is called whose `e_machine` this is. */
const names: Readonly<Record<number, string>> = {
  3: "i386",
  8: "mips",
  20: "ppc",
  21: "ppc64",
  22: "s390",
  40: "arm",
  62: "x86_64",
  183: "arm64",
  243: "riscv",
};

/**
 * Why the file `path` is no static program for kernels of `arch` (null: whatever processor), or null where
 * it is one. Throws where the file cannot be read. Bounded: its first 64 KiB are looked at, hostile or not.
 */
export async function whyNotStatic(path: string, arch: Arch | null): Promise<string | null> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(headBytes);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return whyNot(head.subarray(0, bytesRead), arch);
  } finally {
    await file.close();
  }
}

function whyNot(head: Buffer, arch: Arch | null): string | null {
  if (head.length < 52 || head.readUInt32BE(0) !== 0x7f454c46) return "it is no ELF program";
  const wide = head[4] === 2;
  if ((!wide && head[4] !== 1) || (head[5] !== 1 && head[5] !== 2) || head.length < 64) {
    return "its ELF header is damaged";
  }
  const little = head[5] === 1;
  const u16 = (at: number) => (little ? head.readUInt16LE(at) : head.readUInt16BE(at));
  const u32 = (at: number) => (little ? head.readUInt32LE(at) : head.readUInt32BE(at));
  const u64 = (at: number) => Number(little ? head.readBigUInt64LE(at) : head.readBigUInt64BE(at));
  if (u16(16) !== ET_EXEC && u16(16) !== ET_DYN) return "it is no program, but an object or a dump";
  const machine = u16(18);
  if (arch !== null && !machines[arch].includes(machine)) {
    return `it is for ${names[machine] ?? `machine ${machine}`}, and the kernel is for ${arch}`;
  }
  const start = wide ? u64(32) : u32(28);
  const [size, count] = wide ? [u16(54), u16(56)] : [u16(42), u16(44)];
  if (count === 0) return "it has nothing to load";
  for (let index = 0; index < count; index++) {
    const at = start + index * size;
    if (at + 4 > head.length) return "its program headers are not where linkers put them";
    if (u32(at) === PT_INTERP) return "it needs a dynamic linker: link it with -static";
  }
  return null;
}
