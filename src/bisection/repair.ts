import type { EventOf } from "../event/index.ts";
import { shortHash } from "../event/short-hash.ts";
import type { CommitGraph } from "../history/graph.ts";
import { hashOf, indexOf, parentHashesOf } from "../history/graph-hashes.ts";
import { isAncestor } from "../history/graph-walk.ts";
import type { Policy, SearchState } from "../search/policy.ts";
import { nextTrial } from "../search/repair/next-trial.ts";
import { fixesOf, inOrder } from "./fixes-for.ts";
import { patchedKernel, planPatched } from "./patched-kernel.ts";
import { brokenHow, isRepaired, kernelAt, kernelsAt } from "./standing-kernel.ts";
import { type BisectionState, type Repair, startOf } from "./state.ts";
import { record, type Step, work } from "./step.ts";
import { stepOfTrial, trialOf, trialsOf } from "./trials.ts";

/** Most fixes that one repair is put together from: stretches may lie over each other. */
const mostFixes = 3;

/**
 * What comes next in a repair that is under way: the commit that is broken is tried with the fixes that were
 * found, and where that is not enough, the next commit on the way to another. Ends in `repair-ended`.
 */
export function goOnRepairing(state: BisectionState, graph: CommitGraph, repair: Repair): Step {
  const fixes = inOrder(graph, [...earlierFixes(state), ...repair.found.map(({ fix }) => fix)]);
  return (
    lookAtFix(state, repair) ??
    tryFixes(state, repair, fixes) ??
    search(state, graph, repair, fixes)
  );
}

/** Fixes of repairs before: what they repair is not searched again. */
function earlierFixes(state: BisectionState): readonly string[] {
  return state.repairs.flatMap((repair) => fixesOf(state, repair));
}

/** The newest fix is not used where it touches what the crash points at: it may be what is searched. */
function lookAtFix(state: BisectionState, repair: Repair): Step | null {
  const newest = repair.found.at(-1);
  if (newest === undefined) return null;
  const { fix } = newest;
  if (state.doubted.has(fix)) {
    return ended(
      state,
      repair,
      "given-up",
      `${shortHash(fix)} is not used: ${state.doubted.get(fix)}`,
    );
  }
  const tried = [...state.backports.values()].find((one) => one.fix === fix);
  const { guilty = null, stack = [] } = state.prior ?? {};
  const suspected = tried?.files.find((file) => file === guilty || stack.includes(file));
  if (suspected === undefined) return null;
  const why = `it changes ${suspected}, which the crash points at`;
  return record({ kind: "fix-doubted", fix, why });
}

/** The broken commit with what was found; null where that is not enough, or nothing was. */
function tryFixes(state: BisectionState, repair: Repair, fixes: readonly string[]): Step | null {
  const { found, begun } = repair;
  if (found.length === 0) return null;
  const patched = patchedKernel(state, begun.commit, fixes);
  if (patched.kind === "step") return patched.step;
  // What the files of the newest fix are is known by now.
  const doubt = lookAtFix(state, repair);
  if (doubt !== null) return doubt;
  const newest = found.at(-1)?.fix;
  if (!patched.backports.some(({ fix }) => fix === newest)) {
    const why = whyNot(state, begun.commit, newest ?? "");
    return ended(state, repair, "partly", `${shortHash(newest ?? "")}: ${why}`);
  }
  const kernel = state.kernels.get(patched.kernel);
  if (kernel === undefined) return planPatched(state, begun.commit, patched, "repair");
  const step = stepOfTrial(kernel, begun.how);
  if (step !== null) return step;
  if (trialOf(kernel, begun.how) === "works") {
    return ended(state, repair, "repaired", `it ${works(begun)} with what was found`);
  }
  if (found.length < mostFixes) return null;
  return ended(state, repair, "partly", `it does not ${begun.how} with ${found.length} fixes`);
}

function search(
  state: BisectionState,
  graph: CommitGraph,
  repair: Repair,
  fixes: readonly string[],
): Step {
  const { begun, kernels, found, trying } = repair;
  const known = trialsOf(state, graph, begun.how, repair, fixes);
  if ("kind" in known) return known;
  const next = nextTrial(graph, indexOf(graph, begun.commit), known);
  const asFar = found.length > 0 ? "partly" : "given-up";
  switch (next.kind) {
    case "none":
      return ended(state, repair, asFar, next.why);
    case "fix": {
      const lost = lostBelow(state, graph, next.commit, fixes);
      if (lost !== null && typeof lost !== "string") return lost;
      if (lost !== null) return ended(state, repair, asFar, lost);
      return noteFix(state, repair, hashOf(graph, next.commit), asFar);
    }
    case "try": {
      const tried = hashOf(graph, next.commit);
      if (trying?.tried !== tried) {
        const { commit } = begun;
        return record({ kind: "repair-tried", commit, tried, left: next.left });
      }
      const patched = patchedKernel(state, tried, fixes);
      if (patched.kind === "step") return patched.step;
      const kernel = state.kernels.get(patched.kernel);
      if (kernel !== undefined) {
        const step = stepOfTrial(kernel, begun.how);
        if (step !== null) return step;
        throw new Error(`${tried} was tried, and is to be tried again`);
      }
      if (kernels.length >= begun.builds) {
        const why = `${kernels.length} kernels were built for it, the most that are allowed`;
        return ended(state, repair, asFar, why);
      }
      return planPatched(state, tried, patched, "repair");
    }
    default:
      return next satisfies never;
  }
}

/**
 * A commit whose parents are broken because a fix does not apply to them, which it was tried with itself, repaired
 * nothing: why, or what has to be looked at before; else null.
 */
function lostBelow(
  state: BisectionState,
  graph: CommitGraph,
  commit: number,
  fixes: readonly string[],
): Step | string | null {
  const hash = hashOf(graph, commit);
  const own = patchedKernel(state, hash, fixes);
  if (own.kind === "step" || own.backports.length === 0) return null;
  for (const parent of parentHashesOf(graph, commit)) {
    if (indexOf(graph, parent) < 0) continue;
    const theirs = patchedKernel(state, parent, fixes);
    if (theirs.kind === "step") return theirs.step;
    const has = new Set(theirs.backports.map(({ fix }) => fix));
    const lost = own.backports.find(({ fix }) => !has.has(fix));
    if (lost !== undefined) {
      return `${shortHash(lost.fix)} does not apply to what is before ${shortHash(hash)}`;
    }
  }
  return null;
}

function noteFix(
  state: BisectionState,
  repair: Repair,
  fix: string,
  asFar: "partly" | "given-up",
): Step {
  const { commit } = repair.begun;
  if (repair.found.some((known) => known.fix === fix)) {
    return ended(state, repair, asFar, `${shortHash(fix)} alone does not repair it`);
  }
  const described = state.described.get(fix);
  if (described === undefined) return work({ task: "describe", commit: fix, culprit: false });
  return record({ kind: "repair-found", commit, fix, title: described.subject });
}

function ended(
  state: BisectionState,
  { begun, found }: Repair,
  result: EventOf<"repair-ended">["result"],
  why: string,
): Step {
  const { commit } = begun;
  const used = found.filter(({ fix }) => !state.doubted.has(fix));
  const fixes = result === "given-up" ? [] : used.map(({ fix, title }) => ({ fix, title }));
  return record({ kind: "repair-ended", commit, result, fixes, why });
}

function whyNot(state: BisectionState, commit: string, fix: string): string {
  const tried = [...state.backports.values()].findLast(
    (one) => one.commit === commit && one.fix === fix,
  );
  return tried?.why ?? "it is there already";
}

/** Most repairs of one bisection: a history that is broken everywhere is not mended. */
const mostRepairs = 4;

/** Decides to search for a fix, where the job allows it and the policy finds it worth its builds; else null. */
export function beginRepair(
  state: BisectionState,
  graph: CommitGraph,
  policy: Policy,
  known: SearchState,
): Step | null {
  const { repair: builds = null } = startOf(state);
  if (builds === null || state.repairs.length >= mostRepairs) return null;
  const wish = policy.repairs?.(known, closedCommits(state, graph)) ?? null;
  if (wish === null) return null;
  const { commit, how, mass } = wish;
  const rounded = Math.min(1, Math.round(mass * 1e4) / 1e4);
  return record({
    kind: "repair-begun",
    commit: hashOf(graph, commit),
    how,
    builds,
    mass: rounded,
    why: `the culprit cannot be found with probability ${rounded.toFixed(2)} as long as what does not ${how} cannot be tested`,
  });
}

/** Commits whose repair is not tried again: it was, there or nearby, or a fix does not mend them. */
function closedCommits(state: BisectionState, graph: CommitGraph): ReadonlySet<number> {
  const closed = new Set<number>();
  for (const hash of state.kernelsOf.keys()) {
    const index = indexOf(graph, hash);
    const standing = kernelAt(state, hash);
    const how = standing && brokenHow(standing);
    if (index < 0 || standing === undefined || how === null) continue;
    const others = kernelsAt(state, hash).filter((kernel) => kernel !== standing);
    const isInVain = isRepaired(standing) && others.some((kernel) => brokenHow(kernel) === how);
    if (isInVain || state.repairs.some((one) => one.begun.how === how && closes(graph, one, index)))
      closed.add(index);
  }
  return closed;
}

function closes(graph: CommitGraph, { begun, ended }: Repair, commit: number): boolean {
  const at = indexOf(graph, begun.commit);
  if (commit === at) return true;
  if (ended === null || ended.result === "repaired") return false;
  if (isAncestor(graph, commit, at)) return true;
  return ended.result === "given-up" && isAncestor(graph, at, commit);
}

function works({ how }: EventOf<"repair-begun">): string {
  return how === "build" ? "builds" : "boots";
}
