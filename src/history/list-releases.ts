import { askGit } from "./git.ts";
import { compareReleaseTags, isReleaseTag, type Release } from "./release.ts";
import type { Abortable, Repository } from "./repository.ts";

/**
 * The releases that the commit `hash` (full) descends from, newest first; not one that is the commit
 * itself. Tags of any other name, and what is tagged but no commit, are left out.
 * Throws `git-failed` or `interrupted`; no release is an empty list.
 */
export async function listReleases(
  repository: Repository,
  hash: string,
  options: Abortable = {},
): Promise<Release[]> {
  const git = { gitDir: repository.gitDir, cwd: repository.gitDir, signal: options.signal };
  const names = await askGit({
    ...git,
    args: ["for-each-ref", `--merged=${hash}`, "--format=%(refname:strip=2)", "refs/tags/"],
    what: `list the releases before ${hash}`,
  });
  const tags = names.stdout.toString("latin1").split("\n").filter(isReleaseTag);
  if (tags.length === 0) return [];
  // for-each-ref peels a tag of a tag only once; this peels until there is a commit.
  const commits = await askGit({
    ...git,
    args: ["cat-file", "--batch-check=%(objectname)"],
    stdin: tags.map((tag) => `refs/tags/${tag}^{commit}\n`).join(""),
    what: "find the commits of the release tags",
  });
  const hashes = commits.stdout.toString("latin1").split("\n");
  return tags
    .map((tag, n) => ({ tag, hash: hashes[n] as string }))
    .filter((release) => release.hash !== hash && /^[0-9a-f]+$/.test(release.hash))
    .sort((a, b) => compareReleaseTags(a.tag, b.tag));
}
