import type { CommitGraph } from "../history/graph.ts";
import { indexOf } from "../history/graph-hashes.ts";
import { isAncestor } from "../history/graph-walk.ts";
import type { Evidence } from "../search/policy.ts";
import { kernelIdAt } from "./standing-kernel.ts";
import type { Answer, BisectionState, Override } from "./state.ts";

/** What is held of a commit: the counts of its runs, and where it is taken to lie. */
export interface Holding extends Answer {
  /** Who said so, against the runs or without any; null where the runs did. */
  readonly override: Override | null;
}

/** The newest word about `commit`, or null where nobody said any. */
export function overrideOf(state: BisectionState, commit: string): Override | null {
  return state.overrides.findLast(({ commits }) => commits.includes(commit)) ?? null;
}

/** The newest word about each commit that anybody spoke of. */
export function newestOverrides({ overrides }: BisectionState): ReadonlyMap<string, Override> {
  return new Map(overrides.flatMap((override) => override.commits.map((hash) => [hash, override])));
}

/** What is held of `commit`, or undefined where it was neither tested nor spoken of. */
export function holdingOf(state: BisectionState, commit: string): Holding | undefined {
  const answer = state.answers.get(commit);
  const override = overrideOf(state, commit);
  if (override === null) return answer && { ...answer, override };
  return { ...(answer ?? untested(state, commit)), verdict: override.verdict, override };
}

function untested(state: BisectionState, commit: string): Omit<Answer, "verdict"> {
  return { stage: "search", commit, kernel: kernelIdAt(state, commit), ...nothing };
}

/** Counts of a commit that was never run. */
export const nothing = { crashed: 0, clean: 0, foreign: 0, missing: 0 };

/** What a verdict stands on, at the end of a reason. */
export function saidOf({ crashed, override }: Holding): string {
  return override === null ? `in ${crashed} of its runs` : `${speaker(override)} so`;
}

/** Who says so, at the beginning of a reason. */
export function speaker({ source }: Override): string {
  return source === "user" ? "the user says" : "the log says";
}

/**
 * `evidence` with the overrides that stand: they win over the verdicts of runs, and are learnt last.
 *
 * A policy takes the last commit found after the change for one that the others contain. Nothing keeps
 * people from saying it of another, so what `after` does not contain is left out: such a commit lies
 * after the change, and it does not make the suspects fewer.
 */
export function withOverrides(
  state: BisectionState,
  graph: CommitGraph,
  after: number,
  evidence: readonly Evidence[],
): readonly Evidence[] {
  const known = new Map(evidence.map((entry) => [entry.commit, entry]));
  for (const { commits, verdict } of state.overrides) {
    for (const hash of commits) {
      const commit = indexOf(graph, hash);
      if (commit < 0) continue;
      const runs = known.get(commit) ?? { commit, ...nothing };
      known.delete(commit);
      known.set(commit, { ...runs, verdict });
    }
  }
  let nearest = after;
  return [...known.values()].filter(({ commit, verdict }) => {
    if (verdict !== "after") return true;
    if (!isAncestor(graph, commit, nearest)) return false;
    nearest = commit;
    return true;
  });
}
