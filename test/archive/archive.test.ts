import { execFileSync } from "node:child_process";
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { createGzip, gzipSync } from "node:zlib";
import fc from "fast-check";
import { packTar, type TarEntry } from "modern-tar";
import { beforeEach, describe, expect, it, test } from "vitest";
import { labelName } from "../../src/archive/contents.ts";
import { exportTo, packed } from "../../src/archive/pack.ts";
import { importFile, importFrom } from "../../src/archive/unpack.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { writeEvent } from "../../src/journal/ndjson.ts";
import { foundStory } from "../syzbot/story.ts";

const id = "2031-03-04-edd056107496";
const events = foundStory().events.map((event) =>
  event.kind === "started" ? { ...event, id } : event,
);
const journal = events.map(writeEvent).join("");

let home = "";
/** The folder of all bisections. */
let root = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "firstbad-archive-"));
  root = join(home, "bisections");
});

/** A bisection's folder outside of the root, with what it has and what it may have. */
async function madeFolder(): Promise<string> {
  const folder = join(home, "made");
  await mkdir(join(folder, "consoles"), { recursive: true });
  await mkdir(join(folder, "empty"));
  await writeFile(join(folder, "events.ndjson"), journal);
  await writeFile(join(folder, "graph"), Buffer.from([0, 1, 2, 255]));
  await writeFile(join(folder, "empty.txt"), "");
  await writeFile(join(folder, "key"), "a secret");
  await writeFile(join(folder, "consoles", "edd056107496-0.txt"), "x".repeat(300_000));
  await writeFile(join(folder, "consoles", "edd056107496+0a1b2c3d-0.txt"), "y");
  await symlink("/etc/passwd", join(folder, "link"));
  return folder;
}

const label = (given: unknown = { version: 1, id }): TarEntry => {
  const body = typeof given === "string" ? given : JSON.stringify(given);
  return { header: { name: labelName, size: Buffer.byteLength(body) }, body };
};
const file = (name: string, body: string, more: Partial<TarEntry["header"]> = {}): TarEntry => ({
  header: { name, size: Buffer.byteLength(body), type: "file", ...more },
  body,
});
const own = file(`${id}/events.ndjson`, journal);

async function taken(entries: readonly TarEntry[], as?: string): Promise<string> {
  const bytes = gzipSync(await packTar(entries));
  return importFrom(Readable.from([bytes]), { root, as });
}

/** Nothing is left behind by what was refused. */
async function expectNothing(): Promise<void> {
  expect(await readdir(root)).toEqual([]);
  expect(await readdir(home)).toEqual(["bisections"]);
}

describe("a bisection that is exported and imported", () => {
  test("has all of its files, but for the key of its lock, and what is no file", async () => {
    const folder = await madeFolder();
    const path = join(home, "one.tar.gz");
    await exportTo(folder, id, path);
    expect(await importFile(path, { root })).toBe(id);
    const there = await readdir(join(root, id), { recursive: true });
    expect(there.sort()).toEqual([
      "consoles",
      "consoles/edd056107496+0a1b2c3d-0.txt",
      "consoles/edd056107496-0.txt",
      "empty.txt",
      "events.ndjson",
      "graph",
    ]);
    for (const name of ["graph", "events.ndjson", "consoles/edd056107496-0.txt"]) {
      const [before, after] = await Promise.all(
        [folder, join(root, id)].map((place) => readFile(join(place, name))),
      );
      expect(after).toEqual(before);
    }
    expect((await stat(join(root, id, "graph"))).mode & 0o777).toBe(0o600);
  });

  test("is an archive that tar reads", async () => {
    const path = join(home, "one.tar.gz");
    await exportTo(await madeFolder(), id, path);
    const names = execFileSync("tar", ["-tzf", path], { encoding: "utf8" });
    expect(names.split("\n")).toContain(`${id}/consoles/edd056107496-0.txt`);
  });

  test("takes no other file's place, and none is left where it cannot be written", async () => {
    const folder = await madeFolder();
    const path = join(home, "one.tar.gz");
    await writeFile(path, "mine");
    await expect(exportTo(folder, id, path)).rejects.toMatchObject({ code: "file-exists" });
    expect(await readFile(path, "utf8")).toBe("mine");
    const nowhere = exportTo(folder, id, join(home, "nowhere", "one.tar.gz"));
    await expect(nowhere).rejects.toMatchObject({ code: "folder-not-writable" });
    expect((await readdir(home)).sort()).toEqual(["made", "one.tar.gz"]);
  });

  test("fails where its folder is gone", async () => {
    await expect(packed(join(home, "none"), id).toArray()).rejects.toThrow("ENOENT");
  });

  test("is not taken in twice, but under another name, which its events say then", async () => {
    await taken([label(), own]);
    await expect(taken([label(), own])).rejects.toMatchObject({
      code: "archive-refused",
      hint: `\`--as ${id}-2\` takes it in under another name`,
    });
    expect(await taken([label(), own], `${id}-2`)).toBe(`${id}-2`);
    const [first, ...rest] = await readFileJournal(join(root, `${id}-2`));
    expect(first).toMatchObject({ kind: "started", id: `${id}-2` });
    expect(rest).toEqual(events.slice(1));
  });
});

describe("an archive that somebody else made", () => {
  test.each<[string, readonly TarEntry[]]>([
    ["a path upwards", [label(), own, file(`${id}/../../evil`, "x")]],
    ["a path from the root", [label(), own, file("/etc/evil", "x")]],
    ["a file beside the folder", [label(), own, file("evil", "x")]],
    ["a folder of another bisection", [label(), own, file("other/graph", "x")]],
    ["a link", [label(), own, file(`${id}/link`, "", { type: "symlink", linkname: "/etc" })]],
    ["a hard link", [label(), own, file(`${id}/link`, "", { type: "link", linkname: "../../x" })]],
    ["a device", [label(), own, file(`${id}/null`, "", { type: "character-device" })]],
    ["a key for the lock", [label(), own, file(`${id}/key`, "x")]],
    ["a file twice", [label(), own, own]],
    ["a hidden path", [label(), own, file(`${id}/a/b/c/d/e`, "x")]],
    ["a name with a line end", [label(), own, file(`${id}/a\nb`, "x")]],
    ["no events", [label(), file(`${id}/graph`, "x")]],
    ["empty events", [label(), file(`${id}/events.ndjson`, "")]],
    ["events that are none", [label(), file(`${id}/events.ndjson`, '{"kind":"evil"}\n')]],
    [
      "events that do not begin",
      [label(), file(`${id}/events.ndjson`, writeEvent({ ...events[1]!, seq: 0 }))],
    ],
    ["no label", [own]],
    ["a label that is none", [label("x"), own]],
    ["another version", [label({ version: 2, id }), own]],
    ["a name that leads away", [label({ version: 1, id: ".." }), own]],
    ["nothing", []],
  ])("is refused with %s, and nothing of it stays", async (_, entries) => {
    await expect(taken(entries)).rejects.toMatchObject({ code: "archive-refused" });
    await expectNothing();
  });

  test("is refused where a pax header gives a file another name", async () => {
    const renamed = file(`${id}/graph`, "x", { pax: { path: "../../evil" } });
    await expect(taken([label(), own, renamed])).rejects.toMatchObject({ code: "archive-refused" });
    await expectNothing();
  });

  test("is refused where it is named so that it leads away", async () => {
    await expect(taken([label(), own], "../evil")).rejects.toMatchObject({
      code: "archive-refused",
    });
  });

  test("is refused where it is made to fill the disk", async () => {
    // A header that says more than the largest file.
    const bytes = Buffer.from(await packTar([label(), own, file(`${id}/big`, "x")]));
    const at = bytes.indexOf(`${id}/big`);
    bytes.write("77777777777\0", at + 124, "latin1");
    bytes.write("        ", at + 148, "latin1");
    const sum = bytes.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
    bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, at + 148, "latin1");
    let given = 0;
    async function* endless() {
      yield bytes.subarray(0, at + 512);
      for (; given < 2000; given++) yield Buffer.alloc(1024 * 1024);
    }
    const archive = Readable.from(endless()).pipe(createGzip({ level: 1 }));
    await expect(importFrom(archive, { root })).rejects.toMatchObject({
      code: "archive-refused",
      message: expect.stringContaining("8589934591 bytes"),
    });
    expect(given).toBeLessThan(200);
    await expectNothing();
  });

  test("is told from what is none, or was cut short", async () => {
    const path = join(home, "one.tar.gz");
    await writeFile(path, "no archive at all");
    await expect(importFile(path, { root })).rejects.toMatchObject({
      code: "archive-not-readable",
    });
    await expect(importFile(join(home, "none"), { root })).rejects.toMatchObject({
      code: "archive-not-readable",
    });
    await writeFile(path, gzipSync(await packTar([label(), own])));
    await truncate(path, (await stat(path)).size - 40);
    await expect(importFile(path, { root })).rejects.toMatchObject({
      code: "archive-not-readable",
    });
    expect(await readdir(root)).toEqual([]);
  });

  it("never ends otherwise, whatever its bytes are", async () => {
    const whole = Buffer.from(await packTar([label(), own]));
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat({ max: 255 }), fc.boolean(), async (at, byte, zipped) => {
        const bytes = Buffer.from(whole);
        bytes[at % bytes.length] = byte;
        const given = zipped ? gzipSync(bytes) : bytes.subarray(0, at % bytes.length);
        const place = join(home, `try-${at}-${byte}-${zipped}`, "bisections");
        await importFrom(Readable.from([given]), { root: place }).then(
          (made) => expect(made).toMatch(/^[\w.+-]+$/),
          (error) => expect(error.code).toMatch(/^archive-(?:refused|not-readable)$/),
        );
        const left = await readdir(join(place, ".."));
        expect(left).toEqual(["bisections"]);
      }),
      { numRuns: 60 },
    );
  });
});
