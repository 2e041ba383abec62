import { addedRunsSaid } from "../bisection/added-runs.ts";
import { repositoryOf } from "../bisection/own-repository.ts";
import { stateOf } from "../bisection/state.ts";
import {
  type BisectionEvent,
  type EventOf,
  longestReason,
  mostOverridden,
  mostRunsAdded,
} from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { listCommits, outsideOf } from "../history/list-commits.ts";
import type { Repository } from "../history/repository.ts";
import { resolveCommit } from "../history/resolve-commit.ts";
import { isAnswer, verdictFor } from "../report/index.ts";
import { summaryOf } from "../syzbot/index.ts";

type Events = readonly BisectionEvent[];

/** A bisection that somebody has something to say about. */
export interface Steered {
  readonly id: string;
  readonly folder: string;
  readonly events: Events;
}

/**
 * What somebody says of the commits that `words` name, as an event to be delivered; of those of a range `A..B`, which is
 * taken for `untestable` alone, the ones that are in question. Throws `override-refused`, and what finding commits throws.
 */
export async function overrideSaid(
  steered: Steered,
  verdict: EventOf<"overridden">["verdict"],
  words: readonly string[],
  why: string | undefined,
): Promise<EventOf<"overridden">> {
  const repository = await repositoryOf(steered.folder);
  const commits = await commitsIn(steered, words, repository, verdict);
  if (steered.events.every(({ kind }) => kind !== "graph-loaded")) {
    await refuseOutside(steered, repository, commits);
  }
  return { kind: "overridden", commits, verdict, why: reasonOf(why), source: "user" };
}

/**
 * That somebody wants `more` runs of the commit that `word` names, as an event to be delivered. Throws `runs-refused`
 * where none can be made of it, and what finding a commit throws.
 */
export async function runsSaid(
  { folder, events }: Steered,
  word: string,
  more: number,
  why: string | undefined,
): Promise<EventOf<"runs-added">> {
  if (more > mostRunsAdded) {
    throw new Failure("runs-refused", `cannot run that ${more} times more`, {
      facts: { more },
      hint: `ask for at most ${mostRunsAdded} at once`,
    });
  }
  const state = stateOf(events);
  const commit = await knownOrResolved(folder, [...state.answers.keys()], word);
  return addedRunsSaid(state, { commit, more, why: reasonOf(why) });
}

/** The overrides that stand, oldest first. */
export function standingOverrides({ events }: Pick<Steered, "events">) {
  const undone = new Set(
    events.flatMap((event) => (event.kind === "override-undone" ? [event.override] : [])),
  );
  return events
    .filter((event) => event.kind === "overridden")
    .filter(({ seq }) => !undone.has(seq));
}

/**
 * What somebody found out about the conclusion, as an event to be delivered: `right`, `wrong`, or the commit that it is.
 * Throws `judge-refused` where there is no answer, and what finding a commit throws.
 */
export async function judgementSaid(
  { id, folder, events }: Steered,
  word: string,
  why: string | undefined,
): Promise<EventOf<"judged">> {
  const concluded = answerIn(events, id);
  const isWord = word === "right" || word === "wrong";
  const commit = isWord ? null : await judgedCommit(folder, concluded, word);
  return {
    kind: "judged",
    conclusion: concluded.seq,
    verdict: isWord ? word : verdictFor(concluded, commit ?? ""),
    commit,
    why: reasonOf(why),
  };
}

function reasonOf(why: string | undefined): string | null {
  return why === undefined ? null : why.trim().slice(0, longestReason);
}

async function commitsIn(
  { events }: Steered,
  words: readonly string[],
  repository: Repository,
  verdict: EventOf<"overridden">["verdict"],
): Promise<string[]> {
  const commits = new Set<string>();
  for (const word of words) {
    const [exclude, tip, ...more] = word.split("..");
    if (tip === undefined || verdict !== "untestable" || more.length > 0) {
      commits.add(await resolveCommit(repository, word));
      continue;
    }
    const from = await resolveCommit(repository, exclude || "HEAD");
    const range = {
      tip: await resolveCommit(repository, tip || "HEAD"),
      exclude: [from, ...cleanEnds(events)],
      ...startedIn(events)?.part,
    };
    const crashes = startedIn(events)?.crashes.hash;
    const between = await listCommits(repository, range, { most: mostOverridden });
    for (const commit of between) if (commit !== crashes) commits.add(commit);
  }
  if (commits.size > 0 && commits.size <= mostOverridden) return [...commits];
  throw new Failure("override-refused", `cannot take that: ${commits.size} commits are named`, {
    facts: { words },
    hint: `name at least one commit, and at most ${mostOverridden}`,
  });
}

/** What a range of commits in question does not contain, as far as it is known. */
function cleanEnds(events: Events): readonly string[] {
  const loaded = events.findLast((event) => event.kind === "graph-loaded");
  const clean = startedIn(events)?.clean;
  return loaded?.before ?? (clean ? [clean.hash] : []);
}

/** As long as the range is not known, it is whatever the crashing commit, or the head, contains; and the clean end. */
async function refuseOutside(
  { events }: Steered,
  repository: Repository,
  commits: readonly string[],
): Promise<void> {
  const started = startedIn(events);
  if (started === undefined) return;
  const asked = commits.filter((commit) => commit !== started.clean?.hash);
  const moved = events.findLast((event) => event.kind === "head-moved");
  const { hash, name } = moved ?? started.head ?? started.crashes;
  const [outside] = await outsideOf(repository, hash, asked);
  if (outside === undefined) return;
  throw new Failure("override-refused", `cannot take that: ${outside} is outside of the range`, {
    facts: { commit: outside, tip: hash },
    hint: `${started.head === undefined ? "the crashing commit" : "the head"} ${name} does not contain it`,
  });
}

function startedIn(events: Events) {
  return events.find((event) => event.kind === "started");
}

function answerIn(events: Events, id: string) {
  const { concluded } = summaryOf(events);
  const newest = events.findLast((event) => event.kind === "concluded");
  if (concluded !== null && newest !== undefined && isAnswer(newest)) return newest;
  const what = concluded === null ? "is not concluded" : `ended with ${concluded.end}, no answer`;
  throw new Failure("judge-refused", `nothing to judge: ${id} ${what}`, {
    facts: { id },
    hint: "`firstbad show` says where it stands",
  });
}

function judgedCommit(
  folder: string,
  { culprit, candidates }: EventOf<"concluded">,
  name: string,
): Promise<string> {
  return knownOrResolved(folder, [...(culprit === null ? [] : [culprit]), ...candidates], name);
}

/** One of `commits`, by the beginning of its hash, needs no repository, which may be gone by now. */
async function knownOrResolved(
  folder: string,
  commits: readonly string[],
  name: string,
): Promise<string> {
  const [known, ...more] = [...new Set(commits)].filter((hash) => hash.startsWith(name));
  if (known !== undefined && more.length === 0 && /^[0-9a-f]{12,64}$/.test(name)) return known;
  return resolveCommit(await repositoryOf(folder), name);
}
