import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readManifest } from "../../../src/kernel/objects/manifest.ts";
import { KnownManifests } from "../../../src/kernel/objects/manifest-store.ts";
import { writeElf } from "../elf-writer.ts";

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), "firstbad-manifest-"));
  put(".config", "CONFIG_A=y\n");
  put("include/generated/bounds.h", "#define A 1\n");
  made("fs/one.o", elf("text", "line 1"));
  archive("fs/one.o");
});
afterEach(() => {
  rmSync(out, { recursive: true, force: true });
});

function put(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), content);
}

/** Leaves `path` there, and the command that made it. */
function made(path: string, content: string | Uint8Array, command = "gcc -c"): void {
  put(path, content);
  const cmd = `cmd_${path} := ${command}\n\nsource_${path} := /src/a.c\n\ndeps_${path} := \\\n  /src/a.h \\\n    $(wildcard include/config/A) \\\n  include/generated/bounds.h \\\n\n`;
  put(join(dirname(path), `.${path.split("/").at(-1)}.cmd`), cmd);
}

function archive(...members: string[]): void {
  const table = members.map((member) => `${member}/\n`).join("");
  const header = `//${" ".repeat(46)}${String(table.length).padEnd(10)}\`\n`;
  made("vmlinux.a", `!<thin>\n${header}${table}`, "ar");
}

function elf(text: string, debug: string): Buffer {
  const section = (name: string, flags: number, bytes: string) => {
    return { name, type: 1, flags, bytes: Buffer.from(bytes) };
  };
  return writeElf([section(".text", 6, text), section(".debug_line", 0, debug)], {
    bits: 64,
    little: true,
  });
}

test("names objects, archives and what was generated, and is kept as it is", async () => {
  const manifest = await readManifest(out);
  expect([...(manifest?.objects.keys() ?? [])]).toEqual(["fs/one.o"]);
  expect([...(manifest?.archives.keys() ?? [])]).toEqual(["vmlinux.a"]);
  expect([...(manifest?.generated.keys() ?? [])]).toEqual([
    ".config",
    "include/generated/bounds.h",
  ]);
  const kept = await KnownManifests.open(out);
  expect(await kept.has("key")).toBe(false);
  await kept.set("key", manifest);
  expect(await kept.get("key")).toEqual(manifest);
  await kept.set("none", null);
  expect([await kept.has("none"), await kept.get("none")]).toEqual([true, null]);
  writeFileSync(join(out, "objects/key"), "torn");
  expect(await kept.get("key")).toBeNull();
});

test("is the same for other debug information, and whatever carries the linked kernel", async () => {
  const before = await readManifest(out);
  made("fs/one.o", elf("text", "line 2"));
  made("vmlinux.o", elf("all", ""), "ld -r");
  made("arch/x86/boot/compressed/piggy.o", elf("packed", ""));
  made("scripts/mod/modpost.o", elf("host", ""));
  expect(await readManifest(out)).toEqual(before);
  made("fs/one.o", elf("other", "line 2"));
  expect(await readManifest(out)).not.toEqual(before);
});

test.each<[string, () => void]>([
  ["an object in an archive that no command made", () => archive("fs/one.o", "fs/two.o")],
  ["an archive that has its objects in it", () => made("lib/lib.a", "!<arch>\none.o/", "ar")],
  ["a module", () => made("fs/one.ko", elf("module", ""))],
  ["an object that is no ELF", () => made("fs/one.o", "BC bitcode")],
  ["nothing that was built", () => rmSync(join(out, "fs"), { recursive: true })],
])("is not told with %s", async (_, change) => {
  change();
  expect(await readManifest(out)).toBeNull();
});

test("follows no link", async () => {
  const before = await readManifest(out);
  symlinkSync("/etc", join(out, "etc"));
  symlinkSync("/etc/passwd", join(out, ".two.o.cmd"));
  expect(await readManifest(out)).toEqual(before);
  rmSync(join(out, "fs/one.o"));
  symlinkSync("/bin/sh", join(out, "fs/one.o"));
  expect(await readManifest(out)).toBeNull();
});
