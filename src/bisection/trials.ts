import { runIdOf } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import { indexOf } from "../history/graph-hashes.ts";
import type { Trial } from "../search/repair/next-trial.ts";
import { patchedKernel } from "./patched-kernel.ts";
import { saysSomething } from "./says-something.ts";
import { brokenHow, isRepaired, kernelsAt } from "./standing-kernel.ts";
import type { BisectionState, KernelState, Repair } from "./state.ts";
import { type Step, work } from "./step.ts";

type How = Repair["begun"]["how"];

/** What a kernel says of what is to be repaired; null: it is not known yet. */
export function trialOf(kernel: KernelState, how: How): Trial | null {
  const { built, failed, runs } = kernel;
  if (failed !== null) return how === "build" ? "broken" : "unknown";
  if (built === null) return null;
  if (how === "build" || [...runs.values()].some(saysSomething)) return "works";
  return brokenHow(kernel) === null ? null : "broken";
}

/** What is to be done until a planned kernel says it; null where it does. A boot is tried once more each time. */
export function stepOfTrial(kernel: KernelState, how: How): Step | null {
  if (trialOf(kernel, how) !== null) return null;
  const { kernel: id, built, runs } = kernel;
  if (built === null) return work({ task: "build", kernel: id });
  const run = runIdOf(id, runs.size);
  return work({ task: "run", kernel: id, run, mayRestore: false });
}

/**
 * What is known of the commits of the graph: each with the fixes of `fixes` that apply to it. A commit that
 * works without needs none. A step where it must be looked at first whether fixes apply.
 */
export function trialsOf(
  state: BisectionState,
  graph: CommitGraph,
  how: How,
  { begun }: Repair,
  fixes: readonly string[],
): Step | ReadonlyMap<number, Trial> {
  const trials = new Map<number, Trial>();
  for (const hash of state.kernelsOf.keys()) {
    const index = indexOf(graph, hash);
    if (index < 0) continue;
    const plain = kernelsAt(state, hash).find((kernel) => !isRepaired(kernel));
    let trial = plain === undefined ? null : trialOf(plain, how);
    if (trial !== "works" && fixes.length > 0) {
      const patched = patchedKernel(state, hash, fixes);
      if (patched.kind === "step") return patched.step;
      const kernel = state.kernels.get(patched.kernel);
      trial = kernel === undefined ? null : trialOf(kernel, how);
    }
    if (trial !== null) trials.set(index, trial);
  }
  trials.set(indexOf(graph, begun.commit), "broken");
  return trials;
}
