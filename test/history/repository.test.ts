import { chownSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeCommit, readPatch } from "../../src/history/describe-commit.ts";
import { loadGraph } from "../../src/history/load-graph.ts";
import { openRepository } from "../../src/history/repository.ts";
import { resolveCommit } from "../../src/history/resolve-commit.ts";
import { commit, git, madeFolder, madeRepository } from "./made-repository.ts";

/** A repository with three commits in a line on `main`. */
function threeCommits(...options: string[]): { folder: string; hashes: string[] } {
  const folder = madeRepository(...options);
  const hashes: string[] = [];
  for (const message of ["one", "two", "three"]) {
    hashes.push(commit(folder, message, ...hashes.slice(-1)));
  }
  git(folder, "update-ref", "refs/heads/main", hashes[2]!);
  return { folder, hashes };
}

describe("openRepository", () => {
  it("opens a normal repository, with changes that are not committed", async () => {
    const { folder, hashes } = threeCommits();
    writeFileSync(join(folder, "dirt"), "");
    git(folder, "add", "dirt");
    const repository = await openRepository(folder);
    const gitDir = join(folder, ".git");
    expect(repository).toEqual({ folder, gitDir, bare: false, shallow: false });
    expect(await resolveCommit(repository, "HEAD")).toBe(hashes[2]);
  });

  it("opens a bare repository", async () => {
    const { folder, hashes } = threeCommits("--bare");
    const repository = await openRepository(folder);
    expect(repository).toEqual({ folder, gitDir: folder, bare: true, shallow: false });
    expect(await resolveCommit(repository, "main~1")).toBe(hashes[1]);
  });

  it("opens a worktree at its own commit", async () => {
    const { folder, hashes } = threeCommits();
    const worktree = join(madeFolder(), "tree\nof two lines");
    git(folder, "worktree", "add", "--quiet", "--detach", worktree, hashes[1]!);
    const repository = await openRepository(worktree);
    expect(repository).toMatchObject({ bare: false, folder: worktree });
    expect(await resolveCommit(repository, "HEAD")).toBe(hashes[1]);
  });

  it("opens a shallow repository, whose history ends early", async () => {
    const { folder, hashes } = threeCommits();
    const shallow = madeFolder();
    git(shallow, "clone", "--quiet", "--depth=2", `file://${folder}`, "clone");
    const repository = await openRepository(join(shallow, "clone"));
    expect(repository.shallow).toBe(true);
    const { graph } = await loadGraph(repository, { tip: hashes[2]!, exclude: [] });
    expect(graph.count).toBe(2);
    await expect(resolveCommit(repository, hashes[0]!)).rejects.toMatchObject({
      code: "history-missing",
      hint: expect.stringContaining("fetch --unshallow"),
    });
  });

  it("opens a repository of another user", async () => {
    if (process.getuid?.() !== 0) return;
    const { folder, hashes } = threeCommits();
    chownSync(folder, 1, 1);
    chownSync(join(folder, ".git"), 1, 1);
    expect(await resolveCommit(await openRepository(folder), "main")).toBe(hashes[2]);
  });

  it("does not take a folder above for the repository", async () => {
    const { folder } = threeCommits();
    mkdirSync(join(folder, "inside"));
    await expect(openRepository(join(folder, "inside"))).rejects.toMatchObject({
      code: "repository-not-found",
    });
  });

  it("says what is wrong with a folder, a file, nothing, and a broken repository", async () => {
    const folder = madeFolder();
    writeFileSync(join(folder, "file"), "");
    for (const path of [folder, join(folder, "file"), join(folder, "none")]) {
      await expect(openRepository(path)).rejects.toMatchObject({
        code: "repository-not-found",
        message: expect.stringContaining(path),
        hint: expect.stringMatching(/clone/),
      });
    }
    const broken = threeCommits().folder;
    writeFileSync(join(broken, ".git/config"), "[core]\nrepositoryformatversion = 99\n");
    await expect(openRepository(broken)).rejects.toMatchObject({ code: "repository-not-readable" });
  });

  it("stops when it is told to", async () => {
    const { folder } = threeCommits();
    const stopped = openRepository(folder, { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: "interrupted" });
  });
});

describe("a hostile repository", () => {
  it("gets none of its programs started, and cannot redefine its history", async () => {
    const { folder, hashes } = threeCommits();
    // A commit that changes a file, so that there is something to compare.
    writeFileSync(join(folder, "file"), "text\n");
    git(folder, "add", "file");
    git(folder, "commit", "--quiet", "-m", "four");
    const tip = git(folder, "rev-parse", "HEAD");
    const proof = join(folder, "proof");
    const program = join(folder, ".git/program");
    writeFileSync(program, `#!/bin/sh\ntouch ${proof}\ncat\n`, { mode: 0o755 });
    for (const key of [
      "core.fsmonitor",
      "core.pager",
      "core.sshCommand",
      "core.alternateRefsCommand",
      "diff.external",
      "diff.made.command",
      "diff.made.textconv",
      "filter.made.clean",
      "filter.made.smudge",
      "gpg.program",
      "uploadpack.packObjectsHook",
      "alias.rev-list",
    ]) {
      git(folder, "config", key, key.startsWith("alias") ? `!${program}` : program);
    }
    git(folder, "config", "log.showSignature", "true");
    writeFileSync(join(folder, ".git/info/attributes"), "* diff=made filter=made\n");
    writeFileSync(join(folder, ".gitattributes"), "* diff=made filter=made\n");
    git(folder, "replace", "--force", hashes[2]!, hashes[0]!);

    const repository = await openRepository(folder);
    const { graph } = await loadGraph(repository, { tip, exclude: [] });
    expect(graph.count).toBe(4);
    const described = await describeCommit(repository, tip, { culprit: true });
    expect(described).toMatchObject({
      message: "four",
      diffstat: [" file | 1 +", expect.any(String)],
    });
    expect((await readPatch(repository, tip)).toString()).toContain("\n+text\n");
    expect(existsSync(proof)).toBe(false);
  });
});
