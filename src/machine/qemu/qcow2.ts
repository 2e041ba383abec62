import type { ReadAt } from "./disk-image.ts";

/** Bits of `incompatible_features` that need something outside of the file, or say that it is broken. */
const corrupt = 1n << 1n;
const externalData = 1n << 2n;
const extendedEntries = 1n << 4n;
/** Bits that QEMU 7.2 reads: dirty, corrupt, external data, compression type, extended entries. */
const known = 0b11111n;

/** As QEMU bounds the first table: 32 MiB. */
const mostFirst = 4 * 1024 ** 2;
/** Second tables that are read: with clusters of 64 KiB, those of 512 GiB. */
const mostSecond = 1024;
/** Where in the file an entry of either table points (bits 9 to 55). */
const offsetBits = 0x00ff_ffff_ffff_fe00n;
const compressed = 1n << 62n;

/** Whether a file that begins so says that it is one. */
export function isQcow2(start: Buffer): boolean {
  return start.length >= 4 && start.readUInt32BE(0) === 0x514649fb;
}

/**
 * Why the qcow2 file cannot be used by itself, or null. The format is that of QEMU's docs/interop/qcow2.txt.
 * It must hold all that its tables point to; backing files, which could be any file of the host, are refused.
 */
export async function whyNoQcow2(read: ReadAt, size: number): Promise<string | null> {
  const header = await read(0, 104);
  if (header.length < 72) return "its header is cut off";
  const version = header.readUInt32BE(4);
  if (version !== 2 && version !== 3) return `it is of version ${version} of qcow2`;
  if (version === 3 && header.length < 104) return "its header is cut off";
  const features = version === 3 ? header.readBigUInt64BE(72) : 0n;
  const clusterBits = header.readUInt32BE(20);
  const firstEntries = header.readUInt32BE(36);
  const firstAt = header.readBigUInt64BE(40);
  if (header.readBigUInt64BE(8) !== 0n || header.readUInt32BE(16) !== 0) {
    return "it has a backing file, and only what is in one file is shown to a guest";
  }
  if (features & externalData) return "its data are in another file";
  if (header.readUInt32BE(32) !== 0) return "it is encrypted";
  if (features & corrupt) return "it is marked as corrupt";
  if (features & ~known) return "it has features that are not known";
  if (header.readBigUInt64BE(24) === 0n) return "its disk is empty";
  if (clusterBits < 9 || clusterBits > 21 || firstEntries > mostFirst)
    return "its header is damaged";
  if (firstAt + BigInt(firstEntries) * 8n > BigInt(size)) return "it is cut off";
  const bounds = { size: BigInt(size), clusterBits, width: features & extendedEntries ? 16 : 8 };
  const first = await read(Number(firstAt), firstEntries * 8);
  return (await isWhole(first, read, bounds)) ? null : "it is cut off";
}

interface Bounds {
  readonly size: bigint;
  readonly clusterBits: number;
  /** Bytes of an entry of a second table. */
  readonly width: number;
}

/** Whether all that the tables point to begins in the file. */
async function isWhole(first: Buffer, read: ReadAt, bounds: Bounds): Promise<boolean> {
  let left = mostSecond;
  for (let at = 0; at + 8 <= first.length; at += 8) {
    const second = first.readBigUInt64BE(at) & offsetBits;
    if (second === 0n) continue;
    if (second >= bounds.size) return false;
    if (left-- === 0) return true;
    const entries = await read(Number(second), 1 << bounds.clusterBits);
    if (!pointsInside(entries, bounds)) return false;
  }
  return true;
}

function pointsInside(entries: Buffer, { size, clusterBits, width }: Bounds): boolean {
  const packedBits = (1n << BigInt(62 - (clusterBits - 8))) - 1n;
  for (let at = 0; at + 8 <= entries.length; at += width) {
    const entry = entries.readBigUInt64BE(at);
    if ((entry & (entry & compressed ? packedBits : offsetBits)) >= size) return false;
  }
  return true;
}
