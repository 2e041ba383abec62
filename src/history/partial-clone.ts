import { shortHash } from "../event/short-hash.ts";
import { Failure } from "../failure/failure.ts";
import { askGit } from "./git.ts";
import type { Abortable, Repository } from "./repository.ts";

/**
 * Throws `history-missing`, with the command that fetches it, where the repository is a partial clone
 * (`git clone --filter`) that lacks files of the commit `hash` (full): nothing is fetched on the way while kernels are
 * built. Costs one question to git where it is none. Throws `git-failed` or `interrupted`, too.
 */
export async function refusePartial(
  repository: Repository,
  hash: string,
  { signal }: Abortable = {},
): Promise<void> {
  const remote = await promisorOf(repository, signal);
  if (remote === null) return;
  const { stdout } = await askGit({
    gitDir: repository.gitDir,
    cwd: repository.gitDir,
    args: ["rev-list", "--objects", "--no-walk", "--missing=print", hash, "--"],
    what: `look whether all files of ${hash} are there`,
    signal,
  });
  const missing = stdout.toString("latin1").match(/^\?/gm)?.length ?? 0;
  if (missing === 0) return;
  throw new Failure(
    "history-missing",
    `${repository.folder} is a partial clone: ${missing} files of ${shortHash(hash)} are not there`,
    {
      facts: { commit: hash, missing, repository: repository.folder },
      hint: `fetch all of them first: git -C ${repository.folder} fetch --refetch --no-filter ${remote}`,
    },
  );
}

/** The remote that has what a partial clone lacks; null: it is none. */
async function promisorOf(
  { gitDir }: Repository,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const { stdout } = await askGit({
    gitDir,
    cwd: gitDir,
    args: ["config", "--name-only", "--get-regexp", "^remote\\..*\\.promisor$"],
    answers: [0, 1],
    what: "look whether it is a partial clone",
    signal,
  });
  return /^remote\.(.+)\.promisor$/m.exec(stdout.toString("utf8"))?.[1] ?? null;
}
