import { askGit } from "./git.ts";
import type { Abortable, Repository } from "./repository.ts";

/** A commit in a line. */
export interface CommitLine {
  readonly hash: string;
  readonly subject: string;
  /** The author's name. */
  readonly author: string;
}

/** Those of `hashes` (full ones) that are there, in a line each. Throws `git-failed` or `interrupted`. */
export async function commitLines(
  repository: Repository,
  hashes: readonly string[],
  { signal }: Abortable = {},
): Promise<ReadonlyMap<string, CommitLine>> {
  if (hashes.length === 0) return new Map();
  const { stdout } = await askGit({
    gitDir: repository.gitDir,
    cwd: repository.gitDir,
    args: [
      "log",
      "--no-walk=unsorted",
      "-z",
      "--format=%H%x01%an%x01%s",
      "--ignore-missing",
      "--stdin",
    ],
    stdin: `${hashes.join("\n")}\n`,
    what: "tell the subjects of commits",
    signal,
  });
  const lines = stdout.toString("utf8").split("\0").filter(Boolean);
  return new Map(
    lines.map((line) => {
      const [hash = "", author = "", subject = ""] = line.split("\x01");
      return [hash, { hash, author, subject }];
    }),
  );
}
