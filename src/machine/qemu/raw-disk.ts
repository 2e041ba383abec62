import type { ReadAt } from "./disk-image.ts";

const sector = 512;

/** How files begin that hold a disk, but not as it is: what they are, and where their mark is. */
const wrappings: readonly (readonly [what: string, at: number, mark: string])[] = [
  ["packed (gzip)", 0, "1f8b08"],
  ["packed (xz)", 0, "fd377a585a00"],
  ["packed (zstd)", 0, "28b52ffd"],
  ["packed (bzip2)", 0, "425a68"],
  ["packed (zip)", 0, "504b0304"],
  ["an image of VMware", 0, "4b444d56"],
  ["an image of VirtualBox", 64, "7f10dabe"],
  ["an image of Hyper-V", 0, "7668647866696c65"],
  ["an image of Virtual PC", 0, "636f6e6563746978"],
  ["a program or kernel (ELF)", 0, "7f454c46"],
];

/** Marks of file systems that Linux boots from, each at its place. */
const fileSystems: readonly (readonly [at: number, mark: string])[] = [
  // ext2, ext3, ext4: s_magic of the superblock at 1024.
  [1080, "53ef"],
  // XFS, btrfs, f2fs, squashfs, erofs, ISO 9660.
  [0, "58465342"],
  [0x10040, "5f42485266535f4d"],
  [1024, "1020f5f2"],
  [0, "68737173"],
  [1024, "e2e1f5e0"],
  [0x8001, "4344303031"],
];

/**
 * Why a file that is taken as it is holds no disk, or null: it must begin with a partition table, whose
 * partitions are in the file, or with a file system, which is.
 */
export async function whyNoRawDisk(read: ReadAt, size: number): Promise<string | null> {
  // All marks are in here, whatever the file's size.
  const start = Buffer.alloc(0x10100);
  (await read(0, start.length)).copy(start);
  const has = (at: number, mark: string) =>
    start.toString("hex", at, at + mark.length / 2) === mark;
  const wrapping = wrappings.find(([, at, mark]) => has(at, mark));
  if (wrapping !== undefined) return `it is ${wrapping[0]}`;
  if (fileSystems.some(([at, mark]) => has(at, mark))) {
    return has(1080, "53ef") && extentOfExt(start) > size ? cutOff : whyOdd(size);
  }
  // The last two bytes of a boot sector, which GPT has, too (UEFI specification, 5.2.3).
  if (!has(510, "55aa")) return "it has neither a partition table nor a file system";
  return endOfPartitions(start) > size ? cutOff : whyOdd(size);
}

const cutOff = "it is cut off: what is on it reaches beyond its end";

function whyOdd(size: number): string | null {
  return size % sector === 0 ? null : `it is cut off: its size is no multiple of ${sector}`;
}

/** Bytes of an ext file system: s_blocks_count times the block size (fs/ext4/ext4.h). */
function extentOfExt(start: Buffer): number {
  const superblock = start.subarray(1024);
  const has64Bits = (superblock.readUInt32LE(96) & 0x80) !== 0;
  const blocks =
    superblock.readUInt32LE(4) + (has64Bits ? superblock.readUInt32LE(336) * 2 ** 32 : 0);
  return blocks * 1024 * 2 ** Math.min(superblock.readUInt32LE(24), 16);
}

/** Where the last partition ends, in bytes: of GPT the second copy of its header, which is the disk's last sector. */
function endOfPartitions(start: Buffer): number {
  if (start.toString("latin1", sector, sector + 8) === "EFI PART") {
    return (Number(start.readBigUInt64LE(sector + 32)) + 1) * sector;
  }
  const ends = [446, 462, 478, 494].map((at) =>
    start[at + 4] === 0 ? 0 : start.readUInt32LE(at + 8) + start.readUInt32LE(at + 12),
  );
  return Math.max(...ends) * sector;
}
