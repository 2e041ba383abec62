import { describe, expect, test } from "vitest";
import { typeOf } from "../../src/crash/type.ts";
import { parseConfig } from "../../src/kernel/config.ts";
import { missingOptions, neededOptions } from "../../src/lab/needed-options.ts";

const title = "KASAN: use-after-free Read in unix_gc";
const report = `BUG: KASAN: use-after-free in unix_gc+0x1/0x2 net/unix/garbage.c:12
Call Trace:
 unix_gc+0x1/0x2 net/unix/garbage.c:12
 unix_release+0x1/0x2 net/unix/af_unix.c:34
`;
const crash = { title, type: typeOf(title), report };
const config = parseConfig("CONFIG_KASAN=y\nCONFIG_UNIX=m\nCONFIG_NET=y\n");

const files: Record<string, string> = {
  "net/unix/garbage.c": "",
  "net/unix/Makefile": "obj-$(CONFIG_UNIX) += unix.o\nunix-y := af_unix.o garbage.o\n",
  "net/Makefile": "obj-$(CONFIG_UNIX_SCM) += unix/\n",
};
const read = async (path: string) => files[path] ?? null;

describe("what a crash cannot be seen without", () => {
  test("is its sanitizer, and what builds the guilty file, of what its kernel has", async () => {
    expect(await neededOptions(crash, config, read)).toEqual([
      { anyOf: ["CONFIG_KASAN"], why: expect.any(String), file: null },
      { anyOf: ["CONFIG_UNIX"], why: "it builds net/unix/garbage.c", file: "net/unix/garbage.c" },
    ]);
  });

  test.each([
    ["WARNING: ODEBUG bug in f", "CONFIG_DEBUG_OBJECTS"],
    ["INFO: task hung in f", "CONFIG_DETECT_HUNG_TASK"],
    ["possible deadlock in f", "CONFIG_PROVE_LOCKING"],
    ["memory leak in f", "CONFIG_DEBUG_KMEMLEAK"],
    ["BUG: sleeping function called from invalid context in f", "CONFIG_DEBUG_ATOMIC_SLEEP"],
    ["UBSAN: shift-out-of-bounds in f", "CONFIG_UBSAN"],
    ["BUG: corrupted list in f", "CONFIG_LIST_HARDENED"],
    ["KCSAN: data-race in f / g", "CONFIG_KCSAN"],
  ])("%s: %s", async (other, option) => {
    const seen = { title: other, type: typeOf(other), report: "" };
    const needed = await neededOptions(seen, parseConfig(`${option}=y\n`), read);
    expect(needed.flatMap(({ anyOf }) => anyOf)).toContain(option);
    // What the kernel that crashed does without is not needed.
    expect(await neededOptions(seen, parseConfig(""), read)).toEqual([]);
  });

  test("is nothing for a crash that every kernel tells of", async () => {
    const other = "WARNING in f";
    expect(
      await neededOptions({ title: other, type: typeOf(other), report }, new Map(), read),
    ).toEqual([]);
  });

  test("is missing where it is off; what builds a file is not where there is no such file", async () => {
    const needed = await neededOptions(crash, config, read);
    const names = async (text: string, reading = read) =>
      (await missingOptions(needed, parseConfig(text), reading)).map(({ anyOf }) => anyOf[0]);
    expect(await names("CONFIG_KASAN=y\nCONFIG_UNIX=y\n")).toEqual([]);
    expect(await names("CONFIG_KASAN=y\n# CONFIG_UNIX is not set\n")).toEqual(["CONFIG_UNIX"]);
    expect(await names("CONFIG_UNIX=y\n")).toEqual(["CONFIG_KASAN"]);
    // Older than the file: nothing of it can crash. Without KASAN even moved code would be silent.
    expect(await names("CONFIG_KASAN=y\n", async () => null)).toEqual([]);
    expect(await names("", async () => null)).toEqual(["CONFIG_KASAN"]);
  });
});
