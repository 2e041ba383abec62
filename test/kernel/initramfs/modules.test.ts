import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  loadOrder,
  moduleEntries,
  parseDependencies,
} from "../../../src/kernel/initramfs/modules.ts";

describe("the order in which modules are loaded", () => {
  test("is the names' where nothing depends on anything", () => {
    expect(loadOrder(parseDependencies("b.ko:\na.ko:\n"))).toEqual(["a.ko", "b.ko"]);
  });

  test("puts each after all that it needs, directly or not", () => {
    const needs = parseDependencies("a.ko: c.ko b.ko\nb.ko: d.ko\nc.ko:\nd.ko: c.ko\n");
    expect(loadOrder(needs)).toEqual(["c.ko", "d.ko", "b.ko", "a.ko"]);
  });

  test("breaks circles", () => {
    const order = loadOrder(parseDependencies("a.ko: b.ko\nb.ko: a.ko\nc.ko: c.ko\n"));
    expect(order.sort()).toEqual(["a.ko", "b.ko", "c.ko"]);
  });

  test("takes long chains", () => {
    const needs = new Map(Array.from({ length: 50_000 }, (_, i) => [`${i}`, [`${i + 1}`]]));
    const order = loadOrder(needs);
    expect(order[0]).toBe("50000");
    expect(order.at(-1)).toBe("0");
  });

  test("holds for any graph without circles", () => {
    const graph = fc.array(fc.array(fc.nat(30), { maxLength: 6 }), { maxLength: 30 });
    fc.assert(
      fc.property(graph, (lists) => {
        // A module needs only ones with a smaller number: no circles.
        const needs = new Map(
          lists.map((list, i) => [`${i}`, list.filter((j) => j < i).map((j) => `${j}`)] as const),
        );
        const order = loadOrder(needs);
        expect([...order].sort()).toEqual([...needs.keys()].sort());
        for (const [module, below] of needs) {
          for (const one of below) expect(order.indexOf(one)).toBeLessThan(order.indexOf(module));
        }
      }),
    );
  });
});

describe("the modules of a folder", () => {
  let folder: string;
  let release: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "firstbad-modules-"));
    release = join(folder, "lib/modules/6.1.0");
    mkdirSync(release, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function put(path: string, text: string): void {
    mkdirSync(dirname(join(release, path)), { recursive: true });
    writeFileSync(join(release, path), text);
  }

  test("come with their order, from the folder around or the release's own", async () => {
    put("kernel/fs/one.ko", "1");
    put("kernel/net/two.ko", "2");
    put("modules.dep", "kernel/fs/one.ko: kernel/net/two.ko\nkernel/net/two.ko:\n");
    const entries = await moduleEntries(folder);
    expect(entries.map((entry) => entry.path)).toEqual([
      "modules/order",
      "modules/kernel/net/two.ko",
      "modules/kernel/fs/one.ko",
    ]);
    const order = entries[0]!.kind === "file" ? Buffer.from(entries[0]!.bytes).toString() : "";
    expect(order).toBe("/modules/kernel/net/two.ko\n/modules/kernel/fs/one.ko\n");
    expect(await moduleEntries(release)).toEqual(entries);
  });

  test("must not be compressed", async () => {
    put("kernel/a.ko.xz", "");
    put("modules.dep", "kernel/a.ko.xz:\n");
    await expect(moduleEntries(folder)).rejects.toMatchObject({ code: "config-not-for-machine" });
  });

  test("need their list", async () => {
    await expect(moduleEntries(folder)).rejects.toMatchObject({ code: "build-infrastructure" });
  });

  test.each(["../../../../outside.ko", "/etc/passwd.ko", "kernel/../../x.ko", "..ko/../a.ko"])(
    "are not looked for outside: %s",
    async (module) => {
      writeFileSync(join(folder, "outside.ko"), "secret");
      put("modules.dep", `${module}:\n`);
      await expect(moduleEntries(folder)).rejects.toMatchObject({ code: "build-infrastructure" });
    },
  );

  test("are not followed out of the folder by a link", async () => {
    writeFileSync(join(folder, "secret"), "secret");
    mkdirSync(join(release, "kernel"));
    symlinkSync(join(folder, "secret"), join(release, "kernel/a.ko"));
    put("modules.dep", "kernel/a.ko:\n");
    await expect(moduleEntries(folder)).rejects.toMatchObject({ code: "build-infrastructure" });
  });

  test("are not followed out of the folder by a link above them", async () => {
    mkdirSync(join(folder, "elsewhere"));
    writeFileSync(join(folder, "elsewhere/a.ko"), "secret");
    symlinkSync(join(folder, "elsewhere"), join(release, "kernel"));
    put("modules.dep", "kernel/a.ko:\n");
    await expect(moduleEntries(folder)).rejects.toMatchObject({ code: "build-infrastructure" });
  });
});
