import { Failure } from "../failure/failure.ts";
import { askGit } from "./git.ts";
import type { GraphRange } from "./load-graph.ts";
import type { Abortable, Repository } from "./repository.ts";

/**
 * The commits of a range, or of the part of it that is asked for: full hashes, newest first. Throws
 * `override-refused` where there are more than `most`, `git-failed`, or `interrupted`.
 */
export async function listCommits(
  repository: Repository,
  { tip, exclude, firstParent, paths = [] }: GraphRange,
  { signal, most }: Abortable & { readonly most: number },
): Promise<string[]> {
  const stdin = [tip, ...exclude.map((hash) => `^${hash}`), ...(paths.length > 0 ? ["--"] : [])];
  const { stdout } = await askGit({
    gitDir: repository.gitDir,
    cwd: repository.gitDir,
    args: [
      ...["rev-list", `--max-count=${most + 1}`],
      ...(firstParent ? ["--first-parent"] : []),
      "--stdin",
    ],
    stdin: [...stdin, ...paths, ""].join("\n"),
    what: `list the commits up to ${tip}`,
    signal,
  });
  const commits = stdout.toString("latin1").split("\n").slice(0, -1);
  if (commits.length <= most) return commits;
  throw new Failure("override-refused", `cannot take that: it is about more than ${most} commits`, {
    facts: { tip },
    hint: "name a shorter range",
  });
}

/**
 * Those of `commits` (full hashes) that `tip` does not contain. Throws `git-failed` (a hash that is not
 * there among it) or `interrupted`.
 */
export async function outsideOf(
  repository: Repository,
  tip: string,
  commits: readonly string[],
  { signal }: Abortable = {},
): Promise<ReadonlySet<string>> {
  if (commits.length === 0) return new Set();
  const { stdout } = await askGit({
    gitDir: repository.gitDir,
    cwd: repository.gitDir,
    args: ["rev-list", "--no-walk=unsorted", "--stdin"],
    // Without a walk, git still knows what the excluded commit contains.
    stdin: [...commits, `^${tip}`, ""].join("\n"),
    what: `find which commits ${tip} contains`,
    signal,
  });
  return new Set(stdout.toString("latin1").split("\n").slice(0, -1));
}

/** Those of `hashes` (full ones) that are no commits of the repository. */
export async function missingCommits(
  repository: Repository,
  hashes: readonly string[],
  { signal }: Abortable = {},
): Promise<string[]> {
  const { stdout } = await askGit({
    gitDir: repository.gitDir,
    cwd: repository.gitDir,
    args: ["cat-file", "--batch-check=%(objecttype)"],
    stdin: hashes.map((hash) => `${hash}\n`).join(""),
    what: `look up ${hashes.length} commits`,
    signal,
  });
  const types = stdout.toString("latin1").split("\n");
  return hashes.filter((_, n) => types[n] !== "commit");
}
