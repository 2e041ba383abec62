import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { resolveEnds } from "../../src/bisection/begin.ts";
import { findCommit } from "../../src/history/find-commit.ts";
import { openRepository } from "../../src/history/repository.ts";
import { git, madeFolder, madeRepository } from "./made-repository.ts";

const never = new AbortController().signal;

/** Commits a file on the branch that is checked out; its hash. */
function change(folder: string, file: string, text: string, message: string): string {
  writeFileSync(join(folder, file), text);
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", message);
  return git(folder, "rev-parse", "HEAD");
}

/** A branch that was rebased: `old` is the commit that no branch contains any more, `now` what it became. */
function rebased() {
  const folder = madeRepository();
  const base = change(folder, "a.c", "base\n", "base");
  const old = change(folder, "b.c", "one\n", "net: count by one");
  git(folder, "reset", "--quiet", "--hard", base);
  change(folder, "c.c", "meanwhile\n", "meanwhile");
  const now = change(folder, "b.c", "one\n", "net: count by one");
  return { folder, base, old, now };
}

/** A clone that has only what branches contain. */
function cloneOf(folder: string, ...options: string[]): string {
  const clone = join(madeFolder(), "clone");
  git(folder, "clone", "--quiet", ...options, `file://${folder}`, clone);
  return clone;
}

describe("a commit that no branch contains", () => {
  test("is taken while it is there, and told with its change on a branch", async () => {
    const { folder, old, now } = rebased();
    const found = await findCommit(await openRepository(folder), old);
    expect(found).toMatchObject({ hash: old, note: { how: "unreachable", counterpart: now } });
    expect(found.note?.why).toBe(
      `no branch or tag contains ${old.slice(0, 12)}; the same change is ${now.slice(0, 12)}`,
    );
  });

  test("is told of where the ends of a bisection are looked up", async () => {
    const { folder, old } = rebased();
    const ends = await resolveEnds({ crashes: old }, await openRepository(folder), never);
    expect(ends.notes).toMatchObject([{ kind: "end-noted", end: "crashes", how: "unreachable" }]);
  });

  test("is found by its title where it is gone", async () => {
    const { folder, old, now } = rebased();
    const repository = await openRepository(cloneOf(folder));
    const found = await findCommit(repository, `${old.slice(0, 12)} ("net: count by one")`);
    expect(found).toMatchObject({ hash: now, note: { how: "title", counterpart: now } });
  });

  test("has a command that fetches it, by its hash alone", async () => {
    const { folder, old } = rebased();
    const clone = cloneOf(folder);
    await expect(findCommit(await openRepository(clone), old)).rejects.toMatchObject({
      code: "commit-not-found",
      hint: expect.stringContaining(`git -C ${clone} fetch origin ${old}`),
    });
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true");
    git(clone, "fetch", "--quiet", "origin", old);
    expect((await findCommit(await openRepository(clone), old)).hash).toBe(old);
  });

  test("is none of several changes of one title, and none that only mentions it", async () => {
    const { folder, old } = rebased();
    change(folder, "b.c", "two\n", "net: count by one");
    const repository = await openRepository(cloneOf(folder));
    const name = `${old} ("net: count by one")`;
    await expect(findCommit(repository, name)).rejects.toMatchObject({ code: "commit-ambiguous" });
    const other = `${old} ("count by one")`;
    await expect(findCommit(repository, other)).rejects.toMatchObject({ code: "commit-not-found" });
  });
});

describe("a commit that is fetched", () => {
  test("is kept by a ref of ours, and no branch or tag is changed", async () => {
    const { folder, old } = rebased();
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true");
    const clone = cloneOf(folder);
    const others = ["refs/heads", "refs/remotes", "refs/tags"];
    const before = git(clone, "for-each-ref", ...others);
    const found = await findCommit(await openRepository(clone), old, { from: "origin" });
    expect(found).toMatchObject({ hash: old, note: { how: "fetched" } });
    expect(git(clone, "for-each-ref", ...others)).toBe(before);
    const again = await findCommit(await openRepository(clone), old);
    expect(again.note).toMatchObject({ how: "unreachable" });
    expect(git(clone, "for-each-ref", "--format=%(refname)", "refs/firstbad/")).toBe(
      `refs/firstbad/${old}`,
    );
  });

  test("brings a shallow repository all of its history", async () => {
    const { folder, base } = rebased();
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true");
    const clone = cloneOf(folder, "--depth=1");
    expect((await findCommit(await openRepository(clone), base, { from: "origin" })).hash).toBe(
      base,
    );
    expect((await openRepository(clone)).shallow).toBe(false);
  });

  test("brings what joins two ends that a shallow repository has", async () => {
    const { folder, base, now } = rebased();
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true");
    const clone = cloneOf(folder, "--depth=1");
    git(clone, "fetch", "--quiet", "--depth=1", "origin", base);
    const ends = { crashes: now, clean: base };
    await expect(resolveEnds(ends, await openRepository(clone), never)).rejects.toMatchObject({
      code: "history-missing",
    });
    const joined = { ...ends, from: "origin" };
    const found = await resolveEnds(joined, await openRepository(clone), never);
    expect(found).toMatchObject({ crashes: { hash: now }, clean: { hash: base } });
  });

  test("is found by its title where it cannot be", async () => {
    const { folder, now } = rebased();
    const repository = await openRepository(cloneOf(folder));
    const name = `${"0".repeat(40)} ("net: count by one")`;
    expect(await findCommit(repository, name, { from: "origin" })).toMatchObject({ hash: now });
  });

  test.each([
    "ext::sh -c 'touch made'",
    "--upload-pack=touch made",
    "ssh://example.org/linux.git",
    "https://user:secret@example.org/linux.git",
  ])("is not asked of %s", async (url) => {
    const { folder, old } = rebased();
    const clone = cloneOf(folder);
    git(clone, "config", "remote.origin.url", url);
    for (const from of ["origin", url]) {
      await expect(findCommit(await openRepository(clone), old, { from })).rejects.toMatchObject({
        code: "history-missing",
        hint: expect.stringContaining(old),
      });
    }
  });

  test("is not asked by a program that the repository names", async () => {
    const { folder, old } = rebased();
    const clone = cloneOf(folder);
    const mark = join(clone, "made");
    git(clone, "config", "remote.origin.uploadpack", `touch ${mark}; git-upload-pack`);
    git(clone, "config", "url.ext::sh -c touch% made .insteadOf", `file://${folder}`);
    await expect(
      findCommit(await openRepository(clone), old, { from: "origin" }),
    ).rejects.toMatchObject({ code: "history-missing" });
    expect(existsSync(mark) || existsSync(join(clone, ".git/made"))).toBe(false);
  });
});

test("a partial clone without the files of the commit says how to get them", async () => {
  const { folder, now } = rebased();
  git(folder, "config", "uploadpack.allowFilter", "true");
  const clone = cloneOf(folder, "--filter=blob:none", "--no-checkout");
  const look = async () => resolveEnds({ crashes: now }, await openRepository(clone), never);
  await expect(look()).rejects.toMatchObject({
    code: "history-missing",
    hint: `fetch all of them first: git -C ${clone} fetch --refetch --no-filter origin`,
  });
  git(clone, "fetch", "--quiet", "--refetch", "--no-filter", "origin");
  expect((await look()).crashes.hash).toBe(now);
});

test("a commit on a branch, a tag, or checked out alone has no note", async () => {
  const { folder, base, old, now } = rebased();
  const repository = await openRepository(folder);
  for (const name of [base, now, now.slice(0, 12), "main"]) {
    expect((await findCommit(repository, name)).note).toBeNull();
  }
  git(folder, "checkout", "--quiet", "--detach", old);
  expect((await findCommit(repository, old)).note).toBeNull();
});

test("a repository that is a submodule, and a tree that has one", async () => {
  const { folder: inner, now } = rebased();
  const outer = madeRepository();
  git(
    outer,
    "-c",
    "protocol.file.allow=always",
    "submodule",
    "--quiet",
    "add",
    `file://${inner}`,
    "net",
  );
  const commit = change(outer, "a.c", "outer\n", "outer");
  const within = await openRepository(join(outer, "net"));
  expect(within.gitDir).toBe(join(outer, ".git/modules/net"));
  expect((await findCommit(within, now)).hash).toBe(now);
  const ends = await resolveEnds({ crashes: commit }, await openRepository(outer), never);
  expect(ends.notes).toMatchObject([{ end: "tree", how: "submodules", commit }]);
});
