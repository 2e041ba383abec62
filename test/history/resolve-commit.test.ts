import { describe, expect, it } from "vitest";
import { openRepository } from "../../src/history/repository.ts";
import { resolveCommit } from "../../src/history/resolve-commit.ts";
import { commit, git, madeRepository } from "./made-repository.ts";

async function taggedRepository() {
  const folder = madeRepository();
  const first = commit(folder, "first");
  const second = commit(folder, "second", first);
  git(folder, "update-ref", "refs/heads/main", second);
  git(folder, "tag", "v5.17-rc1", first);
  git(folder, "tag", "-a", "-m", "release", "v5.17", second);
  git(folder, "tag", "-a", "-m", "tag of a tag", "again", "v5.17");
  git(folder, "tag", "a-tree", `${first}^{tree}`);
  return { folder, first, second, repository: await openRepository(folder) };
}

describe("resolveCommit", () => {
  it("finds a commit by hash, short hash, tag, branch and revision", async () => {
    const { first, second, repository } = await taggedRepository();
    const cases: readonly (readonly [string, string])[] = [
      [first, first],
      [first.toUpperCase(), first],
      [first.slice(0, 12), first],
      ["v5.17-rc1", first],
      ["v5.17", second],
      ["again", second],
      ["main", second],
      ["refs/heads/main", second],
      ["v5.17~1", first],
      ["main^{/first}", first],
    ];
    for (const [name, hash] of cases) expect(await resolveCommit(repository, name)).toBe(hash);
  });

  const wrongNames = ["", "-h", "--all", "--output=/tmp/x", "main\nHEAD", "main\0", "none"];
  it.each([...wrongNames, "0".repeat(40), "deadbeef", "main..v5.17", "x".repeat(5000), "a\tb c"])(
    "does not find %j",
    async (name) => {
      const { repository } = await taggedRepository();
      await expect(resolveCommit(repository, name)).rejects.toMatchObject({
        code: "commit-not-found",
        message: expect.stringContaining(JSON.stringify(name)),
        hint: expect.any(String),
      });
    },
  );

  it("tells what a name stands for that is no commit", async () => {
    const { repository } = await taggedRepository();
    await expect(resolveCommit(repository, "a-tree")).rejects.toMatchObject({
      code: "commit-not-found",
      message: expect.stringContaining("names a tree"),
    });
  });

  it("suggests tags of similar names, the nearest first", async () => {
    const { repository } = await taggedRepository();
    await expect(resolveCommit(repository, "v5.17-rc2")).rejects.toMatchObject({
      facts: { near: ["v5.17-rc1"] },
    });
    await expect(resolveCommit(repository, "v5.16")).rejects.toMatchObject({
      hint: "did you mean v5.17?",
    });
  });

  it("names the candidates of an ambiguous hash", async () => {
    const { folder, repository } = await taggedRepository();
    // Of a few hundred commits, two share their first four digits (65,536 possibilities).
    const seen = new Map<string, string>();
    let pair: [string, string] | null = null;
    for (let n = 0; pair === null; n++) {
      const hash = commit(folder, `commit ${n}`);
      const other = seen.get(hash.slice(0, 4));
      if (other !== undefined) pair = [other, hash];
      seen.set(hash.slice(0, 4), hash);
    }
    const start = pair[0].slice(0, 4);
    await expect(resolveCommit(repository, start)).rejects.toMatchObject({
      code: "commit-ambiguous",
      facts: { name: start, candidates: expect.arrayContaining([expect.stringMatching(/commit/)]) },
      hint: expect.stringContaining("more digits"),
    });
  });
});
