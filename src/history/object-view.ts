import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { askGit, type GitQuestion } from "./git.ts";
import type { Abortable, Repository } from "./repository.ts";

/** What is the same in all questions about a view. */
export type ViewOfObjects = Pick<GitQuestion, "gitDir" | "cwd" | "env" | "signal">;

/**
 * Lends `use` a git folder with the objects of `repository` and none of its configuration: no drivers, no
 * attributes but `attributes`, no replaced objects. What git says about a diff is then the same whoever
 * owns the repository. The folder is gone when `use` ends.
 *
 * Throws `git-failed`, `interrupted`, and what `use` throws.
 */
export async function withObjectsOnly<T>(
  repository: Repository,
  attributes: string,
  use: (view: ViewOfObjects) => Promise<T>,
  { signal }: Abortable = {},
): Promise<T> {
  const [format, objects] = await objectsOf(repository, signal);
  const gitDir = await mkdtemp(join(tmpdir(), "firstbad-objects-"));
  try {
    await askGit({
      gitDir: null,
      cwd: gitDir,
      args: ["init", "--quiet", "--bare", "--template=", `--object-format=${format}`, "--", "."],
      what: "make a folder for questions",
      signal,
    });
    // Where a history was cut off: without it git would look for the parents.
    await copyFile(join(dirname(objects), "shallow"), join(gitDir, "shallow")).catch(() => {});
    await mkdir(join(gitDir, "info"), { recursive: true });
    await writeFile(join(gitDir, "info", "attributes"), attributes);
    return await use({ gitDir, cwd: gitDir, env: { GIT_OBJECT_DIRECTORY: objects }, signal });
  } finally {
    await rm(gitDir, { recursive: true, force: true });
  }
}

/** The format of its objects, and the folder that they are in; a worktree's are its repository's. */
async function objectsOf(
  repository: Repository,
  signal: AbortSignal | undefined,
): Promise<[format: string, folder: string]> {
  const { stdout } = await askGit({
    gitDir: repository.gitDir,
    cwd: repository.gitDir,
    args: [
      ...["rev-parse", "--show-object-format", "--path-format=absolute"],
      ...["--git-path", "objects"],
    ],
    what: "tell where its objects are",
    signal,
  });
  const [format = "", ...folder] = stdout.toString("utf8").split("\n").slice(0, -1);
  // A folder's name may contain line ends.
  return [format, folder.join("\n")];
}
