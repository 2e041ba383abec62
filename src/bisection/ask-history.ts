import type { EventOf } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { describeCommit, readPatch } from "../history/describe-commit.ts";
import { listReleases } from "../history/list-releases.ts";
import { maintainersOf } from "../history/maintainers.ts";
import { mergeBases } from "../history/merge-bases.ts";
import { mergeRecipients, recipientsOf } from "../history/recipients.ts";
import { dividingReleases, releasesToWalk } from "../history/release.ts";
import type { Repository } from "../history/repository.ts";
import type { Lab } from "../lab/lab.ts";
import type { Policy } from "../search/policy.ts";

/** So many people from the commit itself, and the tree's own script is not asked. */
const enoughPeople = 3;

interface Sources {
  readonly repository: Repository;
  readonly lab: Lab;
}

/** The releases before `commit` that the policy walks. Throws `no-release-before` where there is none. */
export async function releasesBefore(
  commit: string,
  { repository, policy }: Sources & { readonly policy: Policy },
  signal: AbortSignal,
): Promise<EventOf<"releases-listed">> {
  const all = await listReleases(repository, commit, { signal });
  const releases = releasesToWalk(all, policy.rules.releases);
  if (releases.length > 0) return { kind: "releases-listed", releases, of: all.length };
  throw new Failure("no-release-before", `no release tag (vX.Y) lies before ${commit}`, {
    facts: { commit, repository: repository.folder },
    hint: repository.shallow
      ? "the clone is shallow: `git fetch --unshallow --tags`, or name a commit that is clean"
      : "fetch the tags (`git fetch --tags`), or name a commit that is clean: `--clean COMMIT`",
  });
}

/** The releases that the history of `commit` is divided by, where none is walked; there may be none. */
export async function dividingReleasesBefore(
  commit: string,
  { repository }: Sources,
  signal: AbortSignal,
): Promise<EventOf<"releases-listed">> {
  const all = await listReleases(repository, commit, { signal });
  return { kind: "releases-listed", releases: dividingReleases(all), of: all.length };
}

/** Merge bases that are not the clean end itself: where it is no ancestor, git tests them first. */
export async function mergeBasesOf(
  { after, before }: { readonly after: string; readonly before: string },
  { repository }: Sources,
  signal: AbortSignal,
): Promise<EventOf<"merge-bases-listed">> {
  const bases = await mergeBases(repository, after, [before], { signal });
  return {
    kind: "merge-bases-listed",
    after,
    before: [before],
    bases: bases.filter((base) => base !== before),
  };
}

/** The commit in words; of a culprit also what it changes and whom to tell. */
export async function describe(
  { commit, culprit }: { readonly commit: string; readonly culprit: boolean },
  { repository, lab }: Sources,
  signal: AbortSignal,
): Promise<EventOf<"commit-described">> {
  const described = await describeCommit(repository, commit, { culprit, signal });
  if (!culprit) return described;
  const fromCommit = recipientsOf(described);
  if (fromCommit.to.length >= enoughPeople) return { ...described, recipients: fromCommit };
  const patch = await readPatch(repository, commit, { signal });
  const maintainers = await lab.withTree(
    commit,
    (treeFolder) => maintainersOf({ treeFolder, patch, signal }),
    { signal },
  );
  const recipients = maintainers ? mergeRecipients(fromCommit, maintainers) : fromCommit;
  return { ...described, recipients };
}
