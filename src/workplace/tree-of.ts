import { Failure } from "../failure/failure.ts";
import { askGit } from "../history/git.ts";
import type { Repository } from "../history/repository.ts";

/**
 * The id of the tree of `commit` (a full hash): commits that have the same one are built alike.
 * Throws `commit-not-found`, `git-failed` or `interrupted`.
 */
export async function treeOf(
  repository: Repository,
  commit: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const notFound = () =>
    new Failure("commit-not-found", `there is no commit ${JSON.stringify(commit)}`, {
      facts: { commit, repository: repository.folder },
      hint: "give a full hash, and fetch it into the repository",
    });
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) throw notFound();
  const { exitCode, stdout } = await askGit({
    gitDir: repository.gitDir,
    cwd: repository.folder,
    args: ["rev-parse", "--verify", "--quiet", "--end-of-options", `${commit}^{tree}`],
    answers: [0, 1, 128],
    what: `find the commit ${commit}`,
    signal,
  });
  if (exitCode !== 0) throw notFound();
  return stdout.toString("utf8").trim();
}
