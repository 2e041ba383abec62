import { askGit } from "./git.ts";
import type { Abortable, Repository } from "./repository.ts";

/**
 * Whether the tree of the commit `hash` (full) names submodules, which are other repositories: only what git has in
 * this one is built. Throws `git-failed` or `interrupted`.
 */
export async function hasSubmodules(
  { gitDir }: Repository,
  hash: string,
  { signal }: Abortable = {},
): Promise<boolean> {
  const { stdout } = await askGit({
    gitDir,
    cwd: gitDir,
    args: ["ls-tree", "--name-only", hash, "--", ".gitmodules"],
    what: `look for submodules of ${hash}`,
    signal,
  });
  return stdout.length > 0;
}
