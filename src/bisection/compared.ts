import type { KernelId } from "../event/index.ts";
import { kernelIdAt } from "./standing-kernel.ts";
import { type BisectionState, type KernelState, kernelOf, pairOf } from "./state.ts";
import { type Step, type Task, work } from "./step.ts";

/** Whether two kernels were found equal, by signature or but for line numbers. */
export function areEqual(state: BisectionState, one: KernelId, other: KernelId): boolean {
  return kernelOf(state, one).representative === kernelOf(state, other).representative;
}

/**
 * The comparisons of `kernel`'s sources with those of its parents and children that are still to be made: of
 * kernels that were built, whose signatures differ, and that can be compared. A commit is judged by its
 * parents, so that what is between these two is a no-op matters; of others it seldom does.
 */
export function comparisonsOf(state: BisectionState, kernel: KernelId): Task[] {
  const { commit } = kernelOf(state, kernel);
  const parents = new Set(parentsOf(state, commit));
  const tasks: Task[] = [];
  for (const other of state.kernels.values()) {
    if (other.kernel !== kernelIdAt(state, other.commit)) continue;
    if (!parents.has(other.commit) && !parentsOf(state, other.commit).includes(commit)) continue;
    tasks.push(...comparison(state, kernel, other.kernel));
  }
  return tasks;
}

/** The comparisons of the culprit with its parents that are still to be made. */
export function compareWithParents(
  state: BisectionState,
  culprit: string,
  parents: readonly string[],
): Step | null {
  const kernel = kernelIdAt(state, culprit);
  const tasks = parents.flatMap((parent) => comparison(state, kernel, kernelIdAt(state, parent)));
  return tasks.length === 0 ? null : work(...tasks);
}

/** The comparison of the kernels of two commits, where it is still to be made. */
function comparison(state: BisectionState, one: KernelId, other: KernelId): Task[] {
  const pair = [state.kernels.get(one), state.kernels.get(other)];
  const [a, b] = pair.filter((kernel) => kernel !== undefined && canBeCompared(kernel));
  if (a === undefined || b === undefined || a.representative === b.representative) return [];
  if (a.built?.signature === b.built?.signature) return [];
  if (state.different.has(pairOf(one, other))) return [];
  // One name for one comparison, whoever asks: the earlier planned goes first.
  const [first] = [...state.kernels.keys()].filter((kernel) => kernel === one || kernel === other);
  return [{ task: "compare", kernels: first === one ? [one, other] : [other, one] }];
}

function canBeCompared({ built }: KernelState): boolean {
  return built?.objects !== undefined;
}

function parentsOf(state: BisectionState, commit: string): readonly string[] {
  return state.described.get(commit)?.parents ?? [];
}
