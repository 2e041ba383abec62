import { askGit } from "./git.ts";
import { withObjectsOnly } from "./object-view.ts";
import type { Abortable, Repository } from "./repository.ts";

/** Bytes of a diff that are given: merges may bring all that a subsystem did. */
const mostBytes = 1 << 20;

/** What a commit changes. */
export interface CommitDiff {
  /** A unified diff as git prints it, whole lines. */
  readonly text: string;
  /** Whether it goes on behind what is here. */
  readonly cut: boolean;
}

/**
 * The diff of the commit `hash` (full) against its first parent, or against nothing where it has none; its first MiB.
 * Renamed files are told as such. Nothing that the repository's attributes or configuration name is run or obeyed.
 * Throws `git-failed`, as where there is no such commit, or `interrupted`.
 */
export async function diffOfCommit(
  repository: Repository,
  hash: string,
  { signal }: Abortable = {},
): Promise<CommitDiff> {
  return withObjectsOnly(
    repository,
    "* diff=cpp\n",
    async (view) => {
      const { stdout } = await askGit({
        ...view,
        args: [
          ...["diff-tree", "-p", "-r", "-M", "--root", "--no-commit-id"],
          ...["-m", "--diff-merges=first-parent", hash, "--"],
        ],
        what: `show what ${hash} changes`,
      });
      const whole = stdout.subarray(0, mostBytes);
      const end = whole.lastIndexOf("\n") + 1;
      const cut = stdout.length > mostBytes;
      return { text: whole.toString("utf8", 0, cut ? end : whole.length), cut };
    },
    { signal },
  );
}
