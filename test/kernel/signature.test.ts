import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { Failure } from "../../src/failure/failure.ts";
import { readSections } from "../../src/kernel/elf.ts";
import { signatureOf } from "../../src/kernel/signature.ts";
import { type WrittenForm, type WrittenSection, writeElf } from "./elf-writer.ts";

const folder = mkdtempSync(join(tmpdir(), "firstbad-elf-"));
const path = join(folder, "vmlinux");
afterAll(() => rmSync(folder, { recursive: true }));

const form: fc.Arbitrary<WrittenForm> = fc.record({
  bits: fc.constantFrom(32 as const, 64 as const),
  little: fc.boolean(),
});
const section: fc.Arbitrary<WrittenSection> = fc.record({
  name: fc.stringMatching(/^\.[a-z_.]{1,20}$/),
  // PROGBITS, NOTE, NOBITS, INIT_ARRAY; WRITE, ALLOC and EXECINSTR in all mixtures.
  type: fc.constantFrom(1, 7, 8, 14),
  flags: fc.integer({ min: 0, max: 7 }),
  bytes: fc.uint8Array({ maxLength: 200 }),
});

/** Name, type, offset, size and whether it is allocated, as readelf sees them. */
function readelf(): string[] {
  const text = execFileSync("readelf", ["-S", "-W", path], { encoding: "utf8" });
  const line =
    /^ {2}\[ *\d+\] (\S*) +(NULL|PROGBITS|NOTE|NOBITS|INIT_ARRAY|STRTAB) +[0-9a-f]+ ([0-9a-f]+) ([0-9a-f]+) [0-9a-f]+ +([A-Z]*)/gm;
  return [...text.matchAll(line)].map(
    ([, name, type, offset, size, flags]) =>
      `${name} ${type} ${Number.parseInt(offset!, 16)} ${Number.parseInt(size!, 16)} ${flags!.includes("A")}`,
  );
}

const typeNames = new Map([
  [0, "NULL"],
  [1, "PROGBITS"],
  [3, "STRTAB"],
  [7, "NOTE"],
  [8, "NOBITS"],
  [14, "INIT_ARRAY"],
]);

test("sections of 32 and 64 bits, of both byte orders, are read as readelf reads them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(section, { maxLength: 8 }), form, async (sections, shape) => {
      writeFileSync(path, writeElf(sections, shape));
      const file = await open(path);
      try {
        const read = await readSections(file, (await file.stat()).size);
        expect(
          read.map(
            ({ name, type, offset, size, flags }) =>
              `${name} ${typeNames.get(type)} ${offset} ${size} ${(flags & 2n) !== 0n}`,
          ),
        ).toEqual(readelf());
      } finally {
        await file.close();
      }
    }),
    { numRuns: 60 },
  );
});

test("the signature covers name, size and bytes of what is loaded, and nothing else", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(section, { minLength: 1, maxLength: 8 }),
      form,
      async (sections, shape) => {
        const loaded = sections.filter(({ flags, type }) => flags & 2 && type !== 7);
        fc.pre(loaded.length > 0);
        const hash = createHash("sha256");
        for (const { name, type, bytes } of loaded) {
          const size = Buffer.alloc(8);
          // A section without bytes has no size here either: the writer gives it the length of `bytes`.
          size.writeBigUInt64LE(BigInt(bytes.length));
          hash.update(`${name}\0`).update(size);
          if (type !== 8) hash.update(bytes);
        }
        writeFileSync(path, writeElf(sections, shape));
        expect(await signatureOf(path)).toBe(hash.digest("hex"));
      },
    ),
  );
});

test("a damaged file gives a failure or a signature, and never anything else", async () => {
  const damage = fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(section, { minLength: 1, maxLength: 5 }),
      form,
      damage,
      fc.nat(),
      async (sections, shape, changes, cut) => {
        const bytes = writeElf(sections, shape);
        for (const { at, byte } of changes) bytes[at % bytes.length] = byte;
        writeFileSync(path, bytes.subarray(0, cut % 3 === 0 ? cut % bytes.length : bytes.length));
        await signatureOf(path).then(
          (signature) => expect(signature).toMatch(/^[0-9a-f]{64}$/),
          (error) => expect(error).toMatchObject({ code: "build-infrastructure" }),
        );
      },
    ),
    { numRuns: 500 },
  );
});

test("a file that is cut off anywhere has no signature", async () => {
  const bytes = writeElf([{ name: ".text", type: 1, flags: 6, bytes: Buffer.from("code") }], {
    bits: 64,
    little: true,
  });
  for (let length = 0; length < bytes.length; length += 1) {
    writeFileSync(path, bytes.subarray(0, length));
    await expect(signatureOf(path)).rejects.toBeInstanceOf(Failure);
  }
});

test("sections that overlap to make a small file long are refused", async () => {
  const text = { name: ".text", type: 1, flags: 6, bytes: Buffer.alloc(1000) };
  const bytes = writeElf([text, text, text], { bits: 64, little: true });
  // All three begin where the first does and end where the last does.
  const table = Number(bytes.readBigUInt64LE(40));
  for (const index of [1, 2, 3]) {
    bytes.writeBigUInt64LE(64n, table + index * 64 + 24);
    bytes.writeBigUInt64LE(3000n, table + index * 64 + 32);
  }
  writeFileSync(path, bytes);
  await expect(signatureOf(path)).rejects.toMatchObject({ code: "build-infrastructure" });
});

test.each([
  ["a link", () => symlinkSync("/proc/self/exe", join(folder, "link")), "link"],
  ["a pipe", () => execFileSync("mkfifo", [join(folder, "pipe")]), "pipe"],
  ["nothing", () => {}, "nothing"],
])("%s in place of the kernel has no signature", async (_, make, name) => {
  make();
  await expect(signatureOf(join(folder, name))).rejects.toMatchObject({
    code: "build-infrastructure",
  });
});
