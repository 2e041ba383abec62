import type { CommitGraph } from "../history/graph.ts";
import { hashOf, indexOf } from "../history/graph-hashes.ts";
import { ancestorMask, descendantMask, isAncestor } from "../history/graph-walk.ts";
import { patchedKernel } from "./patched-kernel.ts";
import { brokenHow, kernelAt, kernelsAt, speaksForCommit } from "./standing-kernel.ts";
import type { BisectionState, Repair } from "./state.ts";

/**
 * The fixes that this bisection found and that are to be brought to `commit`, in the order of history: to a
 * commit that was seen to be broken, and to one between a broken commit and the fix, which is broken as well.
 * Not where they are doubted, and not below a commit to which they do not apply, or which they do not mend;
 * none where the kernel that stands for the commit is not known to be broken.
 */
export function fixesFor(
  state: BisectionState,
  graph: CommitGraph | null,
  commit: string,
): readonly string[] {
  if (graph === null || state.repairs.length === 0) return [];
  const standing = kernelAt(state, commit);
  // What works, or is not known not to, stays as it is.
  if (standing !== undefined && brokenHow(standing) === null) return [];
  const index = indexOf(graph, commit);
  if (index < 0) return [];
  const usable = state.repairs.filter((repair) => fixesOf(state, repair).length > 0);
  if (!usable.some((repair) => isWanted(state, graph, repair, index))) return [];
  const fixes = inOrder(
    graph,
    usable.flatMap((repair) => fixesOf(state, repair)),
  );
  return isBelowUseless(state, graph, fixes, index) ? [] : fixes;
}

/** Each once, the oldest first: a later fix may build on an earlier one. */
export function inOrder(graph: CommitGraph, fixes: readonly string[]): readonly string[] {
  return [...new Set(fixes)].sort((a, b) => indexOf(graph, a) - indexOf(graph, b));
}

/** What may be used of a repair that has ended; one doubtful fix makes all of them so. */
export function fixesOf(state: BisectionState, { ended, found }: Repair): readonly string[] {
  if (ended === null || ended.result === "given-up") return [];
  if (found.some(({ fix }) => state.doubted.has(fix))) return [];
  return found.map(({ fix }) => fix);
}

/** Whether a commit is broken in the way that this repair mends, or must be, and does not have its fixes. */
function isWanted(
  state: BisectionState,
  graph: CommitGraph,
  repair: Repair,
  commit: number,
): boolean {
  const { how } = repair.begun;
  const missing = fixesOf(state, repair)
    .map((fix) => indexOf(graph, fix))
    .filter((fix) => fix >= 0 && !isAncestor(graph, fix, commit));
  const kernels = kernelsAt(state, hashOf(graph, commit));
  if (missing.length > 0 && kernels.some((kernel) => brokenHow(kernel) === how)) return true;
  // Where it is known to be broken in another way, that is mended first.
  if (kernels.length > 0) return false;
  return missing.some((fix) => isBetween(state, graph, how, commit, fix));
}

/** Whether it contains a commit that was seen broken and is contained in the fix: both ends are broken. */
function isBetween(
  state: BisectionState,
  graph: CommitGraph,
  how: Repair["begun"]["how"],
  commit: number,
  fix: number,
): boolean {
  if (descendantMask(graph, commit)[fix] === 0) return false;
  const contained = ancestorMask(graph, [commit]);
  return [...state.kernels.values()].some((kernel) => {
    if (!speaksForCommit(state, kernel) || brokenHow(kernel) !== how) return false;
    const index = indexOf(graph, kernel.commit);
    return index >= 0 && contained[index] === 1;
  });
}

/** Whether a commit that contains it, or itself, was not mended by them. */
function isBelowUseless(
  state: BisectionState,
  graph: CommitGraph,
  fixes: readonly string[],
  commit: number,
): boolean {
  const useless = [...state.kernelsOf.keys()].filter((hash) => isUseless(state, fixes, hash));
  const indices = useless.map((hash) => indexOf(graph, hash)).filter((index) => index >= 0);
  return ancestorMask(graph, indices)[commit] === 1;
}

/** Whether none of the fixes apply to a broken commit, or it is broken with all that do. */
function isUseless(state: BisectionState, fixes: readonly string[], hash: string): boolean {
  const standing = kernelAt(state, hash);
  if (standing === undefined || brokenHow(standing) === null) return false;
  const patched = patchedKernel(state, hash, fixes);
  if (patched.kind === "step") return false;
  const kernel = state.kernels.get(patched.kernel);
  return kernel !== undefined && brokenHow(kernel) !== null;
}
