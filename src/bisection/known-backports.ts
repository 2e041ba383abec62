import type { KnownBackport } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { describeCommit } from "../history/describe-commit.ts";
import type { Repository } from "../history/repository.ts";
import { resolveCommit } from "../history/resolve-commit.ts";
import type { Job } from "../job/schema.ts";

/**
 * Fixes that every bisection of a kernel applies where they are missing, provided that its repository has them.
 * An entry is here for what is known of it with certainty, and says how.
 */
const builtIn: readonly { readonly fix: string; readonly why: string }[] = [
  {
    fix: "99124e4db5b7",
    why: "syzbot applies it to all that was before v4.1, and has from its first bisections on",
  },
];

/**
 * The fixes that `job` names, and those that are built in, as commits of `repository`. The built-in ones are
 * of `adaptive` alone: what other policies imitate has lists of its own. Throws `commit-not-found` or
 * `commit-ambiguous` for one that the job names.
 */
export async function knownBackports(
  job: Job,
  repository: Repository,
  signal: AbortSignal,
): Promise<readonly KnownBackport[]> {
  const known: KnownBackport[] = [];
  if (job.kind === "kernel" && job.policy === "adaptive") {
    for (const { fix, why } of builtIn) {
      const hash = await resolveCommit(repository, fix, { signal }).catch(unlessMissing);
      if (hash === null) continue;
      known.push({
        ...(await named(repository, hash, signal)),
        guilty: null,
        why,
        source: "built-in",
      });
    }
  }
  for (const { fix, guilty, why = null } of (job.backports ?? []) as readonly NamedFix[]) {
    const hash = await resolveCommit(repository, fix, { signal });
    const blamed =
      guilty === undefined ? null : await resolveCommit(repository, guilty, { signal });
    const entry = { ...(await named(repository, hash, signal)), guilty: blamed, why };
    known.push({ ...entry, source: "job" });
  }
  return known;
}

interface NamedFix {
  readonly fix: string;
  readonly guilty?: string;
  readonly why?: string;
}

async function named(repository: Repository, fix: string, signal: AbortSignal) {
  const { subject: title } = await describeCommit(repository, fix, { culprit: false, signal });
  return { fix, title };
}

/** A history that does not have a fix, or in which its short hash stands for several, does without. */
function unlessMissing(error: unknown): null {
  const code = error instanceof Failure ? error.code : null;
  if (code === "commit-not-found" || code === "commit-ambiguous" || code === "history-missing") {
    return null;
  }
  throw error;
}
