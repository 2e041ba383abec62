import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeCommit, readPatch } from "../../src/history/describe-commit.ts";
import { openRepository } from "../../src/history/repository.ts";
import { git, madeRepository } from "./made-repository.ts";

/** A repository with two commits, the second one changing files in every way. */
async function changedRepository() {
  const folder = madeRepository();
  const write = (name: string, text: string | Buffer) => writeFileSync(join(folder, name), text);
  write("changed.c", "one\ntwo\nthree\n".repeat(40));
  write("removed.c", "gone\n");
  write("moved.c", "the same\n".repeat(50));
  git(folder, "add", ".");
  git(folder, "commit", "--quiet", "-m", "before");
  write("changed.c", "one\n2\nthree\n".repeat(40));
  write(`${"a-very-long-name-".repeat(6)}.c`, "new\n");
  write("mönch 'n' \"quote\".c", "new\n");
  write("binary", Buffer.from([0, 1, 2, 255]));
  git(folder, "rm", "--quiet", "removed.c");
  git(folder, "mv", "moved.c", "renamed.c");
  git(folder, "add", ".");
  git(
    folder,
    "commit",
    "--quiet",
    "-m",
    "net: fix\nthe thing",
    "-m",
    "Körper.\n\nAcked-by: X <x@y.z>",
  );
  return {
    folder,
    hash: git(folder, "rev-parse", "HEAD"),
    parent: git(folder, "rev-parse", "HEAD~"),
  };
}

describe("describeCommit", () => {
  it("tells author, date and message", async () => {
    const { folder, hash, parent } = await changedRepository();
    const described = await describeCommit(await openRepository(folder), hash, { culprit: false });
    expect(described).toEqual({
      kind: "commit-described",
      commit: hash,
      parents: [parent],
      subject: "net: fix the thing",
      message: "net: fix\nthe thing\n\nKörper.\n\nAcked-by: X <x@y.z>",
      author: { name: "A U Thor", email: "author@example.com" },
      authored: "Fri Jan 21 04:38:56 2022 -0800",
      diffstat: null,
      recipients: null,
    });
  });

  it("lists a culprit's files as git show --stat does, however git is configured", async () => {
    const { folder, hash } = await changedRepository();
    const expected = git(folder, "show", "--stat", "--format=", hash).split("\n");
    expect(expected.at(-1)).toBe(" 6 files changed, 42 insertions(+), 41 deletions(-)");
    git(folder, "config", "diff.renames", "false");
    git(folder, "config", "diff.statGraphWidth", "5");
    git(folder, "config", "color.ui", "always");
    const described = await describeCommit(await openRepository(folder), hash, { culprit: true });
    expect(described.diffstat).toEqual(expected);
  });

  it("compares a merge with its first parent", async () => {
    const { folder, hash, parent } = await changedRepository();
    const tree = `${hash}^{tree}`;
    const merge = git(folder, "commit-tree", tree, "-m", "merge", "-p", parent, "-p", hash);
    const described = await describeCommit(await openRepository(folder), merge, { culprit: true });
    expect(described.parents).toEqual([parent, hash]);
    expect(described.diffstat?.at(-1)).toMatch(/^ 6 files changed/);
  });

  it("reads text in other encodings, and text that is in none", async () => {
    const folder = madeRepository();
    const tree = git(folder, "hash-object", "-t", "tree", "-w", "/dev/null");
    const raw = (header: string, message: Buffer): string => {
      const person = "J <j@example.com> 1642768736 +0100";
      const head = `tree ${tree}\nauthor ${person}\ncommitter ${person}\n${header}\n`;
      const stored = spawnSync("git", ["hash-object", "-t", "commit", "-w", "--stdin"], {
        cwd: folder,
        input: Buffer.concat([Buffer.from(head), message]),
        encoding: "utf8",
      });
      return stored.stdout.trim();
    };
    const repository = await openRepository(folder);
    const latin = raw("encoding ISO-8859-1\n", Buffer.from("Gr\xfc\xdfe\n", "latin1"));
    const broken = raw("", Buffer.from("Gr\xfc\xdfe \x1b[31m\n", "latin1"));
    expect((await describeCommit(repository, latin, { culprit: false })).subject).toBe("Grüße");
    expect((await describeCommit(repository, broken, { culprit: false })).subject).toBe(
      "Gr\ufffd\ufffde \x1b[31m",
    );
  });

  it("describes a commit without message", async () => {
    const folder = madeRepository();
    git(folder, "commit", "--quiet", "--allow-empty", "--allow-empty-message", "-m", "");
    const hash = git(folder, "rev-parse", "HEAD");
    const described = await describeCommit(await openRepository(folder), hash, { culprit: true });
    expect(described).toMatchObject({ subject: "", message: "", parents: [], diffstat: [] });
  });
});

describe("readPatch", () => {
  it("is what git show prints", async () => {
    const { folder, hash } = await changedRepository();
    const patch = await readPatch(await openRepository(folder), hash);
    expect(patch.toString("utf8").trimEnd()).toBe(git(folder, "show", hash).trimEnd());
  });
});
