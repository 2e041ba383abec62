import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readCompiledFiles } from "../../src/kernel/compiled-files.ts";

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), "firstbad-out-"));
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const path = join(out, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const object = `cmd_fs/one.o := gcc -Wp,-MMD,fs/.one.o.d -I/tree/src/arch/um/include -I./include -include /tree/src/include/linux/kconfig.h -I /tree/src/fs -fmacro-prefix-map=/tree/src/= -c -o fs/one.o /tree/src/fs/one.c

source_fs/one.o := /tree/src/fs/one.c

deps_fs/one.o := \\
    $(wildcard include/config/ONE) \\
  /tree/src/include/linux/kconfig.h \\
  arch/um/include/generated/asm/bug.h \\
  /usr/include/stdio.h \\
  /tree/src/arch/um/include/../../x86/include/asm/two.h \\
  /other/tree/src/include/linux/three.h \\

fs/one.o: $(deps_fs/one.o)

$(deps_fs/one.o):
`;
const table = `cmd_calls.h := sh /tree/src/scripts/calls.sh "/tree/src/arch/x86/calls.tbl" calls.h
`;

describe("readCompiledFiles", () => {
  test("finds sources, headers, and what scripts are given; nothing outside of the tree", async () => {
    write("fs/.one.o.cmd", object);
    write(".calls.h.cmd", table);
    write("fs/one.cmd.o", "/tree/src/not/read.c\n");
    expect(await readCompiledFiles(out, "/tree/src")).toEqual([
      "arch/x86/calls.tbl",
      "arch/x86/include/asm/two.h",
      "fs/one.c",
      "include/linux/kconfig.h",
      "scripts/calls.sh",
    ]);
  });

  test("is not known where a build left nothing to read", async () => {
    write("vmlinux", "");
    expect(await readCompiledFiles(out, "/tree/src")).toBeNull();
  });

  test("does not follow links, and is not known for files that no build makes", async () => {
    write("fs/.one.o.cmd", object);
    const outside = mkdtempSync(join(tmpdir(), "firstbad-out-"));
    writeFileSync(join(outside, ".two.o.cmd"), "x := /tree/src/two.c\n");
    symlinkSync(outside, join(out, "folder"));
    symlinkSync(join(outside, ".two.o.cmd"), join(out, ".two.o.cmd"));
    symlinkSync(out, join(out, "circle"));
    const files = await readCompiledFiles(out, "/tree/src");
    expect(files).toContain("fs/one.c");
    expect(files).not.toContain("two.c");
    rmSync(outside, { recursive: true });
    truncateSync(write(".large.o.cmd", ""), 5 << 20);
    expect(await readCompiledFiles(out, "/tree/src")).toBeNull();
  });

  test("is not known where folders are deeper than a path may be long", async () => {
    write("fs/.one.o.cmd", object);
    const deeper =
      'const n = "0".repeat(200); for (let i = 0; i < 30; i++) { fs.mkdirSync(n); process.chdir(n); }';
    execFileSync(process.execPath, ["-e", deeper], { cwd: out });
    expect(await readCompiledFiles(out, "/tree/src")).toBeNull();
    execFileSync("rm", ["-rf", out]);
  });
});
