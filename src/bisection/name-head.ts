import type { BisectionEnd, EventOf } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { mergeBases } from "../history/merge-bases.ts";
import { newestHead } from "../history/newest-head.ts";
import type { Repository } from "../history/repository.ts";
import { resolveCommit } from "../history/resolve-commit.ts";
import { headOf } from "./fix-ends.ts";
import type { EndFinder } from "./look-up-ends.ts";
import { type BisectionState, startOf } from "./state.ts";
import { unrelatedEnds } from "./unrelated-ends.ts";

/** A commit, and what the user calls it. */
interface Named {
  readonly hash: string;
  readonly name: string;
}

/**
 * The head and, where one is named, the cause of a search for a fix. Without a name, the head is the newest branch
 * that the repository knows: see `history/newest-head.ts`.
 *
 * Throws `commit-not-found` and its like, `head-not-found` where none is named and there is none, `nothing-newer`
 * where the head does not go beyond the crashing commit, `history-missing` where nothing joins the two, `ends-swapped`
 * where the crashing commit does not contain its cause.
 */
export async function fixEnds(
  { crashes, head: name, cause: causeName, lookUp }: FixNames,
  repository: Repository,
  signal: AbortSignal,
): Promise<{ readonly head: Named; readonly cause?: Named }> {
  const find = lookUp ?? ((_, called: string) => resolveCommit(repository, called, { signal }));
  const head =
    name === undefined
      ? await newestHead(repository, crashes.hash, { signal })
      : { hash: await find("head", name), name };
  await refuseImpossibleHead(crashes, head, repository, signal);
  if (causeName === undefined) return { head };
  const cause = { hash: await find("cause", causeName), name: causeName };
  const bases = await mergeBases(repository, crashes.hash, [cause.hash], { signal });
  if (!bases.includes(cause.hash)) {
    throw new Failure(
      "ends-swapped",
      `the crashing commit ${crashes.name} does not contain ${cause.name}, which is to have brought the bug`,
      {
        facts: { crashes: crashes.hash, cause: cause.hash },
        hint: "correct `cause`, or leave it out",
      },
    );
  }
  return { head, cause };
}

interface FixNames {
  readonly crashes: Named;
  readonly head?: string | undefined;
  readonly cause?: string | undefined;
  /** How names are looked up; absent: as they are. */
  readonly lookUp?: EndFinder["lookUp"] | undefined;
}

/** Ends of a search for a fix after which a newer head may change the answer. */
const open: readonly BisectionEnd[] = ["not-fixed-yet", "untestable", "merge-base-clean"];

/**
 * Where the head of a search for a fix that came to an open end is now: that of `name`, else of the name that the
 * user gave when it began, else the newest again. Null: nothing has moved, or the end is none that it could change.
 *
 * Throws what {@link fixEnds} throws, and `override-refused` where a head is named for a bisection that needs none.
 */
export async function movedHead(
  state: BisectionState,
  { name, usual, lookUp }: HeadNames,
  repository: Repository,
  signal: AbortSignal,
): Promise<EventOf<"head-moved"> | null> {
  const { find, crashes } = startOf(state);
  const end = state.concluded?.end;
  if (find !== "fix" || end === undefined || !open.includes(end)) {
    if (name === undefined) return null;
    throw new Failure("override-refused", `cannot move the head to ${name}: ${whyNot(find, end)}`, {
      hint: "begin another bisection: `firstbad bisect --find fix --head COMMIT`",
    });
  }
  const wanted = { crashes, head: name ?? usual, lookUp };
  const { head } = await fixEnds(wanted, repository, signal);
  return head.hash === headOf(state).hash ? null : { kind: "head-moved", ...head };
}

interface HeadNames extends Pick<FixNames, "lookUp"> {
  readonly name: string | undefined;
  readonly usual: string | undefined;
}

function whyNot(find: "cause" | "fix", end: BisectionEnd | undefined): string {
  if (find === "cause") return "this bisection searches the cause";
  return end === undefined ? "it is not concluded" : `it ended as ${end}`;
}

/** Throws where no fix can lie between the two. */
async function refuseImpossibleHead(
  crashes: Named,
  head: Named,
  repository: Repository,
  signal: AbortSignal,
): Promise<void> {
  const facts = { crashes: crashes.hash, head: head.hash };
  const bases = await mergeBases(repository, head.hash, [crashes.hash], { signal });
  if (bases.includes(head.hash)) {
    const what = head.hash === crashes.hash ? "is" : "is older than";
    throw new Failure(
      "nothing-newer",
      `there is nothing to search for a fix: the head ${head.name} ${what} the crashing commit ${crashes.name}`,
      { facts, hint: "fetch what is newer, or name another `--head COMMIT`" },
    );
  }
  if (bases.length === 0) {
    throw unrelatedEnds(crashes, { name: head.name, what: "head" }, repository, facts);
  }
}
