import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { archOfBinary } from "../../src/crash/symbols/binary-arch.ts";

const path = join(mkdtempSync(join(tmpdir(), "firstbad-arch-")), "vmlinux");

function elf(machine: number, { wide = 2, order = 1 } = {}): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.write("\x7fELF", "latin1");
  bytes[4] = wide;
  bytes[5] = order;
  bytes.writeUInt16LE(machine, 18);
  return bytes;
}

describe("archOfBinary", () => {
  test.each([
    ["x86_64", elf(62)],
    ["i386", elf(3, { wide: 1 })],
    ["arm64", elf(183)],
    ["arm", elf(40, { wide: 1 })],
    ["riscv64", elf(243)],
    ["powerpc64le", elf(21)],
    [null, elf(243, { wide: 1 })],
    [null, elf(62, { order: 2 })],
    [null, elf(8)],
    [null, elf(62).subarray(0, 10)],
    [null, Buffer.from("#!/bin/sh\necho this is no kernel\n")],
  ])("is %s", async (arch, bytes) => {
    writeFileSync(path, bytes);
    expect(await archOfBinary(path)).toBe(arch);
  });

  test("is none of what is not there", async () => {
    expect(await archOfBinary(`${path}-not`)).toBeNull();
  });
});
