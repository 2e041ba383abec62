import { Failure } from "../failure/failure.ts";
import { converseWithGit } from "../history/git.ts";
import type { Repository } from "../history/repository.ts";
import type { Conversation } from "../process/conversation.ts";

/** Seconds in which git must have answered. */
const deadline = 60;

/** Asks one open git for the ids of trees: a new one for each question takes three times as long. */
export class TreeIds {
  readonly #repository: Repository;
  #git: Conversation | null = null;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /**
   * The id of the tree of `commit` (a full hash): commits that have the same one are built alike.
   * Throws `commit-not-found`, `git-failed` or `interrupted`.
   */
  async of(commit: string, signal: AbortSignal): Promise<string> {
    if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) throw this.#notFound(commit);
    // A git that somebody killed is replaced, once.
    const answer = (await this.#ask(commit, signal)) ?? (await this.#ask(commit, signal));
    if (answer === null) throw this.#silence(commit, signal);
    const tree = /^([0-9a-f]+) tree \d+$/.exec(answer)?.[1];
    if (tree === undefined) throw this.#notFound(commit);
    return tree;
  }

  /** Ends git. Idempotent. */
  async close(): Promise<void> {
    await this.#git?.close();
  }

  async #ask(commit: string, signal: AbortSignal): Promise<string | null> {
    if (signal.aborted) return null;
    if (this.#git === null || !this.#git.open) {
      this.#git = converseWithGit({
        gitDir: this.#repository.gitDir,
        cwd: this.#repository.folder,
        args: ["cat-file", "--batch-check"],
      });
    }
    const text = `${commit}^{tree}\n`;
    const lines = await this.#git.ask({ text, isLast: () => true, deadline, signal });
    // Rejects where git could not even be started, which says more than silence.
    if (lines === null && !signal.aborted) await this.#git.ended;
    return lines?.[0] ?? null;
  }

  #notFound(commit: string): Failure {
    return new Failure("commit-not-found", `there is no commit ${JSON.stringify(commit)}`, {
      facts: { commit, repository: this.#repository.folder },
      hint: "give a full hash, and fetch it into the repository",
    });
  }

  #silence(commit: string, signal: AbortSignal): Failure {
    const what = `the tree of ${commit}`;
    if (signal.aborted) {
      return new Failure("interrupted", `interrupted while asking git for ${what}`);
    }
    return new Failure("git-failed", `git did not tell ${what}`, {
      facts: { command: "git cat-file", repository: this.#repository.folder },
      hint: "see whether `git fsck` finds the repository sound, then try again",
    });
  }
}
