import { existsSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../failure/failure.ts";
import { type Finding, findCommit } from "../history/find-commit.ts";
import type { Abortable, Repository } from "../history/repository.ts";
import { repositoryAround } from "../history/repository-around.ts";
import { isNotThere, resolveCommit } from "../history/resolve-commit.ts";
import type { Job } from "../job/schema.ts";
import { targetOf } from "../job/target.ts";

/** A commit, and in a few words how it came to be the one. */
export interface CommitToTest {
  readonly hash: string;
  readonly named: string;
  /** What is to be said of it besides; null: nothing. */
  readonly note: string | null;
}

/**
 * The commit that `firstbad test` is about: the one named; else what is checked out in the repository of
 * the working folder, where the job's repository has it; else the job's `crashes`. In a bisection of
 * git's without a checkout it is BISECT_HEAD. A commit that is named and vanished is found as `findCommit` finds it.
 *
 * Throws `commit-not-found` where that repository is a relative of the job's and is ahead of it: a test of
 * any other commit would mislead whoever bisects there.
 */
export async function commitToTest(
  name: string | undefined,
  job: Job,
  repository: Repository,
  cwd: string,
  options: Finding,
): Promise<CommitToTest> {
  const lookUp = async (called: string, named: string) => {
    const { hash, note } = await findCommit(repository, called, options);
    return { hash, named, note: note?.why ?? null };
  };
  if (name !== undefined) return lookUp(name, name);
  const around = await repositoryAround(cwd, options);
  const head = around === null ? null : await headOf(around, options);
  if (around !== null && head !== null) {
    if (await has(repository, head.hash, options)) return head;
    if (await isRelative(around, job, repository, options)) throw isAhead(head, around, repository);
  }
  const { crashes } = targetOf(job);
  return lookUp(crashes, `${crashes}, which the job says crashes`);
}

async function headOf(around: Repository, options: Abortable): Promise<CommitToTest | null> {
  for (const name of ["BISECT_HEAD", "HEAD"]) {
    const hash = await find(around, name, options);
    if (hash !== null) return { hash, named: `${name} of ${around.folder}`, note: null };
  }
  return null;
}

/** Whether git bisects there, or it has the commit that the job is about. */
async function isRelative(
  around: Repository,
  job: Job,
  repository: Repository,
  options: Abortable,
): Promise<boolean> {
  if (existsSync(join(around.gitDir, "BISECT_LOG"))) return true;
  const crashes = await find(repository, targetOf(job).crashes, options);
  return crashes !== null && (await has(around, crashes, options));
}

function isAhead(head: CommitToTest, around: Repository, repository: Repository): Failure {
  return new Failure(
    "commit-not-found",
    `the job's repository ${repository.folder} has not the commit ${head.hash}, ${head.named}`,
    {
      facts: { hash: head.hash, folder: around.folder, repository: repository.folder },
      hint: `fetch it there, name ${around.folder} as \`repo\` in the job, or name a commit`,
    },
  );
}

async function has(repository: Repository, hash: string, options: Abortable): Promise<boolean> {
  return (await find(repository, hash, options)) !== null;
}

/** Null where there is no such commit. */
async function find(
  repository: Repository,
  name: string,
  options: Abortable,
): Promise<string | null> {
  try {
    return await resolveCommit(repository, name, options);
  } catch (error) {
    if (isNotThere(error)) return null;
    throw error;
  }
}
