import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { summarize } from "../../src/kernel/build-log.ts";
import { CompiledFiles } from "../../src/kernel/progress.ts";
import { troubleIn } from "../../src/workplace/trouble.ts";

const folder = mkdtempSync(join(tmpdir(), "firstbad-log-"));
afterAll(() => rmSync(folder, { recursive: true }));
const log = join(folder, "build.log");

function read(...lines: string[]) {
  writeFileSync(log, `${lines.join("\n")}\n`);
  return summarize(log, ["/firstbad/src", "/firstbad/out"]);
}

describe("excerpt", () => {
  test("tells the reason, with paths of the tree", async () => {
    const { excerpt, object, trouble } = await read(
      "  CC      fs/file.o",
      "/firstbad/src/fs/file.c: In function 'one':",
      "/firstbad/src/fs/file.c:12:9: error: 'x' undeclared (first use in this function)",
      "   12 |  return x; /* ERROR: not this */",
      "      |         ^",
      "make[3]: *** [/firstbad/src/scripts/Makefile.build:250: fs/file.o] Error 1",
      "make[2]: *** [/firstbad/src/Makefile:2000: fs] Error 2",
    );
    expect(excerpt).toEqual(["fs/file.c:12:9: error: 'x' undeclared (first use in this function)"]);
    expect(object).toBe("fs/file.o");
    expect(trouble).toBeNull();
  });

  test.each([
    ["ld: fs/file.o: in function `one': file.c:(.text+0x5): undefined reference to `two'"],
    ['ERROR: modpost: "two" [lib/one.ko] undefined!'],
    ["make[2]: *** No rule to make target 'lib/gone.o', needed by 'lib/built-in.a'.  Stop."],
    ["arch/x86/entry.S:10: Error: no such instruction: `foo'"],
    ["FAILED unresolved symbol vfs_truncate"],
    ["scripts/gen.l:10: syntax error"],
  ])("%s is a reason", async (line) => {
    const { excerpt } = await read(
      "  CC      fs/file.o",
      line,
      "make: *** [Makefile:1: all] Error 2",
    );
    expect(excerpt).toEqual([line]);
  });

  test("where no line gives a reason, hints are shown, else the end", async () => {
    expect((await read("  GEN     x", "gen: failed to do it", "more")).excerpt).toEqual([
      "gen: failed to do it",
    ]);
    expect((await read("one", "two")).excerpt).toEqual(["one", "two"]);
  });

  test("has at most 20 different lines", async () => {
    const lines = Array.from({ length: 100 }, (_, n) => `a.c:${n % 50}:1: error: no`);
    const { excerpt } = await read(...lines);
    expect(excerpt).toEqual(lines.slice(0, 20));
  });

  test("is free of control characters", async () => {
    const { excerpt } = await read("\u001b[1ma.c:1:1: \u001b[31m\u0007error: no\u001b[0m");
    expect(excerpt).toEqual(["a.c:1:1: error: no"]);
  });

  test("a line without an end costs no memory", async () => {
    writeFileSync(log, Buffer.alloc(20_000_000, "x"));
    const { excerpt } = await summarize(log, []);
    expect(excerpt).toEqual(["x".repeat(500)]);
  });

  test.each(["../../etc/x.o", "-f/etc/x.o", "/etc/x.o", "a b.o"])(
    "%s is no object",
    async (name) => {
      const { object } = await read(`make[3]: *** [scripts/Makefile.build:250: ${name}] Error 1`);
      expect(object).toBeNull();
    },
  );
});

describe("trouble of this machine", () => {
  test.each([
    ["gcc: fatal error: Killed signal terminated program cc1", "out-of-memory"],
    ["gcc: internal compiler error: Killed (program cc1)", "out-of-memory"],
    ["make[3]: *** [scripts/Makefile.build:250: fs/a.o] Error 137", "out-of-memory"],
    ["make[1]: *** [Makefile:9: vmlinux] Killed", "out-of-memory"],
    ["/bin/sh: line 1: 4711 Killed                  gcc -c a.c", "out-of-memory"],
    ["cc1: out of memory allocating 65536 bytes after a total of 1 bytes", "out-of-memory"],
    ["/usr/bin/ld: final link failed: Cannot allocate memory", "out-of-memory"],
    ["fs/a.c:9:1: fatal error: error writing to /tmp/cc1.s: No space left on device", "disk-full"],
    ["/usr/bin/ld: final link failed: No space left on device", "disk-full"],
    ["cp: error writing 'x': Disk quota exceeded", "disk-full"],
    ["/bin/sh: 1: flex: not found", "tool-missing"],
    ["bash: line 1: bison: command not found", "tool-missing"],
    ["make[1]: flex: No such file or directory", "tool-missing"],
    ["make: bc: Command not found", "tool-missing"],
    ["tools/objtool/elf.h:10:10: fatal error: gelf.h: No such file or directory", "tool-missing"],
  ])("%s", (line, code) => {
    expect(troubleIn(line)).toMatchObject({ code, line });
  });

  test.each([
    ["/bin/sh: 1: flex: not found", "apt-get install flex"],
    [
      "certs/extract-cert.c:21:10: fatal error: openssl/bio.h: No such file or directory",
      "apt-get install libssl-dev",
    ],
  ])("%s is mended by %s", (line, hint) => {
    expect(troubleIn(line)?.hint).toBe(hint);
  });

  test.each([
    ["fs/a.c:12:2: error: #error No space left on device"],
    ['   12 | pr_err("x: No space left on device'],
    ["fs/a.c:1:10: fatal error: linux/gone.h: No such file or directory"],
    ["fs/a.c:1:10: fatal error: stdio.h: No such file or directory"],
    ["make[3]: *** [scripts/Makefile.build:250: fs/a.o] Error 1"],
    ["/bin/sh: 1: scripts/of-this-tree.sh: not found"],
    ["  CC      fs/Killed.o"],
  ])("%s is the tree's own", (line) => {
    expect(troubleIn(line)).toBeNull();
  });

  test("is found among errors", async () => {
    const { trouble } = await read(
      "fs/a.c:9:1: error: no",
      "gcc: fatal error: Killed signal terminated program cc1",
      "make[3]: *** [x: fs/a.o] Error 1",
    );
    expect(trouble?.code).toBe("out-of-memory");
  });
});

test("compiled files are counted however the log is cut", () => {
  const text =
    "  CC      a.o\n  HOSTCC  b.o\n  CC [M]  c.o\n  AS      d.o\nmake: CC\n  LD      e\n";
  fc.assert(
    fc.property(fc.array(fc.nat(text.length)), (cuts) => {
      const files = new CompiledFiles();
      let from = 0;
      for (const cut of [...cuts.sort((a, b) => a - b), text.length]) {
        files.add(Buffer.from(text.slice(from, cut)));
        from = cut;
      }
      expect(files.count).toBe(3);
    }),
  );
});
