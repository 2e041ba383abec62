import type { EventOf } from "../event/index.ts";
import { shortHash } from "../event/short-hash.ts";
import type { CommitGraph } from "../history/graph.ts";
import { indexOf } from "../history/graph-hashes.ts";
import { ancestorMask, isAncestor } from "../history/graph-walk.ts";
import type { Decision, Evidence, Policy } from "../search/policy.ts";
import { crashMeans } from "./crash-means.ts";
import { commitAt } from "./numbered-commits.ts";
import { type Holding, holdingOf, nothing, overrideOf } from "./overrides.ts";
import { choose, workOn } from "./probe.ts";
import { situationOf } from "./situation.ts";
import { type BisectionState, forkKey, startOf } from "./state.ts";
import { record, type Step, work } from "./step.ts";

/*
 * A commit that does not crash has the fix, or it never had the bug: a topic branch that was begun before the
 * cause came. So before a commit is tested that contains no commit known to crash, the bug is looked for where
 * its history leaves that of the crashing commit, which is a test that all commits of the branch share.
 */

type Choice = Extract<Decision, { kind: "probe" }>;

/** What a fork is looked at with; `awaited`: nothing is to be done, a test that is under way tells, or none can. */
type Look = Step | "awaited" | null;

/**
 * What has to be done before the commits of `decision` are tested, or those of them that can be tested now: they
 * had the bug, or have its fix. What is under test meanwhile goes on.
 */
export function lookAtForks(
  state: BisectionState,
  graph: CommitGraph,
  policy: Policy,
  decision: Choice,
): Step | Choice {
  if (startOf(state).find === "cause" || !policy.rules.fix.looksAtForks) return decision;
  const ready: Choice["probes"][number][] = [];
  for (const probe of decision.probes) {
    const ahead = { commit: commitAt(graph, probe.commit), left: decision.left };
    const look = lookAtFork(state, graph, policy, ahead);
    if (look === null) ready.push(probe);
    else if (look !== "awaited") return besides(state, policy, look);
  }
  return { ...decision, probes: ready };
}

/** A commit that is to be tested, and what is left after it; null: a parent of the fix, at the end. */
interface Ahead {
  readonly commit: string;
  readonly left: EventOf<"fork-judged">["left"];
}

/** The same for one commit; null: it can be tested. */
export function lookAtFork(
  state: BisectionState,
  graph: CommitGraph,
  policy: Policy,
  ahead: Ahead,
): Look {
  const { commit } = ahead;
  if (isJudged(state, commit)) return "awaited";
  if (isSpokenOf(state, commit)) return null;
  if (containsCrashing(state, graph, commit)) return null;
  // People read which commit it is about.
  if (!state.described.has(commit)) return work({ task: "describe", commit, culprit: false });
  const { cause } = startOf(state);
  return cause === undefined
    ? lookAtBases(state, policy, ahead)
    : lookForCause(state, graph, ahead, cause);
}

/** Whether it is known without a test where a commit lies, and nobody says otherwise. */
export function isJudged(state: BisectionState, commit: string): boolean {
  return state.judgedForks.has(commit) && overrideOf(state, commit) === null;
}

/** Whoever says where a commit lies, or tested it already, has an answer. */
function isSpokenOf(state: BisectionState, commit: string): boolean {
  return state.answers.has(commit) || overrideOf(state, commit) !== null;
}

/** Whether the bug was seen in a commit that this one contains. */
function containsCrashing(state: BisectionState, graph: CommitGraph, commit: string): boolean {
  const at = indexOf(graph, commit);
  if (at < 0) return true;
  const mask = ancestorMask(graph, [at]);
  const isIn = (hash: string) => mask[indexOf(graph, hash)] === 1;
  if ([...crashing(state)].some(isIn)) return true;
  const [end = ""] = state.graph?.before ?? [];
  return outsideParents(graph, mask).has(end);
}

function* crashing(state: BisectionState): Generator<string> {
  for (const hash of state.answers.keys()) {
    if (holdingOf(state, hash)?.verdict === crashMeans(state)) yield hash;
  }
}

/** Commits before the graph that are parents of those in `mask`. */
function outsideParents(graph: CommitGraph, mask: Uint8Array): ReadonlySet<string> {
  const found = new Set<string>();
  for (let i = 0; i < graph.count; i++) {
    if (mask[i] === 0) continue;
    const end = graph.parentStart[i + 1] as number;
    for (let k = graph.parentStart[i] as number; k < end; k++) {
      const parent = graph.parents[k] as number;
      if (parent < 0) found.add(graph.outside[-1 - parent] as string);
    }
  }
  return found;
}

/** The user knows the cause: a commit had the bug if it contains that one. */
function lookForCause(
  state: BisectionState,
  graph: CommitGraph,
  ahead: Ahead,
  cause: { readonly hash: string; readonly name: string },
): Step | null {
  const { commit } = ahead;
  const [from, to] = [indexOf(graph, cause.hash), indexOf(graph, commit)];
  if (from >= 0) return isAncestor(graph, from, to) ? null : without(ahead, [], cause.name);
  const bases = state.forks.get(forkKey(commit, cause.hash));
  if (bases === undefined) {
    return work({ task: "list-merge-bases", after: commit, before: cause.hash });
  }
  // Of a commit that contains the cause, the cause itself is the only base, which is not listed.
  return bases.length === 0 ? null : without(ahead, bases, cause.name);
}

function without(ahead: Ahead, bases: readonly string[], name: string): Step {
  const why = `it does not contain ${name}, which brought the bug`;
  return record({ kind: "fork-judged", ...ahead, bases: [...bases], verdict: "before", why });
}

/** The bug must be there in one of the commits where this one's history leaves the crashing commit's. */
function lookAtBases(state: BisectionState, { rules }: Policy, ahead: Ahead): Look {
  const { commit, left } = ahead;
  const [before = ""] = state.graph?.before ?? [];
  const bases = state.forks.get(forkKey(commit, before));
  if (bases === undefined) return work({ task: "list-merge-bases", after: commit, before });
  // In a graph of the commits that change some paths, this one contains the crashing one all the same.
  if (bases.length === 0 && isPart(state)) return null;
  const held = bases.map((base) => holdingOf(state, base));
  if (held.some((one) => one?.verdict === crashMeans(state))) return null;
  const untried = bases.find((_, n) => held[n] === undefined);
  if (untried !== undefined) {
    if (state.probe?.probes.some((probe) => probe.commit === untried)) return "awaited";
    return choose(state, {
      stage: state.probe === null ? "merge-base" : state.probe.stage,
      commits: [{ commit: untried, runs: rules.runs(situationOf(state)) }],
      ...(state.probe && { stays: state.probe.probes }),
      ...(left && { ahead: { commit, left } }),
      why: `the bug must be there where the branch of ${shortHash(commit)} begins, or that branch cannot tell of a fix`,
    });
  }
  return record({ kind: "fork-judged", ...ahead, bases: [...bases], ...judged(bases, held) });
}

function judged(bases: readonly string[], held: readonly (Holding | undefined)[]) {
  const unclear = bases.find((_, n) => held[n]?.verdict === "untestable");
  if (unclear !== undefined) {
    const why = `whether it ever had the bug cannot be told: ${shortHash(unclear)}, where it leaves the crashing commit's history, cannot be tested`;
    return { verdict: "untestable", why } as const;
  }
  const where = bases.map(shortHash).join(", ");
  const why =
    bases.length === 0
      ? "it has no history in common with the crashing commit"
      : `the bug was not there yet in ${where}, where it leaves the crashing commit's history`;
  return { verdict: "before", why } as const;
}

function isPart(state: BisectionState): boolean {
  return (startOf(state).part?.paths.length ?? 0) > 0;
}

/** What is under test goes on beside what has to be found out. */
function besides(state: BisectionState, policy: Policy, step: Step): Step {
  if (state.probe === null || step.kind !== "work") return step;
  const going = workOn(state, state.probe, policy);
  return going.kind === "work" ? work(...going.tasks, ...step.tasks) : going;
}

/** Commits whose histories have not the bug: what is known of them without a test. */
export function judgedEvidence(
  state: BisectionState,
  numbered: (hash: string) => number | null,
): readonly Evidence[] {
  return [...state.judgedForks.values()].flatMap(({ commit: hash, verdict }) => {
    const commit = numbered(hash);
    if (commit === null || !isJudged(state, hash)) return [];
    return [{ commit, ...nothing, verdict }];
  });
}
