import { realpath, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Failure } from "../failure/failure.ts";
import { askGit } from "./git.ts";

/** A git repository that can be read. */
export interface Repository {
  /** The folder that was given, absolute, without symbolic links. */
  readonly folder: string;
  /** Its own git folder; in a worktree the worktree's. */
  readonly gitDir: string;
  readonly bare: boolean;
  /** Part of the history is missing: `git clone --depth`. */
  readonly shallow: boolean;
}

/** Options of everything that asks git. */
export interface Abortable {
  /** Stops git; what was asked then throws `interrupted`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The repository in the folder `path`: normal, bare, a worktree, shallow, with or without local changes.
 * A folder above `path` is never taken for it.
 *
 * Throws `repository-not-found` where there is no such folder or no repository in it,
 * `repository-not-readable` where git cannot use it, `interrupted`, or `tool-missing`.
 */
export async function openRepository(path: string, options: Abortable = {}): Promise<Repository> {
  const folder = await folderAt(path);
  const { exitCode, stdout, stderr } = await askGit({
    gitDir: null,
    cwd: folder,
    args: ["rev-parse", "--absolute-git-dir", "--is-bare-repository", "--is-shallow-repository"],
    // The folder above is a ceiling: git does not look there.
    env: { GIT_CEILING_DIRECTORIES: dirname(folder) },
    answers: [0, 128],
    what: `open the repository ${path}`,
    signal: options.signal,
  });
  if (exitCode !== 0) throw notARepository(path, stderr);
  const lines = stdout.toString("utf8").split("\n");
  const [shallow, bare, ...gitDir] = lines.slice(0, -1).reverse();
  return {
    folder,
    // A folder's name may contain line ends.
    gitDir: gitDir.reverse().join("\n"),
    bare: bare === "true",
    shallow: shallow === "true",
  };
}

async function folderAt(path: string): Promise<string> {
  try {
    const folder = await realpath(path);
    if ((await stat(folder)).isDirectory()) return folder;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EACCES" || code === "ELOOP") {
      throw new Failure("repository-not-readable", `cannot reach the repository ${path}: ${code}`, {
        facts: { path },
        hint: "give a folder that this user may read",
        cause: error,
      });
    }
    if (code !== "ENOENT" && code !== "ENOTDIR" && code !== "ENAMETOOLONG") throw error;
  }
  throw new Failure("repository-not-found", `there is no folder ${path}`, {
    facts: { path },
    hint: "give the folder of a git clone, or make one with `git clone URL FOLDER`",
  });
}

/** Git tells "no repository here" apart from "one that cannot be used" in its message only. */
function notARepository(path: string, message: string): Failure {
  const facts = { path, git: message };
  if (/^fatal: not a git repository \(or any/m.test(message)) {
    return new Failure("repository-not-found", `there is no git repository in ${path}`, {
      facts,
      hint: "give the top folder of a clone or a bare repository",
    });
  }
  return new Failure("repository-not-readable", `git cannot use ${path}: ${message}`, {
    facts,
    hint: "repair it, or clone it anew",
  });
}
