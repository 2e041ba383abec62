import { execFileSync } from "node:child_process";
import { lstatSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CpioEntry, cpioArchive } from "../../../src/kernel/initramfs/cpio.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "firstbad-cpio-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What Debian's own cpio lists of an archive. */
function listed(archive: Buffer, ...options: string[]): string[] {
  const text = execFileSync("cpio", ["-t", "--quiet", ...options], {
    input: archive,
    encoding: "utf8",
  });
  return text.split("\n").filter((line) => line !== "");
}

const file = (path: string, text = path, mode = 0o644): CpioEntry => ({
  kind: "file",
  path,
  mode,
  bytes: Buffer.from(text),
});

describe("an archive", () => {
  test("is what cpio unpacks: files, modes, links", () => {
    const archive = cpioArchive([
      file("init", "x".repeat(4097), 0o755),
      file("a/b/c", ""),
      { kind: "link", path: "bin/sh", target: "busybox" },
      { kind: "folder", path: "tmp", mode: 0o700 },
    ]);
    execFileSync("cpio", ["-i", "-d", "--quiet"], { input: archive, cwd: folder });
    expect(readFileSync(join(folder, "init"), "utf8")).toBe("x".repeat(4097));
    expect(lstatSync(join(folder, "init")).mode & 0o777).toBe(0o755);
    expect(readFileSync(join(folder, "a/b/c"))).toHaveLength(0);
    expect(readlinkSync(join(folder, "bin/sh"))).toBe("busybox");
    expect(lstatSync(join(folder, "tmp")).mode & 0o777).toBe(0o700);
  });

  test("has devices, owned by root, of time 0", () => {
    const archive = cpioArchive([
      { kind: "device", path: "dev/console", mode: 0o600, major: 5, minor: 1 },
    ]);
    const line = listed(archive, "-v", "-n").find((entry) => entry.includes("dev/console"));
    expect(line).toMatch(/^crw------- +1 0 +0 +5, +1 Jan +1 +1970 dev\/console$/);
  });

  test("has each parent folder once, before what is in it, whatever the order it was given in", () => {
    const names = ["z/y/x", "a", "z/a", "a-b", "z/y/w"];
    const expected = ["a", "a-b", "z", "z/a", "z/y", "z/y/w", "z/y/x"];
    fc.assert(
      fc.property(fc.shuffledSubarray(names, { minLength: names.length }), (shuffled) => {
        const archive = cpioArchive(shuffled.map((path) => file(path)));
        expect(archive.equals(cpioArchive(names.map((path) => file(path))))).toBe(true);
      }),
    );
    expect(listed(cpioArchive(names.map((path) => file(path))))).toEqual(expected);
  });

  test.each(["/etc/passwd", "../up", "a/../b", "a//b", "", "./a", "a/", "a\0b"])(
    "refuses the path %j",
    (path) => {
      expect(() => cpioArchive([file(path)])).toThrow(RangeError);
    },
  );

  test("refuses a path that is there twice", () => {
    expect(() => cpioArchive([file("a"), file("a")])).toThrow(RangeError);
  });

  test("holds any contents at a boundary of four bytes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.stringMatching(/^[a-z]{1,9}$/),
        (bytes, path) => {
          const archive = cpioArchive([{ kind: "file", path, mode: 0o644, bytes }]);
          const start = Math.ceil((110 + path.length + 1) / 4) * 4;
          expect(archive.subarray(start, start + bytes.length).equals(Buffer.from(bytes))).toBe(
            true,
          );
          const next = start + Math.ceil(bytes.length / 4) * 4;
          expect(archive.toString("latin1", next, next + 6)).toBe("070701");
        },
      ),
    );
  });
});
