import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inspectDiskImage } from "../../src/machine/qemu/disk-image.ts";
import { createQemuMachine } from "../../src/machine/qemu/qemu.ts";

const mebibyte = 1024 ** 2;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "firstbad-disks-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A sparse file of `size` bytes with these at these places. */
function file(
  name: string,
  size: number,
  ...parts: readonly (readonly [number, Buffer])[]
): string {
  const path = join(folder, name);
  const bytes = Buffer.alloc(Math.min(size, mebibyte));
  for (const [at, part] of parts) part.copy(bytes, at);
  writeFileSync(path, bytes);
  truncateSync(path, size);
  return path;
}

const hex = (text: string) => Buffer.from(text, "hex");
const boot = [510, hex("55aa")] as const;

/** An entry of a partition table: its first sector, and how many it has. */
function partition(from: number, count: number): readonly [number, Buffer] {
  const entry = Buffer.alloc(16);
  entry[4] = 0x83;
  entry.writeUInt32LE(from, 8);
  entry.writeUInt32LE(count, 12);
  return [446, entry];
}

/** The superblock of an ext file system of so many blocks of 1 KiB. */
function ext(blocks: number): readonly [number, Buffer] {
  const superblock = Buffer.alloc(1024);
  superblock.writeUInt32LE(blocks, 4);
  superblock.writeUInt16LE(0xef53, 56);
  return [1024, superblock];
}

/** A table of GPT whose disk has so many sectors. */
function gpt(sectors: number): readonly [number, Buffer] {
  const header = Buffer.alloc(92);
  header.write("EFI PART");
  header.writeBigUInt64LE(BigInt(sectors - 1), 32);
  return [512, header];
}

/** A qcow2 of version 3 with one cluster of data, changed by `change`; 5 clusters of 64 KiB. */
function qcow2(
  name: string,
  change: (header: Buffer, tables: Buffer) => void = () => {},
  size = 5,
) {
  const cluster = 65536;
  const header = Buffer.alloc(112);
  header.write("QFI\xfb", "latin1");
  header.writeUInt32BE(3, 4);
  header.writeUInt32BE(16, 20);
  header.writeBigUInt64BE(BigInt(mebibyte), 24);
  header.writeUInt32BE(1, 36);
  header.writeBigUInt64BE(BigInt(2 * cluster), 40);
  header.writeBigUInt64BE(BigInt(cluster), 48);
  header.writeUInt32BE(4, 96);
  header.writeUInt32BE(112, 100);
  const tables = Buffer.alloc(cluster + 8);
  tables.writeBigUInt64BE((1n << 63n) | BigInt(3 * cluster), 0);
  tables.writeBigUInt64BE((1n << 63n) | BigInt(4 * cluster), cluster);
  change(header, tables);
  return file(name, size * cluster, [0, header], [2 * cluster, tables]);
}

function pipe(path: string): string {
  execFileSync("mkfifo", [path]);
  return path;
}

describe("a disk image", () => {
  test.each<[string, () => string, "raw" | "qcow2"]>([
    ["with a partition table", () => file("mbr", 4 * mebibyte, boot, partition(2048, 4096)), "raw"],
    ["with a GUID partition table", () => file("gpt", 4 * mebibyte, boot, gpt(8192)), "raw"],
    ["that is an ext file system", () => file("ext", 4 * mebibyte, ext(4096)), "raw"],
    ["that is btrfs", () => file("btrfs", mebibyte, [0x10040, Buffer.from("_BHRfS_M")]), "raw"],
    ["of qcow2", () => qcow2("good"), "qcow2"],
    [
      "of qcow2 that has packed clusters",
      () =>
        qcow2("packed", (_, tables) => {
          tables.writeBigUInt64BE((1n << 62n) | (1n << 60n) | 300_000n, 65536);
        }),
      "qcow2",
    ],
    [
      "behind a link",
      () => {
        symlinkSync(qcow2("linked"), join(folder, "link"));
        return join(folder, "link");
      },
      "qcow2",
    ],
  ])("%s can be a disk", async (_, make, format) => {
    const path = make();
    expect(await inspectDiskImage(path)).toEqual({ path, format });
  });

  test.each<[string, () => string, string]>([
    ["nothing", () => join(folder, "nothing"), "ENOENT"],
    [
      "a folder",
      () => mkdirSync(join(folder, "dir/in"), { recursive: true }) ?? "",
      "it is no file",
    ],
    ["a device", () => "/dev/zero", "it is no file"],
    ["a pipe", () => pipe(join(folder, "pipe")), "it is no file"],
    ["an empty file", () => file("empty", 0), "it is empty"],
    ["a text", () => file("text", 300, [0, Buffer.from("hello\n".repeat(50))]), "neither"],
    ["zeros", () => file("zeros", mebibyte), "neither a partition table nor a file system"],
    ["a packed image", () => file("gz", mebibyte, [0, hex("1f8b0800")]), "it is packed (gzip)"],
    ["an image of others", () => file("vmdk", mebibyte, [0, Buffer.from("KDMV")]), "VMware"],
    ["a kernel", () => file("elf", mebibyte, [0, hex("7f454c46")]), "a program or kernel"],
    ["part of a table", () => file("half", 3 * mebibyte, boot, partition(2048, 4097)), "cut off"],
    ["half a GUID table", () => file("halfgpt", 4 * mebibyte, boot, gpt(8193)), "cut off"],
    ["half an ext file system", () => file("halfext", 4 * mebibyte, ext(4097)), "cut off"],
    ["an odd size", () => file("odd", 4 * mebibyte + 1, ext(4096)), "no multiple of 512"],
    ["a part of a qcow2", () => qcow2("short", () => {}, 4), "cut off"],
    ["a qcow2's header", () => file("head", 60, [0, hex("514649fb00000003")]), "header is cut off"],
    [
      "a qcow2 of version 9",
      () => qcow2("v9", (header) => header.writeUInt32BE(9, 4)),
      "version 9",
    ],
    [
      "a qcow2 on another file",
      () =>
        qcow2("backed", (header) => {
          header.writeBigUInt64BE(104n, 8);
          header.writeUInt32BE(11, 16);
        }),
      "it has a backing file",
    ],
    [
      "a qcow2 with its data elsewhere",
      () => qcow2("external", (header) => header.writeBigUInt64BE(4n, 72)),
      "its data are in another file",
    ],
    [
      "a qcow2 with what nobody knows",
      () => qcow2("unknown", (header) => header.writeBigUInt64BE(1n << 40n, 72)),
      "features that are not known",
    ],
    ["an encrypted one", () => qcow2("luks", (header) => header.writeUInt32BE(2, 32)), "encrypted"],
    [
      "a qcow2 with tables beyond all bounds",
      () => qcow2("huge", (header) => header.writeUInt32BE(0xffffffff, 36)),
      "its header is damaged",
    ],
  ])("that is %s is refused", async (_, make, why) => {
    await expect(inspectDiskImage(make())).rejects.toMatchObject({
      code: "image-not-usable",
      message: expect.stringContaining(why),
    });
  });

  test("of any bytes is taken or refused with a reason", async () => {
    const starts = [qcow2("some"), file("some-gpt", 4 * mebibyte, boot, gpt(8192))].map((path) =>
      readFileSync(path).subarray(0, 4 * 65536),
    );
    const changes = fc.array(fc.tuple(fc.nat({ max: 1200 }), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 12,
    });
    const length = fc.oneof(fc.nat({ max: 1200 }), fc.nat({ max: 4 * 65536 }));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...starts), changes, length, async (start, at, size) => {
        const bytes = Buffer.from(start.subarray(0, size));
        for (const [place, byte] of at) if (place < size) bytes[place] = byte;
        const path = join(folder, "any");
        writeFileSync(path, bytes);
        const why = await inspectDiskImage(path).then(
          () => null,
          (error) => error.message,
        );
        if (why !== null) expect(why).toMatch(/cannot be a machine's disk: (?:it|its) [a-z]/);
      }),
      { numRuns: 300 },
    );
  });

  test("is looked at before anything boots", async () => {
    const path = file("words", 20, [0, Buffer.from("not a disk")]);
    const machine = createQemuMachine({ arch: "x86_64", disk: { path } });
    const image = join(folder, "no-kernel");
    const words = { cmdline: "", memory: mebibyte, seconds: 1 };
    const console = join(folder, "console");
    const run = { image, initramfs: image, console, ...words, deadline: 10 };
    const { signal } = new AbortController();
    const refused = { code: "image-not-usable" };
    await expect(machine.note()).rejects.toMatchObject(refused);
    await expect(machine.commandLine(words)).rejects.toMatchObject(refused);
    await expect(machine.run(run, signal)).rejects.toMatchObject(refused);
  });
});
