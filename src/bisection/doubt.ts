import { shortHash } from "../event/short-hash.ts";
import type { CommitGraph } from "../history/graph.ts";
import { indexOf } from "../history/graph-hashes.ts";
import { isAncestor } from "../history/graph-walk.ts";
import type { Policy } from "../search/policy.ts";
import { conclude } from "./conclude.ts";
import { numberOf } from "./numbered-commits.ts";
import { patchedKernel, planPatched } from "./patched-kernel.ts";
import { pooledRuns } from "./pooled-runs.ts";
import { answersTo } from "./probe.ts";
import { brokenHow, isRepaired, kernelAt, kernelsAt, speaksForCommit } from "./standing-kernel.ts";
import type { BisectionState, KernelState } from "./state.ts";
import { record, type Step } from "./step.ts";
import { wordsOf } from "./words-of.ts";

/**
 * A fix that brings the bug with it would move the culprit to the first commit that it is applied to. So a
 * culprit that was tested with a fix is compared with parents that have it as well: like with like. Null where
 * that was done, or nothing is to be compared.
 *
 * Where a parent cannot be tested with the fix, culprit and fix cannot be told apart.
 */
export function compareWithFixes(
  state: BisectionState,
  graph: CommitGraph,
  culprit: string,
  parents: readonly string[],
): Step | null {
  const fixes = foundIn(kernelAt(state, culprit));
  if (fixes.length === 0) return null;
  for (const parent of parents) {
    if (numberOf(graph, parent) === null) continue;
    const has = new Set(foundIn(kernelAt(state, parent)));
    const missing = fixes.filter((fix) => !has.has(fix) && !contains(graph, parent, fix));
    if (missing.length === 0) continue;
    const patched = patchedKernel(state, parent, fixes);
    if (patched.kind === "step") return patched.step;
    const applied = new Set(patched.backports.map(({ fix }) => fix));
    const without = missing.find((fix) => !applied.has(fix));
    if (without !== undefined) return cannotTell(state, culprit, parent, without);
    const kernel = state.kernels.get(patched.kernel);
    if (kernel === undefined) return planPatched(state, parent, patched, "check");
    if (brokenHow(kernel) !== null) return cannotTell(state, culprit, parent, missing[0]);
  }
  return null;
}

/**
 * Fixes that this bisection found and that may be the culprit, for all that was seen: it crashed only with them,
 * somewhere because they were brought there, and no kernel that has them is clean.
 */
export function suspectedFixes(
  state: BisectionState,
  graph: CommitGraph,
  { rules }: Policy,
): readonly string[] {
  const seen = [...state.kernels.values()]
    .filter((kernel) => kernel.runs.size > 0 && speaksForCommit(state, kernel))
    .map((kernel) => ({ kernel, ...rules.count(pooledRuns(state, kernel.kernel), state.bug) }));
  const crashing = seen.filter(({ crashed }) => crashed > 0);
  const clean = seen.filter((one) => one.crashed === 0 && one.clean > 0);
  const brought = new Set(crashing.flatMap(({ kernel }) => foundIn(kernel)));
  return [...brought].filter((fix) => {
    if (state.doubted.has(fix)) return false;
    const has = ({ kernel }: { readonly kernel: KernelState }) =>
      kernel.backports.some((one) => one.fix === fix) || contains(graph, kernel.commit, fix);
    return crashing.every(has) && !clean.some(has);
  });
}

function cannotTell(state: BisectionState, culprit: string, parent: string, fix = ""): Step {
  const title = state.repairs.flatMap(({ found }) => found).find((one) => one.fix === fix)?.title;
  return conclude("ties", {
    candidates: [culprit, fix],
    why: `the culprit ${wordsOf(state).shows} with ${shortHash(fix)} ("${title}") applied, without which it cannot be tested, and its parent ${shortHash(parent)} cannot be tested with it`,
  });
}

/** A fix with which a commit crashes that is clean without it brings the bug: it is not used any more. */
export function newDoubt(state: BisectionState, { rules }: Policy): Step | null {
  for (const commit of state.kernelsOf.keys()) {
    const kernels = kernelsAt(state, commit);
    const plain = kernels.find((kernel) => !isRepaired(kernel));
    const repaired = kernels.find((kernel) => isRepaired(kernel));
    if (plain === undefined || repaired === undefined) continue;
    const [without, withFixes] = [plain, repaired].map(({ kernel }) =>
      rules.count(pooledRuns(state, kernel), state.bug),
    );
    if (!without || !withFixes || without.clean === 0 || without.crashed > 0) continue;
    if (withFixes.crashed === 0) continue;
    const [fix = ""] = foundIn(repaired);
    const why = `${shortHash(commit)} is clean without it and ${wordsOf(state).shows} with it`;
    return record({ kind: "fix-doubted", fix, why });
  }
  return null;
}

/** Commits whose answers were a doubted fix's are answered by what their other kernels say. */
export function answerWithoutFix(state: BisectionState, { rules }: Policy): Step | null {
  const probes = [...state.unanswered].flatMap((commit) => {
    const kernel = kernelAt(state, commit);
    if (kernel === undefined || (kernel.failed === null && kernel.runs.size === 0)) return [];
    return [{ kernel: kernel.kernel, commit, runs: kernel.runs.size }];
  });
  return probes.length === 0 ? null : record(answersTo(state, "search", probes, rules));
}

/** Fewest runs of a parent with the culprit's fixes: a bug that shows in half of the runs hides in all once in 1024. */
const leastCompared = 10;

/** A parent with the culprit's fixes is run as often as it was without, and never seldom. */
export function testCompared(state: BisectionState): Step | null {
  for (const commit of state.kernelsOf.keys()) {
    const kernel = kernelAt(state, commit);
    if (kernel === undefined || kernel.purpose !== "check" || !isRepaired(kernel)) continue;
    if (state.answers.get(commit)?.kernel === kernel.kernel) continue;
    const plain = kernelsAt(state, commit).find((other) => !isRepaired(other));
    const runs = Math.max(
      leastCompared,
      plain === undefined ? 0 : pooledRuns(state, plain.kernel).length,
    );
    const why = "a parent of the culprit is compared with the fixes that the culprit has";
    return record({
      kind: "probe-chosen",
      stage: "parent",
      probes: [{ kernel: kernel.kernel, commit, runs }],
      label: null,
      why,
      left: null,
    });
  }
  return null;
}

function foundIn(kernel: KernelState | undefined): readonly string[] {
  return (kernel?.backports ?? []).flatMap(({ fix, source }) => (source === "found" ? [fix] : []));
}

function contains(graph: CommitGraph, commit: string, fix: string): boolean {
  const [at, of] = [indexOf(graph, fix), indexOf(graph, commit)];
  return at >= 0 && of >= 0 && isAncestor(graph, at, of);
}
