import { askGit } from "./git.ts";
import type { Abortable, Repository } from "./repository.ts";

/** Bytes of a list that are taken: a commit that changes more files is about none of them. */
const mostBytes = 4 << 20;

/**
 * The paths that the commit `hash` (full) changes, as they are called after it; none of a merge. Of a
 * longer list, as much as fits into 4 MiB. Throws `git-failed` or `interrupted`.
 */
export async function changedPaths(
  repository: Repository,
  hash: string,
  { signal }: Abortable = {},
): Promise<string[]> {
  const { stdout } = await askGit({
    gitDir: repository.gitDir,
    cwd: repository.gitDir,
    args: [
      ...["diff-tree", "--stdin", "--no-commit-id", "--root", "-r", "--name-only", "-z"],
      ...["-M", "--no-ext-diff", "--no-textconv"],
    ],
    stdin: `${hash}\n`,
    stdout: { kind: "capture", limit: mostBytes },
    what: `list the paths that ${hash} changes`,
    signal,
  });
  return stdout.toString("utf8").split("\0").slice(0, -1);
}
