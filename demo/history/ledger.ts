/** What a commit does to its first parent. */
export type Change =
  /** The kernel source itself: the only commit without a parent. */
  | { readonly kind: "import" }
  /** Sets the version in the top Makefile. */
  | { readonly kind: "release"; readonly version: string }
  /** One harmless edit of one file. */
  | { readonly kind: "edit"; readonly path: string }
  /** A hand-written patch, by its number. */
  | { readonly kind: "patch"; readonly patch: number }
  /** Half of a change: from here on the file does not compile. */
  | { readonly kind: "break"; readonly path: string }
  /** The other half. */
  | { readonly kind: "mend"; readonly path: string }
  /** The other parents' lines join; `into` is null on the mainline. */
  | { readonly kind: "merge"; readonly names: readonly string[]; readonly into: string | null };

/** One commit of the plan; its number is its place in the list. */
export interface PlannedCommit {
  /** Numbers of the parents, each smaller than this commit's own; first parent first. */
  readonly parents: readonly number[];
  readonly change: Change;
  /** For each file that is not as it was imported: how many changes to it this commit contains. */
  readonly versions: ReadonlyMap<string, number>;
  /** False where some file of this commit does not compile. */
  readonly builds: boolean;
}

/**
 * The commits so far, and who may change which file.
 *
 * Each file has one list of versions, without forks: a line of development may only change a file
 * that it has the newest version of. So a merge takes, file by file, the newest version of its
 * parents, which is what git's own merge makes of it, and never meets a conflict.
 */
export class Ledger {
  readonly commits: PlannedCommit[] = [];
  readonly #newest = new Map<string, number>();
  readonly #uncompilable = new Set<string>();
  readonly #owners = new Map<string, string>();

  /**
   * Appends a commit that changes `path`, or no file, and returns its number.
   * Throws an Error where the first parent does not have the newest version of `path`.
   */
  add(parents: readonly number[], change: Change, path: string | null = null): number {
    const versions = this.#merged(parents);
    if (path !== null) {
      const version = this.newestOf(path);
      if ((versions.get(path) ?? 0) !== version) {
        throw new Error(`${path} was changed on another line: version ${version} is not here`);
      }
      versions.set(path, version + 1);
      this.#newest.set(path, version + 1);
      if (change.kind === "break") this.#uncompilable.add(`${path}@${version + 1}`);
    }
    const builds = ![...versions].some(([file, v]) => this.#uncompilable.has(`${file}@${v}`));
    this.commits.push({ parents, change, versions, builds });
    return this.commits.length - 1;
  }

  /** How many changes to `path` there are. */
  newestOf(path: string): number {
    return this.#newest.get(path) ?? 0;
  }

  /** True where nobody is working on `path` and `commit` has its newest version. */
  isFree(path: string, commit: number): boolean {
    const here = this.commits[commit]?.versions.get(path) ?? 0;
    return !this.#owners.has(path) && here === this.newestOf(path);
  }

  /** Keeps `paths` for one line of development, until they are released. */
  claim(owner: string, paths: readonly string[]): void {
    for (const path of paths) this.#owners.set(path, owner);
  }

  /** Ends all claims of `owner`: what it changed is merged. */
  release(owner: string): void {
    for (const [path, who] of this.#owners) if (who === owner) this.#owners.delete(path);
  }

  #merged(parents: readonly number[]): Map<string, number> {
    const merged = new Map<string, number>();
    for (const parent of parents) {
      const versions = this.commits[parent]?.versions;
      if (versions === undefined) throw new Error(`commit ${parent} does not exist yet`);
      for (const [path, version] of versions) {
        if (version > (merged.get(path) ?? 0)) merged.set(path, version);
      }
    }
    return merged;
  }
}
