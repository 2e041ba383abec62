import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure/failure.ts";
import { askGit, type GitAnswer } from "../history/git.ts";
import { refusePartial } from "../history/partial-clone.ts";
import type { Repository } from "../history/repository.ts";
import { isDiskFull } from "../process/disk-room.ts";
import { replaceFile } from "./replace-file.ts";

/** Whether patches could be applied, and if not, what git said. */
export type Patched =
  | { readonly kind: "applied" }
  | { readonly kind: "refused"; readonly lines: string[] };

/**
 * A work tree of a repository, in two folders of ours: `git` (index and head, with the repository's
 * objects as its alternates, so that the repository itself is never written to) and `src`, in which there
 * is no `.git`: a kernel's release string would tell of it.
 */
export class SourceTree {
  readonly src: string;
  readonly #git: string;
  /** Whose objects are borrowed; null before it was opened. */
  #repository: Repository | null = null;

  constructor(folder: string) {
    this.src = join(folder, "src");
    this.#git = join(folder, "git");
  }

  /** Makes both folders where they are missing, and follows the repository where it was deepened. */
  async open(repository: Repository, signal: AbortSignal | undefined): Promise<void> {
    this.#repository = repository;
    const { stdout } = await askGit({
      gitDir: repository.gitDir,
      cwd: repository.folder,
      args: [
        ...["rev-parse", "--show-object-format", "--path-format=absolute"],
        ...["--git-path", "objects", "--git-path", "shallow"],
      ],
      what: "tell where its objects are",
      signal,
    });
    const [format, objects, shallow] = stdout.toString("utf8").split("\n");
    await mkdir(this.src, { recursive: true });
    await askGit({
      gitDir: null,
      cwd: this.src,
      // Initialising an existing folder again changes nothing in it.
      args: [
        "init",
        "--quiet",
        "--bare",
        "--template=",
        `--object-format=${format}`,
        "--",
        this.#git,
      ],
      what: "make a folder for a work tree",
      signal,
    });
    await mkdir(join(this.#git, "objects", "info"), { recursive: true });
    await replaceFile(join(this.#git, "objects", "info", "alternates"), `${objects}\n`);
    const missing = await readFile(shallow!, "utf8").catch(() => null);
    if (missing === null) await rm(join(this.#git, "shallow"), { force: true });
    else await writeFile(join(this.#git, "shallow"), missing);
  }

  /**
   * Brings `src` to `commit`; files that do not differ keep their times. Local changes are thrown away.
   * `distrust`: the last change may have been cut off; files that no commit knows are removed too.
   *
   * Throws `git-failed`, `disk-full` or `interrupted`, `history-missing` where a partial clone lacks files of it; the
   * tree may then be half changed.
   */
  async checkout(
    commit: string,
    distrust: boolean,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    if (distrust) await this.#removeLocks();
    const attempt = () =>
      this.#ask(["checkout", "--quiet", "--detach", "--force", commit, "--"], {
        what: `check out ${commit}`,
        signal,
      });
    try {
      await attempt();
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "git-failed") throw error;
      if (this.#repository !== null) await refusePartial(this.#repository, commit, { signal });
      if (!distrust) throw error;
      // An index that cannot be read: without one, every file is written anew.
      await rm(join(this.#git, "index"), { force: true });
      await attempt();
    }
    if (distrust) {
      await this.#ask(["clean", "-ffdxq"], { what: "remove files that no commit knows", signal });
    }
  }

  /** Applies one patch, or leaves the tree as it is. */
  async apply(patch: string, signal: AbortSignal | undefined): Promise<Patched> {
    // With the index, so that the next checkout undoes it, new files included.
    const { exitCode, stderr } = await this.#ask(["apply", "--index", "--whitespace=nowarn", "-"], {
      what: "apply a patch",
      stdin: patch,
      // 128: it is not understood as a patch.
      answers: [0, 1, 128],
      signal,
    });
    if (exitCode === 0) return { kind: "applied" };
    return { kind: "refused", lines: stderr.split("\n").slice(0, 20) };
  }

  /** `MODE HASH STAGE\tPATH` of every file as it is now, patches included. */
  async files(signal: AbortSignal | undefined): Promise<string[]> {
    const answer = await this.#ask(["ls-files", "--stage", "-z"], {
      what: "list the files of a work tree",
      stdoutLimit: 256 << 20,
      signal,
    });
    return answer.stdout.toString("utf8").split("\0").slice(0, -1);
  }

  /** Takes both folders away, to begin anew. */
  async remove(): Promise<void> {
    await rm(this.src, { recursive: true, force: true });
    await rm(this.#git, { recursive: true, force: true });
  }

  async #removeLocks(): Promise<void> {
    for (const name of await readdir(this.#git)) {
      if (name.endsWith(".lock")) await rm(join(this.#git, name), { force: true });
    }
  }

  async #ask(
    args: readonly string[],
    rest: {
      what: string;
      stdin?: string;
      answers?: readonly number[];
      stdoutLimit?: number;
      signal: AbortSignal | undefined;
    },
  ): Promise<GitAnswer> {
    const { stdoutLimit, ...question } = rest;
    try {
      return await askGit({
        ...question,
        gitDir: this.#git,
        cwd: this.src,
        args,
        env: { GIT_WORK_TREE: this.src },
        ...(stdoutLimit === undefined ? {} : { stdout: { kind: "capture", limit: stdoutLimit } }),
      });
    } catch (error) {
      // git says which file it could not write, and mostly not why.
      if (error instanceof Failure && error.code === "git-failed" && (await isDiskFull(this.src))) {
        throw new Failure("disk-full", `no space left in ${this.src}`, {
          facts: error.facts,
          hint: "free some space, then resume",
          cause: error,
        });
      }
      throw error;
    }
  }
}
