import { askGit } from "./git.ts";
import type { Abortable, Repository } from "./repository.ts";

/**
 * The text of the file `path`, from the top of the tree, at the commit `hash` (full); null where there is
 * no such file. What is longer than 16 MiB has its middle missing. Throws `git-failed` or `interrupted`.
 */
export async function fileAt(
  repository: Repository,
  hash: string,
  path: string,
  { signal }: Abortable = {},
): Promise<string | null> {
  const { exitCode, stdout } = await askGit({
    gitDir: repository.gitDir,
    cwd: repository.gitDir,
    // The hash comes first, so that no name is taken for an option.
    args: ["cat-file", "blob", `${hash}:${path}`],
    // It is no file there, or the folder above it is not.
    answers: [0, 128],
    what: `read ${path} of ${hash}`,
    signal,
  });
  return exitCode === 0 ? stdout.toString("utf8") : null;
}
