import { mkdir, mkdtemp, readdir, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { kernelIdOf } from "../../src/event/ids.ts";
import { openFileJournal } from "../../src/journal/file-journal.ts";
import { KernelCache } from "../../src/kernel/cache.ts";
import { holdName, nameOfFolder } from "../../src/process/held-name.ts";
import { BuiltTrees } from "../../src/program/built-trees.ts";
import { firstbad, firstbadWith } from "./firstbad.ts";

const mebibyte = 1024 ** 2;
const signatureOf = (digit: string) => digit.repeat(64);
/** More than any process id there is (proc(5), pid_max). */
const goneProcess = 2 ** 22 + 1;

let home: string;
let cache: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "firstbad-cache-"));
  cache = join(home, "cache");
});

/** Stores kernels of one MiB each; the first was used longest ago. */
async function store(...digits: readonly string[]): Promise<void> {
  const kernels = await KernelCache.open(cache, 100 * mebibyte);
  const built = join(home, "built");
  const config = join(home, "config");
  await writeFile(built, Buffer.alloc(mebibyte));
  await writeFile(config, "");
  for (const [index, digit] of digits.entries()) {
    const files = { image: built, vmlinux: built, config, modules: null };
    await kernels.store(signatureOf(digit), files);
    const used = new Date(Date.UTC(2026, 0, 1 + index));
    await utimes(join(cache, "kernels", signatureOf(digit), "meta.json"), used, used);
  }
  await kernels.close();
}

async function kept(): Promise<string[]> {
  return (await readdir(join(cache, "kernels"))).map((name) => name.slice(0, 1)).sort();
}

async function json(...words: readonly string[]) {
  const { code, stdout } = await firstbad(home, "cache", ...words, "--json");
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

describe("built trees of programs", () => {
  async function storeTrees(...digits: readonly string[]): Promise<void> {
    const trees = await BuiltTrees.open(cache, 100 * mebibyte);
    const built = join(home, "built-tree");
    await mkdir(built, { recursive: true });
    await writeFile(join(built, "program"), Buffer.alloc(mebibyte, 1));
    for (const digit of digits) {
      await trees.store(signatureOf(digit), built, new AbortController().signal);
    }
    await trees.close();
  }

  test("are listed beside kernels, and count", async () => {
    await store("a");
    await storeTrees("b");
    const { kernels, trees, bytes } = await json("list");
    expect(kernels).toMatchObject([{ signature: signatureOf("a") }]);
    expect(trees).toMatchObject([{ signature: signatureOf("b"), leased: false, commits: [] }]);
    // A folder's own bytes are none in some file systems.
    expect(bytes).toBe(kernels[0].bytes + trees[0].bytes);
    expect(trees[0].bytes).toBeGreaterThanOrEqual(mebibyte);
    expect((await firstbad(home, "cache", "list")).stdout).toMatch(/^trees +1(\.\d)? MiB +1$/m);
  });

  test("are removed as kernels are", async () => {
    await storeTrees("b", "c");
    const { removed } = await json("prune", "--all");
    expect(removed.map(({ signature }: { signature: string }) => signature).sort()).toEqual([
      signatureOf("b"),
      signatureOf("c"),
    ]);
    expect((await json("list")).trees).toEqual([]);
  });

  test("of before the system was started are gone: a power cut may have torn them", async () => {
    await storeTrees("b");
    const meta = join(cache, "trees", signatureOf("b"), "meta.json");
    await writeFile(meta, JSON.stringify({ version: 1, boot: "another", bytes: 1 }));
    expect((await json("list")).trees).toEqual([]);
  });
});

describe("cache list", () => {
  test("an empty cache is none, and looking makes none", async () => {
    expect(await json("list")).toMatchObject({ version: 1, kernels: [], slots: [], bytes: 0 });
    expect(await readdir(home)).toEqual([]);
  });

  test("kernels, that used last first, with commits that a bisection knows", async () => {
    await store("a", "b");
    const commit = "c".repeat(40);
    const folder = join(home, "bisections", "one");
    await mkdir(folder, { recursive: true });
    const journal = await openFileJournal(folder);
    const kernel = kernelIdOf(commit);
    const config = "0".repeat(64);
    await journal.append({
      ...{ kind: "kernel-planned", kernel, commit, patches: [], config },
      ...{ arch: "um", purpose: "search" },
    });
    await journal.append({
      ...{ kind: "kernel-built", kernel, signature: signatureOf("a"), compiler: "gcc" },
      ...{ dropped: [], seconds: 1, cached: false },
    });
    await journal.close();

    const listed = await json("list");
    expect(listed.kernels).toEqual([
      {
        ...{ signature: signatureOf("b"), bytes: mebibyte, leased: false, commits: [] },
        used: "2026-01-02T00:00:00.000Z",
      },
      {
        ...{ signature: signatureOf("a"), bytes: mebibyte, leased: false, commits: [commit] },
        used: "2026-01-01T00:00:00.000Z",
      },
    ]);
    const { stdout } = await firstbad(home, "cache", "list");
    expect(stdout).toMatch(/^aaaaaaaaaaaa {2}cccccccccccc {2}1 MiB {2}idle {2}\d+d\d+h ago$/m);
    expect(stdout).toMatch(/^kernels +2 MiB +2$/m);
  });

  test("slots and other folders with what they take, a slot in use as such", async () => {
    const slot = join(cache, "slots", "0123456789abcdef", "0");
    await mkdir(join(slot, "out"), { recursive: true });
    await mkdir(join(cache, "ccache"), { recursive: true });
    await writeFile(join(slot, "out", "vmlinux"), Buffer.alloc(3 * mebibyte, 1));
    await writeFile(join(cache, "ccache", "object"), Buffer.alloc(2 * mebibyte, 1));
    const held = await holdName(`slot:${await nameOfFolder(slot)}`);
    const taken = await json("list");
    await held?.release();
    expect(taken.slots).toMatchObject([
      { path: "slots/0123456789abcdef/0", taken: true, files: 1 },
    ]);
    expect(taken.slots[0].bytes).toBeGreaterThanOrEqual(3 * mebibyte);
    expect(taken.others).toContainEqual(expect.objectContaining({ name: "ccache", files: 1 }));
    expect(taken.bytes).toBeGreaterThanOrEqual(5 * mebibyte);
    expect((await json("list")).slots).toMatchObject([{ taken: false }]);
  });
});

describe("cache prune", () => {
  test.each([
    [[], ["a", "b", "c"]],
    [
      ["--size", "2M"],
      ["b", "c"],
    ],
    [
      ["--size", "2500K"],
      ["b", "c"],
    ],
    [["--size", "1"], []],
    [["--all"], []],
  ])("%j keeps %j, those used last", async (words, left) => {
    await store("a", "b", "c");
    const done = await json("prune", ...words);
    expect(await kept()).toEqual(left);
    expect(done.removed).toHaveLength(3 - left.length);
    expect(done.bytes).toBe((3 - left.length) * mebibyte);
    expect(done.left).toHaveLength(left.length);
  });

  test("a kernel that another process uses stays, and is said to", async () => {
    await store("a", "b");
    const kernels = await KernelCache.open(cache, 100 * mebibyte);
    await kernels.lease(signatureOf("a"));
    const { stdout } = await firstbad(home, "cache", "prune", "--all");
    expect(await kept()).toEqual(["a"]);
    expect(stdout).toContain("removed  bbbbbbbbbbbb");
    expect(stdout).toContain(
      "1 MiB of kernels and trees removed, 1 MiB kept; 1 MiB of them are in use",
    );
    await kernels.close();
    await firstbad(home, "cache", "prune", "--all");
    expect(await kept()).toEqual([]);
  });

  test("what processes that are gone left half made goes, that of living ones stays", async () => {
    await store("a");
    const uuid = "01234567-89ab-cdef-0123-456789abcdef";
    const cpio = `${signatureOf("e")}.cpio`;
    const gone = [
      `programs/.${goneProcess}-${uuid}/in`,
      `initramfs/${cpio}.${goneProcess}-${uuid}`,
      `kernels/.new.${uuid}.1`,
    ];
    const staying = [
      `programs/.${process.pid}-${uuid}`,
      `programs/${signatureOf("d")}`,
      `initramfs/${cpio}`,
    ];
    for (const path of [...gone, ...staying]) await mkdir(join(cache, path), { recursive: true });
    const { leftovers } = await json("prune");
    expect(leftovers.sort()).toEqual(gone.map((path) => path.replace("/in", "")).sort());
    expect(await readdir(join(cache, "programs"))).toEqual([
      `.${process.pid}-${uuid}`,
      signatureOf("d"),
    ]);
    expect(await readdir(join(cache, "initramfs"))).toEqual([cpio]);
    expect(await kept()).toEqual(["a"]);
  });

  test("compiled modules are kept in it, and nothing is amiss where they cannot be", async () => {
    const { NODE_COMPILE_CACHE, ...env } = process.env;
    const inHome = (given: string) =>
      firstbadWith({ ...env, FIRSTBAD_HOME: given }, home, ["--version"]);
    expect(await inHome(home)).toMatchObject({ code: 0, stderr: "" });
    const [folder = ""] = await readdir(join(cache, "modules"));
    expect(folder).toMatch(new RegExp(`^v\\d+\\.\\d+\\.\\d+-${process.arch}-`));
    expect((await readdir(join(cache, "modules", folder))).length).toBeGreaterThan(100);
    await writeFile(join(home, "file"), "");
    expect(await inHome(join(home, "file"))).toMatchObject({ code: 0, stderr: "" });
  });

  test("modules that another Node compiled go, those of this one stay", async () => {
    const [own, other] = [`${process.version}-x64-964aae3f-0`, "v22.18.0-x64-964aae3f-0"];
    for (const name of [own, other]) await mkdir(join(cache, "modules", name), { recursive: true });
    const { leftovers } = await json("prune");
    expect(leftovers).toEqual([`modules/${other}`]);
    expect(await readdir(join(cache, "modules"))).toEqual([own]);
  });

  test.each([
    [["--size", "much"], "expected a size such as 5G"],
    [["--size", "-1"], "expected a size such as 5G"],
    [["--all", "--size", "1G"], "cannot be used with"],
  ])("%j is refused", async (words, said) => {
    const { code, stderr } = await firstbad(home, "cache", "prune", ...words);
    expect(code).toBe(129);
    expect(stderr).toContain(said);
  });
});
