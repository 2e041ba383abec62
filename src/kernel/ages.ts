import { fileAt } from "../history/file-at.ts";
import type { Repository } from "../history/repository.ts";
import { type Age, ageOf } from "./age.ts";

/** Most trees whose age is remembered. */
const most = 10_000;

/** The ages of a repository's commits, each asked for once. */
export class Ages {
  readonly #repository: Repository;
  readonly #known = new Map<string, Age | null>();

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /**
   * The age of `commit`, whose tree has the id `tree`; null where its Makefile is none of a kernel.
   * Throws `git-failed` or `interrupted`.
   */
  async of(commit: string, tree: string, signal: AbortSignal): Promise<Age | null> {
    const known = this.#known.get(tree);
    if (known !== undefined) return known;
    const makefile = await fileAt(this.#repository, commit, "Makefile", { signal });
    const age = makefile === null ? null : ageOf(makefile);
    if (this.#known.size < most) this.#known.set(tree, age);
    return age;
  }
}
