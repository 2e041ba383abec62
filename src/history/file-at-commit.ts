import { Failure } from "../failure/failure.ts";
import { askGit } from "./git.ts";
import type { Abortable, Repository } from "./repository.ts";

/** Largest file that is read, in bytes. */
const largest = 8 * 1024 * 1024;

/**
 * The file `path` (from the top of the tree) as it is in the commit `hash` (full); a longer one than 8 MiB has lost its
 * middle. Throws `file-not-readable` where there is no such file, `git-failed`, or `interrupted`.
 */
export async function fileAtCommit(
  repository: Repository,
  hash: string,
  path: string,
  { signal }: Abortable = {},
): Promise<Buffer> {
  const missing = () =>
    new Failure("file-not-readable", `there is no file ${JSON.stringify(path)} in ${hash}`, {
      facts: { path, commit: hash },
      hint: "name it from the top of the tree, as it is called in that commit",
    });
  if (/[\0\n]/.test(path) || path.length > 4096) throw missing();
  const { exitCode, stdout } = await askGit({
    gitDir: repository.gitDir,
    cwd: repository.gitDir,
    args: ["cat-file", "blob", `${hash}:${path}`],
    stdout: { kind: "capture", limit: largest },
    answers: [0, 128],
    what: `read ${path} of ${hash}`,
    signal,
  });
  if (exitCode !== 0) throw missing();
  return stdout;
}
