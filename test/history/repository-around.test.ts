import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repositoryAround } from "../../src/history/repository-around.ts";
import { commit, git, madeFolder, madeRepository } from "./made-repository.ts";

test("a repository is found from its top, from below, and from a worktree", async () => {
  const folder = madeRepository();
  git(folder, "update-ref", "HEAD", commit(folder, "one"));
  const below = join(folder, "a", "b");
  mkdirSync(below, { recursive: true });
  const worktree = join(madeFolder(), "tree");
  git(folder, "worktree", "add", "-q", "--detach", worktree);
  for (const from of [folder, below, join(folder, ".git")]) {
    expect((await repositoryAround(from))?.gitDir).toBe(join(folder, ".git"));
  }
  expect((await repositoryAround(below))?.folder).toBe(folder);
  expect(await repositoryAround(worktree)).toMatchObject({
    folder: worktree,
    gitDir: join(folder, ".git/worktrees/tree"),
  });
});

test("a bare repository is its own top", async () => {
  const folder = madeRepository("--bare");
  expect(await repositoryAround(folder)).toMatchObject({ folder, gitDir: folder, bare: true });
});

test("where there is none, none is found", async () => {
  expect(await repositoryAround(madeFolder())).toBeNull();
});
