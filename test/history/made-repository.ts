import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder that is gone when the test is. */
export function madeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "firstbad-history-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs git as a user would, in `folder`; its output without the last line end. */
export function git(folder: string, ...args: string[]): string {
  const result = spawnSync("git", args, {
    cwd: folder,
    encoding: "utf8",
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      LC_ALL: "C",
      TZ: "UTC",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_AUTHOR_NAME: "A U Thor",
      GIT_AUTHOR_EMAIL: "author@example.com",
      GIT_AUTHOR_DATE: "2022-01-21T04:38:56 -0800",
      GIT_COMMITTER_NAME: "C O Mitter",
      GIT_COMMITTER_EMAIL: "committer@example.com",
      GIT_COMMITTER_DATE: "2022-01-22T04:38:56 +0000",
    },
  });
  if (result.status !== 0) throw new Error(`git ${args.join(" ")}: ${result.stderr}`);
  return result.stdout.replace(/\n$/, "");
}

/** An empty repository on branch `main`. */
export function madeRepository(...options: string[]): string {
  const folder = madeFolder();
  git(folder, "init", "--quiet", "--initial-branch=main", ...options, ".");
  return folder;
}

/** A commit of nothing with these parents (all of them), on no branch; its hash. */
export function commit(folder: string, message: string, ...parents: string[]): string {
  const tree = git(folder, "hash-object", "-t", "tree", "-w", "/dev/null");
  return git(folder, "commit-tree", tree, "-m", message, ...parents.flatMap((p) => ["-p", p]));
}
