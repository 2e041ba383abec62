import { join } from "node:path";
import { jobFile } from "../bisection/inputs.ts";
import { type Suspicion, suspicionAfter } from "../bisection/suspicion.ts";
import type { BisectionEvent, EventOf } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { changedPaths } from "../history/changed-paths.ts";
import { describeCommit } from "../history/describe-commit.ts";
import { openRepository, type Repository } from "../history/repository.ts";
import { readJob } from "../job/read.ts";
import { targetOf } from "../job/target.ts";
import type { ToldSuspect, ToldSuspicion } from "../report/index.ts";
import { type PriorGrounds, reasonsFor } from "../search/prior/reasons.ts";
import { subjectOf, summaryOf } from "../syzbot/index.ts";

/** So many suspects are told of. */
const mostSuspects = 10;

/**
 * Whom the bisection in `folder` suspects after `events`, with subjects and reasons as far as its
 * repository still tells them; `probes` are those of which is told what they would tell. Null where it
 * goes by no belief, or has none yet. Throws `graph-damaged`.
 */
export async function suspicionIn(
  folder: string,
  events: readonly BisectionEvent[],
  probes: EventOf<"probe-chosen">["probes"] = [],
): Promise<ToldSuspicion | null> {
  const suspicion = await suspicionAfter(folder, events, mostSuspects, probes);
  if (suspicion === null) return null;
  // A repository that was moved since takes nothing from what is believed.
  const repository = await repositoryOf(folder).catch(() => null);
  const grounds = groundsOf(events);
  const summary = summaryOf(events);
  const suspects = await Promise.all(
    suspicion.suspects.map(async (suspect): Promise<ToldSuspect> => {
      const known = subjectOf(summary, suspect.commit);
      const facts = repository && (await factsOf(repository, suspect).catch(() => null));
      return {
        ...suspect,
        subject: known || (facts?.subject ?? ""),
        reasons: facts === null ? [] : reasonsFor(facts, grounds),
      };
    }),
  );
  return { ...suspicion, suspects };
}

/** The same for a table beside other things, which are shown even where the graph is damaged. */
export function suspicionToShow(
  folder: string,
  events: readonly BisectionEvent[],
): Promise<ToldSuspicion | null> {
  return suspicionIn(folder, events).catch((error: unknown) => {
    if (error instanceof Failure) return null;
    throw error;
  });
}

async function repositoryOf(folder: string): Promise<Repository> {
  return openRepository(targetOf(await readJob(join(folder, jobFile))).repo, {});
}

async function factsOf(
  repository: Repository,
  { commit, parents }: Suspicion["suspects"][number],
): Promise<{ subject: string; paths: readonly string[]; isMerge: boolean }> {
  const { subject } = await describeCommit(repository, commit, { culprit: false });
  const isMerge = parents.length > 1;
  return { subject, paths: isMerge ? [] : await changedPaths(repository, commit), isMerge };
}

/** What the prior went by, as far as events say so. */
function groundsOf(events: readonly BisectionEvent[]): PriorGrounds {
  const set = events.findLast((event) => event.kind === "prior-set");
  const started = events.find((event) => event.kind === "started");
  const hints = started?.job.suspect;
  return {
    guilty: set?.guilty ?? null,
    stack: set?.stack ?? [],
    hints: Array.isArray(hints) ? hints.filter((hint) => typeof hint === "string") : [],
  };
}
