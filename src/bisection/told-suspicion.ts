import type { BisectionEvent, EventOf } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { changedPaths } from "../history/changed-paths.ts";
import { describeCommit } from "../history/describe-commit.ts";
import type { Repository } from "../history/repository.ts";
import { type PriorGrounds, reasonsFor } from "../search/prior/reasons.ts";
import { repositoryOf } from "./own-repository.ts";
import { type Suspicion, suspicionAfter } from "./suspicion.ts";

/** So many suspects are told of. */
const mostSuspects = 10;

/** A suspect with what people want to know of a commit. */
type ToldSuspect = Suspicion["suspects"][number] & {
  /** An empty text where it is not known. */
  readonly subject: string;
  /** Why it was suspected before any run. */
  readonly reasons: readonly string[];
};

/** Whom a bisection suspects, for people. */
export type ToldSuspicion = Omit<Suspicion, "suspects"> & {
  readonly suspects: readonly ToldSuspect[];
};

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
  const subjects = subjectsIn(events);
  const suspects = await Promise.all(
    suspicion.suspects.map(async (suspect): Promise<ToldSuspect> => {
      const known = subjects.get(suspect.commit) ?? "";
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

/** Subjects that events tell. */
function subjectsIn(events: readonly BisectionEvent[]): ReadonlyMap<string, string> {
  const subjects = new Map<string, string>();
  for (const event of events) {
    if (event.kind === "started") subjects.set(event.crashes.hash, event.crashes.subject);
    if (event.kind === "commit-described") subjects.set(event.commit, event.subject);
  }
  return subjects;
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
