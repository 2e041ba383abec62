import type { NamedEnds } from "../bisection/begin.ts";
import { mostOverridden, type UserEvent } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { missingCommits, outsideOf } from "../history/list-commits.ts";
import type { Repository } from "../history/repository.ts";
import { resolveCommit } from "../history/resolve-commit.ts";
import type { Override } from "../job/read.ts";
import type { KnownByLog } from "../syzbot/index.ts";

/** A log that is to be replayed. */
export interface GivenLog {
  /** What it was read from, for messages. */
  readonly path: string;
  readonly known: KnownByLog;
}

/** What goes over the job's file: what is searched, the ends, and the part of history. */
export function jobFromLog({ known }: GivenLog): Override[] {
  const { part, find } = known;
  const [after, before] = [newestAfter(known), firstBefore(known)];
  const [crashes, other] = find === "fix" ? [before, after] : [after, before];
  return [
    { path: ["find"], value: find },
    { path: ["target", "crashes"], value: crashes },
    ...(other === undefined
      ? []
      : [{ path: ["target", find === "fix" ? "head" : "clean"], value: other }]),
    ...(part?.firstParent ? [{ path: ["first-parent"], value: true }] : []),
    ...(part && part.paths.length > 0 ? [{ path: ["paths"], value: part.paths }] : []),
  ];
}

/**
 * What the log says of the commits between the ends, as events in its order; the end first that does not crash. Says
 * on standard error how much of it lies elsewhere.
 */
export async function overridesFromLog(
  log: GivenLog,
  { crashes, clean, head }: NamedEnds,
  repository: Repository,
  signal: AbortSignal,
): Promise<UserEvent[]> {
  const [tip, base] = head === undefined ? [crashes, clean] : [head, crashes];
  const hashes = await hashesOf(log, repository, signal);
  const verdicts = new Map<string, (typeof log.known.told)[number]["verdict"]>();
  for (const { commit, verdict } of log.known.told) {
    const hash = hashes.get(commit) ?? commit;
    // The newest answer of a commit counts, at its own place.
    verdicts.delete(hash);
    verdicts.set(hash, verdict);
  }
  // The crashing commit is run all the same: the bug is known by it.
  const end = endKnown(clean, head, verdicts);
  verdicts.delete(crashes.hash);
  if (end !== null) verdicts.delete(end.hash);
  const all = [...verdicts.keys()];
  const above = await outsideOf(repository, tip.hash, all, { signal });
  const within =
    base === null ? new Set(all) : await outsideOf(repository, base.hash, all, { signal });
  const inside = all.filter((hash) => within.has(hash) && !above.has(hash));
  const known = inside.length + (end === null ? 0 : 1);
  process.stderr.write(
    `${log.path}: answers taken over: ${known}, outside of the range: ${all.length - inside.length}\n`,
  );
  const told = inside.map((hash) => ({ hash, verdict: verdicts.get(hash) ?? "untestable" }));
  return grouped(end === null ? told : [end, ...told]);
}

/** The end that does not crash, where the log knows it: a head that was named otherwise is not known. */
function endKnown(
  clean: NamedEnds["clean"],
  head: NamedEnds["head"],
  verdicts: ReadonlyMap<string, Answer["verdict"]>,
): Answer | null {
  if (clean !== null) return { hash: clean.hash, verdict: "before" };
  if (head === undefined || verdicts.get(head.hash) !== "after") return null;
  return { hash: head.hash, verdict: "after" };
}

interface Answer {
  readonly hash: string;
  readonly verdict: KnownByLog["told"][number]["verdict"];
}

/** One event an answer; those that were skipped one after the other together, as a range is. */
function grouped(answers: readonly Answer[]): UserEvent[] {
  const events: { kind: "overridden"; commits: string[]; verdict: Answer["verdict"] }[] = [];
  for (const { hash, verdict } of answers) {
    const last = events.at(-1);
    const joins = verdict === "untestable" && last?.verdict === verdict;
    if (joins && last.commits.length < mostOverridden) last.commits.push(hash);
    else events.push({ kind: "overridden", commits: [hash], verdict });
  }
  return events.map((event) => ({ ...event, why: null, source: "log" }));
}

/**
 * Holds the hashes of the log against the repository. Throws `log-not-replayable` for those that it
 * does not have, as of history that was rebased, and for any that is cut short.
 */
export async function checkHashes(
  { path, known }: GivenLog,
  repository: Repository,
  signal: AbortSignal,
): Promise<void> {
  const names = [...new Set(known.told.map(({ commit }) => commit))];
  const short = names.find((name) => /^[0-9a-f]{4,39}$/i.test(name));
  if (short !== undefined) {
    const hint = "write whole hashes, as `git bisect log` does";
    throw notReplayable(path, `${short} is a hash cut short, which may mean another commit`, hint);
  }
  const whole = names.filter((name) => fullHash.test(name));
  const missing = await missingCommits(repository, whole, { signal });
  if (missing.length > 0) {
    const shown = missing.slice(0, 3).join(", ");
    const more = missing.length > 3 ? ` and ${missing.length - 3} more` : "";
    throw notReplayable(
      path,
      `${repository.folder} does not have ${shown}${more}`,
      "fetch them; or the log is of history that was rebased, or of another repository",
    );
  }
}

/** The hash of every commit that the log has another name for. */
async function hashesOf(
  { known }: GivenLog,
  repository: Repository,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  for (const { commit } of known.told) {
    if (fullHash.test(commit) || hashes.has(commit)) continue;
    hashes.set(commit, await resolveCommit(repository, commit, { signal }));
  }
  return hashes;
}

const fullHash = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** The last verdict of each commit decides; the last commit with the bug is nearest to the change. */
export function newestAfter({ told }: KnownByLog): string | undefined {
  const newest = new Map(told.map(({ commit, verdict }) => [commit, verdict]));
  return told.findLast(({ commit }) => newest.get(commit) === "after")?.commit;
}

export function firstBefore({ told }: KnownByLog): string | undefined {
  const newest = new Map(told.map(({ commit, verdict }) => [commit, verdict]));
  return told.find(({ commit }) => newest.get(commit) === "before")?.commit;
}

export function notReplayable(path: string, why: string, hint: string): Failure {
  return new Failure("log-not-replayable", `cannot go on from ${path}: ${why}`, {
    facts: { path },
    hint,
  });
}
