import type { UserEvent } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import type { CommitGraph } from "../history/graph.ts";
import { indexOf } from "../history/graph-hashes.ts";
import { checkAddedRuns } from "./added-runs.ts";
import type { BisectionState } from "./state.ts";

/** So many commits are named where several are refused. */
const named = 5;

/**
 * Whether the bisection takes what somebody says; throws `override-refused`, `runs-refused` or `judge-refused`, with
 * the reason where it does not. `graph` is the one of the range, or null before it is known: then whoever asks has seen to
 * it that the commits lie before the crashing one.
 */
export function checkOverride(
  state: BisectionState,
  graph: CommitGraph | null,
  body: UserEvent,
): void {
  if (state.started === null) throw refused("the bisection has not begun yet", "try again");
  if (body.kind === "judged") {
    if (state.concluded !== null) return;
    throw new Failure("judge-refused", "there is no conclusion that could be right or wrong", {
      hint: "wait for its end: `firstbad show` says where it stands",
    });
  }
  if (body.kind === "runs-added") {
    checkAddedRuns(state, body);
    return;
  }
  if (body.kind === "override-undone") {
    if (state.overrides.some(({ seq }) => seq === body.override)) return;
    throw refused(
      `there is no override ${body.override} that stands`,
      "`firstbad explain` has all",
    );
  }
  const { hash } = state.started.crashes;
  if (body.commits.includes(hash)) {
    throw refused(
      `${hash} is the crashing commit: the bug is known by it`,
      "begin another bisection with another `--crashes`",
    );
  }
  if (graph === null) return;
  const known = knownOutside(state, graph);
  const strange = body.commits.filter((commit) => indexOf(graph, commit) < 0 && !known.has(commit));
  if (strange.length === 0) return;
  const more = strange.length > named ? `, and ${strange.length - named} more` : "";
  throw refused(
    `outside of the range: ${strange.slice(0, named).join(", ")}${more}`,
    "the range is what the crashing commit contains and the clean end does not: see `firstbad show`",
  );
}

/** Commits outside of the graph that the story asks about all the same. */
function knownOutside(state: BisectionState, graph: CommitGraph): ReadonlySet<string> {
  const { started, graph: range, mergeBases, releases, answers, described } = state;
  return new Set([
    ...graph.outside,
    ...answers.keys(),
    ...(range?.before ?? []),
    ...(mergeBases?.bases ?? []),
    ...(releases?.releases.map((release) => release.hash) ?? []),
    ...(started?.clean ? [started.clean.hash] : []),
    // Of a commit in a part of history the real parents are not in the graph.
    ...[...described.values()].flatMap(({ parents }) => parents),
  ]);
}

function refused(why: string, hint: string): Failure {
  return new Failure("override-refused", `cannot take that: ${why}`, { hint });
}
