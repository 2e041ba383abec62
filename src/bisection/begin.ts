import { rm } from "node:fs/promises";
import type {
  BisectionEvent,
  EventOf,
  HistoryPart,
  Host,
  KnownBackport,
  Terms,
  UserEvent,
} from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { describeCommit } from "../history/describe-commit.ts";
import { fetchCommit } from "../history/fetch-commit.ts";
import { mergeBases } from "../history/merge-bases.ts";
import { checkPaths } from "../history/part-of-graph.ts";
import { refusePartial } from "../history/partial-clone.ts";
import type { Repository } from "../history/repository.ts";
import { hasSubmodules } from "../history/submodules.ts";
import { repairBuildsOf } from "../job/backports.ts";
import { boundsOf } from "../job/bounds.ts";
import { checksOf } from "../job/checks.ts";
import { minimisingOf } from "../job/minimize.ts";
import type { Job } from "../job/schema.ts";
import type { Target } from "../job/target.ts";
import { openFileJournal } from "../journal/file-journal.ts";
import type { HeldJournal } from "../journal/journal.ts";
import { createBisectionFolder } from "../journal/store.ts";
import type { Lab } from "../lab/lab.ts";
import { takeInInputs } from "./inputs.ts";
import { endFinder } from "./look-up-ends.ts";
import { fixEnds } from "./name-head.ts";
import { findLender } from "./reuse/find-lender.ts";
import { targetFacts } from "./target-facts.ts";
import { unrelatedEnds } from "./unrelated-ends.ts";

/** The two ends that a job names, as commits. */
export interface NamedEnds {
  readonly crashes: { readonly hash: string; readonly name: string; readonly subject: string };
  readonly clean: { readonly hash: string; readonly name: string } | null;
  /** Of a search for a fix: the commit up to which it goes, and the one that brought the bug, where known. */
  readonly head?: { readonly hash: string; readonly name: string };
  readonly cause?: { readonly hash: string; readonly name: string };
  /** What is to be known of them; absent: nothing. */
  readonly notes?: readonly EventOf<"end-noted">[];
}

/** Names of the two ends, and the paths whose commits are searched, or suspected. */
interface WantedEnds extends Pick<Target, "crashes" | "clean" | "head" | "cause"> {
  /** Absent: the cause. */
  readonly find?: Job["find"];
  readonly paths?: readonly string[] | undefined;
  readonly suspect?: readonly string[] | undefined;
  /** From which remote, or URL, commits are fetched that are missing; absent: none are. */
  readonly from?: string | undefined;
}

/**
 * The commits that the ends of a job's target stand for: for a cause `clean`, for a fix `head` and `cause`; the
 * others are not read. Throws `commit-not-found`, `commit-ambiguous`,
 * `clean-is-crashing` or `ends-swapped` where they can be no ends, `history-missing` where nothing joins
 * them, `path-matches-nothing` where a path of the job is in none of it, `head-not-found` where no head is named and
 * none is known.
 */
export async function resolveEnds(
  {
    crashes: name,
    clean: cleanName,
    head,
    cause,
    find,
    paths = [],
    suspect = [],
    from,
  }: WantedEnds,
  repository: Repository,
  signal: AbortSignal,
): Promise<NamedEnds> {
  const { lookUp, notes } = endFinder(repository, { from, signal });
  const hash = await lookUp("crashes", name);
  const { subject } = await describeCommit(repository, hash, { culprit: false, signal });
  const crashes = { hash, name, subject };
  await refusePartial(repository, hash, { signal });
  if (await hasSubmodules(repository, hash, { signal })) notes.push(withoutSubmodules(crashes));
  if (find === "fix") {
    const ends = await fixEnds({ crashes, head, cause, lookUp }, repository, signal);
    await checkPaths(repository, ends.head.hash, [...paths, ...suspect], { signal });
    return noted({ crashes, clean: null, ...ends }, notes);
  }
  await checkPaths(repository, hash, [...paths, ...suspect], { signal });
  if (cleanName === undefined) return noted({ crashes, clean: null }, notes);
  const clean = {
    hash: await lookUp("clean", cleanName),
    name: cleanName,
  };
  await joinEnds(crashes, clean, repository, { from, signal });
  await refuseImpossibleEnds(crashes, clean, repository, signal);
  return noted({ crashes, clean }, notes);
}

function noted(ends: NamedEnds, notes: readonly EventOf<"end-noted">[]): NamedEnds {
  return notes.length === 0 ? ends : { ...ends, notes };
}

function withoutSubmodules({ hash, name }: { readonly hash: string; readonly name: string }) {
  const why = "the tree has submodules, and is built without them";
  const told = { name, commit: hash, how: "submodules", counterpart: null, why } as const;
  return { kind: "end-noted", end: "tree", ...told } as const;
}

/** A shallow repository may have both ends and not what joins them: that is fetched, where it is said from where. */
async function joinEnds(
  crashes: { readonly hash: string },
  clean: { readonly hash: string },
  repository: Repository,
  { from, signal }: { readonly from: string | undefined; readonly signal: AbortSignal },
): Promise<void> {
  if (from === undefined || !repository.shallow) return;
  const bases = await mergeBases(repository, crashes.hash, [clean.hash], { signal });
  // Its own parents may be missing, too, where one contains the other.
  if (bases.length === 0) await fetchCommit(repository, from, crashes.hash, { signal });
}

async function refuseImpossibleEnds(
  crashes: { readonly hash: string; readonly name: string },
  clean: { readonly hash: string; readonly name: string },
  repository: Repository,
  signal: AbortSignal,
): Promise<void> {
  const facts = { crashes: crashes.hash, clean: clean.hash };
  if (crashes.hash === clean.hash) {
    throw new Failure(
      "clean-is-crashing",
      `${crashes.name} and ${clean.name} are the same commit`,
      {
        facts,
        hint: "name a commit that does not crash as `clean`, or none to walk releases back",
      },
    );
  }
  const bases = await mergeBases(repository, crashes.hash, [clean.hash], { signal });
  if (bases.includes(crashes.hash)) {
    throw new Failure(
      "ends-swapped",
      `the crashing commit ${crashes.name} is an ancestor of the clean end ${clean.name}`,
      {
        facts,
        hint: "exchange `crashes` and `clean` if they were swapped; a fix is searched with `--find fix --head`",
      },
    );
  }
  if (bases.length === 0) {
    throw unrelatedEnds(crashes, { name: clean.name, what: "clean end" }, repository, facts);
  }
}

/** A bisection that has begun: its folder, its journal held for writing, and its lab. */
export interface Begun {
  readonly id: string;
  readonly folder: string;
  readonly journal: HeldJournal;
  readonly lab: Lab;
}

/**
 * Begins a bisection: a folder below `root` with copies of all inputs, a lab for them, and a journal with
 * its first event. Rejects with the `Failure` of whichever part failed and leaves no folder behind then.
 */
export async function beginBisection(given: {
  readonly job: Job;
  readonly ends: NamedEnds;
  readonly root: string;
  readonly tool: string;
  readonly host: Host;
  /** The user's words for the two sides. */
  readonly terms?: Terms | undefined;
  /** All that is asked for; absent: the commit. */
  readonly goal?: "config";
  /** In which trees the bug is, and nothing else; absent: that is not asked. */
  readonly presence?: EventOf<"presence-asked">;
  /** What is known before anything is tested, as a log that is replayed knows it. */
  readonly known?: readonly UserEvent[];
  /** Fixes that are applied where they are missing. */
  readonly backports?: readonly KnownBackport[];
  /** Which earlier bisection lends its runs: see `findLender`; absent: none. */
  readonly reuse?: string;
  readonly openLab: (job: Job) => Promise<Lab>;
}): Promise<Begun> {
  const { id, folder } = await createBisectionFolder(
    given.root,
    given.ends.crashes.hash,
    new Date(),
  );
  let [journal, lab]: [HeldJournal | null, Lab | null] = [null, null];
  try {
    journal = await openFileJournal(folder);
    const job = await takeInInputs(given.job, folder);
    const part = partOf(job);
    const { notes = [], ...ends } = given.ends;
    lab = await given.openLab(job);
    const started = await journal.append({
      kind: "started",
      id,
      tool: given.tool,
      host: given.host,
      job: given.job,
      ...ends,
      find: job.find,
      policy: job.policy,
      runs: job.runs ?? null,
      confidence: job.confidence,
      ...(await targetFacts(job, given.host)),
      ...(given.terms && { terms: given.terms }),
      ...(part && { part }),
      ...(job.suspect && { suspect: job.suspect }),
      ...(given.presence === undefined ? minimising(job, given.goal) : { goal: "presence" }),
      slots: { ...lab.slots },
      ...(given.backports?.length && { backports: [...given.backports] }),
      ...repairOf(job),
      ...checksAsked(job, given.goal),
    });
    for (const note of notes) await journal.append(note);
    await offerTo(journal, started, given);
    const bounds = boundsOf(job);
    if (bounds !== null) await journal.append({ kind: "bounds-set", ...bounds });
    if (given.presence !== undefined) await journal.append(given.presence);
    for (const body of given.known ?? []) await journal.append(body);
    return { id, folder, journal, lab };
  } catch (error) {
    await lab?.close();
    await journal?.close();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function offerTo(
  journal: HeldJournal,
  started: BisectionEvent,
  {
    root,
    reuse,
    goal,
  }: { readonly root: string; readonly reuse?: string; readonly goal?: "config" },
): Promise<void> {
  if (started.kind !== "started" || reuse === undefined || goal !== undefined) return;
  const offer = await findLender(root, started, reuse);
  if (offer !== null) await journal.append(offer);
}

function repairOf(job: Job): Pick<EventOf<"started">, "repair"> {
  const repair = repairBuildsOf(job);
  return repair === null ? {} : { repair };
}

function checksAsked(job: Job, goal: "config" | undefined): Pick<EventOf<"started">, "checks"> {
  const checks = checksOf(job);
  return checks === null || goal !== undefined ? {} : { checks };
}

/** What `started` tells of making the configuration smaller. */
function minimising(job: Job, goal: "config" | undefined) {
  const minimise = minimisingOf(job, goal === "config");
  return { ...(minimise && { minimise }), ...(goal && { goal }) };
}

/** What of history the job wants searched, or null where it is all of it. */
export function partOf(job: Job): HistoryPart | null {
  const { "first-parent": firstParent = false, paths = [] } = job;
  return firstParent || paths.length > 0 ? { firstParent, paths } : null;
}
