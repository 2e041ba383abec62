import { askGit } from "./git.ts";
import type { Abortable, Repository } from "./repository.ts";

/**
 * The merge bases of `after` and a hypothetical merge of all `before`, as `git bisect` looks at them:
 * what `git merge-base --all` prints, in that order. Full hashes; empty where the histories are
 * unrelated or `before` is empty.
 *
 * A base that is one of `before` needs no test. A base that is `after` itself means that the ends are
 * swapped: a commit of `before` contains `after`.
 * Throws `git-failed` (a hash that is not there among it) or `interrupted`.
 */
export async function mergeBases(
  repository: Repository,
  after: string,
  before: readonly string[],
  options: Abortable = {},
): Promise<string[]> {
  if (before.length === 0) return [];
  const { stdout } = await askGit({
    gitDir: repository.gitDir,
    cwd: repository.gitDir,
    // git bisect asks with its good commits sorted by hash.
    args: ["merge-base", "--all", "--", after, ...[...before].sort()],
    answers: [0, 1],
    what: `find the merge bases of ${after} and ${before.join(", ")}`,
    signal: options.signal,
  });
  return stdout.toString("latin1").split("\n").slice(0, -1);
}
