import { askGit } from "./git.ts";
import { type Abortable, openRepository, type Repository } from "./repository.ts";

/**
 * The repository that `folder` lies in, at its top or below it, as git itself would find it; null where
 * there is none that git can use. Throws `interrupted` or `tool-missing`.
 */
export async function repositoryAround(
  folder: string,
  options: Abortable = {},
): Promise<Repository | null> {
  const { exitCode, stdout } = await askGit({
    gitDir: null,
    cwd: folder,
    args: ["rev-parse", "--absolute-git-dir"],
    answers: [0, 128],
    what: `find the repository around ${folder}`,
    signal: options.signal,
  });
  if (exitCode !== 0) return null;
  const gitDir = stdout.toString("utf8").replace(/\n$/, "");
  const { exitCode: inTree, stdout: top } = await askGit({
    gitDir: null,
    cwd: folder,
    args: ["rev-parse", "--show-toplevel"],
    answers: [0, 128],
    what: `find the top folder around ${folder}`,
    signal: options.signal,
  });
  // A bare repository has no top folder: it is its own.
  return openRepository(inTree === 0 ? top.toString("utf8").replace(/\n$/, "") : gitDir, options);
}
