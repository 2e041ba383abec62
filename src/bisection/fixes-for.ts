import type { CommitGraph } from "../history/graph.ts";
import { hashOf, indexOf } from "../history/graph-hashes.ts";
import { ancestorMask, descendantMask, isAncestor } from "../history/graph-walk.ts";
import type { Rules } from "../search/rules.ts";
import { backportKey, type BisectionState, type Repair } from "./state.ts";
import { brokenHow, isRepaired, kernelAt, kernelsAt } from "./standing-kernel.ts";

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
  rules: Rules,
): readonly string[] {
  if (graph === null || state.repairs.length === 0) return [];
  const standing = kernelAt(state, commit);
  // What works, or is not known not to, stays as it is.
  if (standing !== undefined && brokenHow(standing, rules) === null) return [];
  const index = indexOf(graph, commit);
  if (index < 0) return [];
  const fixes = state.repairs.flatMap((repair) => {
    const found = fixesOf(state, repair);
    return found.length > 0 && isUseful(state, graph, repair, found, index, rules) ? found : [];
  });
  return inOrder(graph, fixes);
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

function isUseful(
  state: BisectionState,
  graph: CommitGraph,
  { begun }: Repair,
  fixes: readonly string[],
  commit: number,
  rules: Rules,
): boolean {
  const missing = fixes
    .map((fix) => indexOf(graph, fix))
    .filter((fix) => fix >= 0 && !isAncestor(graph, fix, commit));
  if (missing.length === 0 || isBelowUseless(state, graph, fixes, commit, rules)) return false;
  const plain = kernelsAt(state, hashOf(graph, commit)).find((kernel) => !isRepaired(kernel));
  const how = plain && brokenHow(plain, rules);
  if (plain !== undefined) return how === begun.how;
  return missing.some((fix) => isBetween(state, graph, begun.how, commit, fix, rules));
}

/** Whether it contains a commit that was seen broken and is contained in the fix: both ends are broken. */
function isBetween(
  state: BisectionState,
  graph: CommitGraph,
  how: Repair["begun"]["how"],
  commit: number,
  fix: number,
  rules: Rules,
): boolean {
  if (descendantMask(graph, commit)[fix] === 0) return false;
  const contained = ancestorMask(graph, [commit]);
  return [...state.kernels.values()].some((kernel) => {
    if (isRepaired(kernel) || brokenHow(kernel, rules) !== how) return false;
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
  rules: Rules,
): boolean {
  const useless = [...state.kernelsOf.keys()].filter((hash) => isUseless(state, fixes, hash, rules));
  const indices = useless.map((hash) => indexOf(graph, hash)).filter((index) => index >= 0);
  return ancestorMask(graph, indices)[commit] === 1;
}

function isUseless(
  state: BisectionState,
  fixes: readonly string[],
  hash: string,
  rules: Rules,
): boolean {
  const standing = kernelAt(state, hash);
  if (standing === undefined || brokenHow(standing, rules) === null) return false;
  if (standing.backports.some(({ fix }) => fixes.includes(fix))) return true;
  const over = standing.backports.map(({ fix }) => fix);
  return fixes.every((fix) => {
    const tried = state.backports.get(backportKey(hash, fix, over));
    return tried !== undefined && tried.patch === null;
  });
}
