import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { givenProgram } from "../../../src/kernel/initramfs/given-program.ts";
import { whyNotStatic } from "../../../src/kernel/initramfs/static-elf.ts";

let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "firstbad-elf-"));
  writeFileSync(at("a.c"), "int main(void) { return 0; }\n");
  execFileSync("gcc", ["-static", "-o", at("static"), at("a.c")]);
  execFileSync("gcc", ["-static-pie", "-o", at("static-pie"), at("a.c")]);
  execFileSync("gcc", ["-o", at("dynamic"), at("a.c")]);
  execFileSync("gcc", ["-c", "-o", at("object"), at("a.c")]);
  writeFileSync(at("script"), `#!/bin/sh\n${"true\n".repeat(30)}`);
  writeFileSync(at("empty"), "");
  writeFileSync(at("arm64"), header(183));
  writeFileSync(at("i386"), header32(3));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program for another processor, as far as its headers go. */
function header(machine: number): Buffer {
  const bytes = Buffer.alloc(200);
  bytes.write("\x7fELF\x02\x01\x01", "latin1");
  bytes.writeUInt16LE(2, 16);
  bytes.writeUInt16LE(machine, 18);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(1, 56);
  bytes.writeUInt32LE(1, 64);
  return bytes;
}

function header32(machine: number): Buffer {
  const bytes = Buffer.alloc(200);
  bytes.write("\x7fELF\x01\x01\x01", "latin1");
  bytes.writeUInt16LE(2, 16);
  bytes.writeUInt16LE(machine, 18);
  bytes.writeUInt32LE(52, 28);
  bytes.writeUInt16LE(32, 42);
  bytes.writeUInt16LE(1, 44);
  bytes.writeUInt32LE(1, 52);
  return bytes;
}

describe("a program by its path", () => {
  test.each([
    ["static", "um", null],
    ["static", "x86_64", null],
    ["static-pie", "x86_64", null],
    ["i386", "x86_64", null],
    ["i386", "um", "it is for i386, and the kernel is for um"],
    ["arm64", "x86_64", "it is for arm64, and the kernel is for x86_64"],
    ["dynamic", "um", "it needs a dynamic linker: link it with -static"],
    ["object", "um", "it is no program, but an object or a dump"],
    ["script", "um", "it is no ELF program"],
    ["empty", "um", "it is no ELF program"],
  ] as const)("%s, for a kernel of %s: %s", async (name, arch, why) => {
    expect(await whyNotStatic(at(name), arch)).toBe(why);
  });

  test("is copied where it fits, and refused with the reason where not", async () => {
    const copy = await givenProgram(at("static"), "um", at("cache"));
    expect(readFileSync(copy).equals(readFileSync(at("static")))).toBe(true);
    await expect(givenProgram(at("dynamic"), "um", at("cache"))).rejects.toMatchObject({
      code: "reproducer-not-readable",
      message: expect.stringContaining("dynamic linker"),
    });
  });

  test("may be any bytes", async () => {
    const start = fc.constantFrom(
      header(62),
      header32(3),
      Buffer.from("\x7fELF\x02\x02", "latin1"),
    );
    await fc.assert(
      fc.asyncProperty(
        start,
        fc.uint8Array({ maxLength: 300 }),
        fc.nat(190),
        async (base, bytes, n) => {
          const whole = Buffer.concat([base.subarray(0, n), bytes]);
          writeFileSync(at("any"), whole);
          const why = await whyNotStatic(at("any"), "um");
          expect(why === null || why.length > 5).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});
