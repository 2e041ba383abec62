import { Failure } from "../failure/failure.ts";
import { mergeBases } from "./merge-bases.ts";
import type { Abortable, Repository } from "./repository.ts";
import { resolveCommit } from "./resolve-commit.ts";

/** Where the newest commits of a clone mostly are, if what is checked out says nothing. */
const usualHeads = ["origin/HEAD", "origin/master", "origin/main", "master", "main"] as const;

/**
 * The head of the branch on which what came after `commit` is searched, where the user names none: what is checked
 * out, or the branch that it follows where that one is further; else the remote's own branch. The first of them
 * that contains `commit` and more; where none does, the first that is no part of its history, as a commit of a
 * stable or vendor tree is fixed on another one.
 *
 * Throws `head-not-found` where there is none of these, `interrupted`.
 */
export async function newestHead(
  repository: Repository,
  commit: string,
  options: Abortable = {},
): Promise<{ readonly hash: string; readonly name: string }> {
  const heads: { hash: string; name: string }[] = [];
  for (const name of ["HEAD", "@{upstream}", ...usualHeads]) {
    const hash = await resolved(repository, name, options);
    if (hash !== null) heads.push({ hash, name });
  }
  const [checkedOut, followed] = heads;
  if (checkedOut?.name === "HEAD" && followed?.name === "@{upstream}") {
    heads.splice(1, 1);
    const further = await contains(repository, followed.hash, checkedOut.hash, options);
    if (further) heads.unshift(followed);
  }
  const others = [];
  for (const head of heads) {
    if (head.hash === commit) continue;
    if (await contains(repository, head.hash, commit, options)) return head;
    if (!(await contains(repository, commit, head.hash, options))) others.push(head);
  }
  const [other] = others;
  if (other !== undefined) return other;
  throw new Failure(
    "head-not-found",
    "no branch of the repository goes beyond the crashing commit",
    {
      facts: { crashes: commit, repository: repository.folder },
      hint: "name the commit up to which the fix is searched: `--head COMMIT`",
    },
  );
}

async function resolved(
  repository: Repository,
  name: string,
  options: Abortable,
): Promise<string | null> {
  try {
    return await resolveCommit(repository, name, options);
  } catch (error) {
    if (error instanceof Failure && error.code !== "interrupted") return null;
    throw error;
  }
}

async function contains(
  repository: Repository,
  commit: string,
  other: string,
  options: Abortable,
): Promise<boolean> {
  return (await mergeBases(repository, commit, [other], options)).includes(other);
}
