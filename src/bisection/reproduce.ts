import { identifyBug } from "../crash/same.ts";
import { kernelIdOf } from "../event/index.ts";
import { conclude } from "./conclude.ts";
import { choose, saysSomething } from "./probe.ts";
import { type BisectionState, kernelOf, startOf } from "./state.ts";
import { record, type Step } from "./step.ts";
import { pooledRuns } from "./tally.ts";

/** Runs of the first look at the crashing commit, where the user asks for no number. */
const firstLook = 4;
/** It is run on in these batches, until the bug was seen often enough to know its rate and titles. */
const batches = [10, 20, 40, 70, 100] as const;
const seenOftenEnough = 3;

/** Reproduces the crash where it was reported, and says what the bug looks like. Null: done. */
export function reproduce(state: BisectionState): Step | null {
  if (state.bug !== null) return null;
  const start = startOf(state);
  const commit = start.crashes.hash;
  const answer = state.answers.get(commit);
  if (answer === undefined) {
    return choose(state, {
      stage: "reproduce",
      commits: [{ commit, runs: start.runs ?? firstLook }],
      why: "the crash must be seen where it was reported",
    });
  }
  const kernel = kernelOf(state, kernelIdOf(commit));
  if (kernel.failed !== null) {
    return conclude("untestable", {
      candidates: [commit],
      why: "the crashing commit does not build",
    });
  }
  const runs = pooledRuns(state, kernel.kernel);
  if (!runs.some(saysSomething)) {
    const refuses = runs.every((run) => run.outcome === "untestable");
    return conclude("untestable", {
      candidates: [commit],
      why: `the crashing commit ${refuses ? "cannot be tested" : "does not boot"}`,
    });
  }
  const bug = identifyBug(runs.map((run) => run.crashes));
  // Where the job says both what the bug is and how often to run, no more runs are needed to know it.
  const isSettled = start.expect !== undefined && start.runs !== null;
  const more = isSettled ? undefined : batches.find((batch) => batch > runs.length);
  if (bug !== null && (bug.crashed >= seenOftenEnough || more === undefined)) {
    return record({ kind: "bug-identified", ...bug });
  }
  if (more === undefined) {
    return conclude("not-reproduced", {
      candidates: [commit],
      why: `no crash in ${runs.length} runs of the crashing commit`,
    });
  }
  return choose(state, {
    stage: "reproduce",
    commits: [{ commit, runs: more }],
    why: `${bug?.crashed ?? 0} of ${runs.length} runs crashed: too few to know the bug by`,
  });
}
