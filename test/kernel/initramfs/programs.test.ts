import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileInit } from "../../../src/kernel/initramfs/init-program.ts";
import { buildInitramfs } from "../../../src/kernel/initramfs/initramfs.ts";
import { compileReproducer } from "../../../src/kernel/initramfs/reproducer.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "firstbad-programs-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const signal = new AbortController().signal;

function compile(source: string, more: { name?: string; cflags?: string[]; cache?: string } = {}) {
  return compileReproducer({
    source: Buffer.from(source),
    name: more.name ?? "repro.c",
    arch: "um",
    cacheFolder: join(folder, more.cache ?? "cache"),
    signal,
    ...(more.cflags ? { cflags: more.cflags } : {}),
  });
}

describe("a reproducer in C", () => {
  test("becomes a program that needs nothing", async () => {
    const path = await compile('#include <stdio.h>\nint main(void) { puts("hi"); return 0; }');
    expect(execFileSync(path, { env: {}, encoding: "utf8" })).toBe("hi\n");
    const headers = execFileSync("readelf", ["-lW", path], { encoding: "utf8" });
    expect(headers).not.toContain("INTERP");
  });

  test("may use threads, and libraries that it names", async () => {
    const source = `#include <math.h>
      #include <pthread.h>
      #include <stdlib.h>
      static void *work(void *p) { *(double *)p = sqrt(atof("16")); return 0; }
      int main(void) { pthread_t t; double d = 0; pthread_create(&t, 0, work, &d);
        pthread_join(t, 0); return d == 4 ? 0 : 1; }`;
    expect(execFileSync(await compile(source, { cflags: ["-lm"] })).toString()).toBe("");
  });

  test("is compiled once, and anew where anything differs", async () => {
    const source = "int main(void) { return 0; }";
    const path = await compile(source, { cache: "once" });
    const made = statSync(path).ino;
    expect(await compile(source, { cache: "once" })).toBe(path);
    expect(statSync(path).ino).toBe(made);
    expect(await compile(`${source} `, { cache: "once" })).not.toBe(path);
    expect(await compile(source, { cache: "once", cflags: ["-g"] })).not.toBe(path);
  });

  test("may be compiled by several at once, and leaves nothing else behind", async () => {
    const source = "int main(void) { return 11; }";
    const paths = await Promise.all([1, 2, 3, 4].map(() => compile(source, { cache: "shared" })));
    expect(new Set(paths).size).toBe(1);
    expect(readdirSync(join(folder, "shared/programs"))).toHaveLength(1);
  });

  test("that does not compile says why", async () => {
    const compiling = compile("int main(void) { return no_such_name; }\n", { name: "my repro.c" });
    await expect(compiling).rejects.toMatchObject({ code: "reproducer-not-compiling" });
    const failure = (await compiling.catch((error) => error)) as {
      message: string;
      facts: { compiler: string[] };
    };
    expect(failure.facts.compiler.join("\n")).toContain("no_such_name");
    expect(failure.message).toContain("my repro.c");
    expect(
      readdirSync(join(folder, "cache/programs")).filter((file) => file.startsWith(".")),
    ).toEqual([]);
  });

  test("cannot read this host's files while it is compiled", async () => {
    const secret = join(folder, "secret.h");
    execFileSync("cp", ["/etc/hostname", secret]);
    await expect(compile(`#include "${secret}"\nint main(void) {}`)).rejects.toMatchObject({
      code: "reproducer-not-compiling",
    });
  });

  test.each(["-x.c", "--help", "../../up", "a\nb", ""])("may have the name %j", async (name) => {
    const path = await compile("int main(void) { return 0; }", { name });
    expect(path.startsWith(join(folder, "cache/programs"))).toBe(true);
  });

  test("interrupted is no fault of it", async () => {
    const compiling = compileReproducer({
      source: Buffer.from("int main(void) { return 12; }"),
      name: "repro.c",
      arch: "um",
      cacheFolder: join(folder, "interrupted"),
      signal: AbortSignal.abort(),
    });
    await expect(compiling).rejects.toMatchObject({ code: "interrupted" });
  });
});

describe("an initramfs", () => {
  function listed(path: string): string[] {
    return execFileSync("cpio", ["-t", "--quiet"], { input: readFileSync(path), encoding: "utf8" })
      .trim()
      .split("\n");
  }

  test("has init, the program and devices; the same input gives the same bytes", async () => {
    const init = await compileInit("um", join(folder, "cache"), signal);
    const path = await compile("int main(void) { return 0; }");
    const reproducer = { kind: "program", path } as const;
    const [one, two] = [join(folder, "made/one"), join(folder, "made/two")];
    await buildInitramfs({ init, reproducer, modules: null, out: one });
    await buildInitramfs({ init, reproducer, modules: null, out: two });
    expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
    expect(listed(one)).toEqual(expect.arrayContaining(["init", "reproducer", "dev/console"]));
    expect(readdirSync(join(folder, "made")).sort()).toEqual(["one", "two"]);
  });

  test("has busybox where the reproducer is a script", async () => {
    const init = await compileInit("um", join(folder, "cache"), signal);
    const out = join(folder, "made/shell");
    await buildInitramfs({
      init,
      reproducer: { kind: "shell", script: Buffer.from("true\n") },
      modules: null,
      out,
    });
    expect(listed(out)).toEqual(expect.arrayContaining(["bin/busybox", "bin/sh", "reproducer.sh"]));
  });

  test("says what to install where a script is given and busybox is missing", async () => {
    const init = await compileInit("um", join(folder, "cache"), signal);
    const path = process.env.PATH;
    process.env.PATH = folder;
    try {
      await expect(
        buildInitramfs({
          init,
          reproducer: { kind: "shell", script: Buffer.from("true\n") },
          modules: null,
          out: join(folder, "made/none"),
        }),
      ).rejects.toMatchObject({ code: "tool-missing", hint: "apt-get install busybox-static" });
    } finally {
      process.env.PATH = path;
    }
  });
});
