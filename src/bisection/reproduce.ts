import type { Rules } from "../search/rules.ts";
import { isBuildAlone } from "./build-alone.ts";
import { conclude } from "./conclude.ts";
import { crashMeans } from "./crash-means.ts";
import { learnLimit } from "./learn-limit.ts";
import { limitOf, measuredIn, numberTitle } from "./numbers.ts";
import { pooledRuns } from "./pooled-runs.ts";
import { choose } from "./probe.ts";
import { saysSomething } from "./says-something.ts";
import { situationOf } from "./situation.ts";
import { kernelAt } from "./standing-kernel.ts";
import { type BisectionState, type RunState, startOf } from "./state.ts";
import { record, type Step } from "./step.ts";
import { wordsOf } from "./words-of.ts";

/** Reproduces the crash where it was reported, and says what the bug looks like. Null: done. */
export function reproduce(state: BisectionState, rules: Rules): Step | null {
  if (state.bug !== null) return null;
  const start = startOf(state);
  const { isCrash, sight, showed } = wordsOf(state);
  const measured = measuredIn(state);
  if (measured !== null && measured.threshold === undefined) return learnLimit(state, measured);
  const commit = start.crashes.hash;
  const answer = state.answers.get(commit);
  if (answer === undefined) {
    return choose(state, {
      stage: "reproduce",
      commits: [{ commit, runs: rules.runs(situationOf(state)) }],
      why: `the ${isCrash ? "crash" : "bug"} must be seen where it was reported`,
    });
  }
  const runs = pooledRuns(state, answer.kernel);
  const untestable = whyUntestable(state, commit, runs);
  if (untestable !== null) {
    return conclude(rules.crashingUntestable, { candidates: [commit], why: untestable });
  }
  const bug = rules.identify(runs);
  const crashed = bug?.crashed ?? 0;
  // Where the job says both what the bug is and how often to run, no more runs are needed to know it.
  const isSettled = (start.expect !== undefined && start.runs !== null) || isBuildAlone(state);
  const more = isSettled ? null : rules.lookOn({ crashed, of: runs.length });
  if (more !== null) {
    return choose(state, {
      stage: "reproduce",
      commits: [{ commit, runs: more }],
      why: `${crashed} of ${runs.length} runs ${showed}: too few to know the bug by`,
    });
  }
  if (bug !== null && answer.verdict === crashMeans(state)) {
    const limit = limitOf(state);
    if (limit === null || measured === null) return record({ kind: "bug-identified", ...bug });
    const title = numberTitle(measured, limit);
    return record({ kind: "bug-identified", ...bug, title, titles: [title], limit });
  }
  const seen =
    crashed === 0
      ? `no ${isCrash ? "crash" : sight}`
      : `too few ${isCrash ? "crashes" : "with the bug"}, ${crashed},`;
  return conclude("not-reproduced", {
    candidates: [commit],
    why: `${seen} in ${runs.length} ${runs.length === 1 ? "run" : "runs"} of the crashing commit`,
  });
}

/** Why the crashing commit cannot be looked at, or null where it boots. */
function whyUntestable(
  state: BisectionState,
  commit: string,
  runs: readonly RunState[],
): string | null {
  if (isBuildAlone(state)) {
    return runs.some(({ outcome }) => outcome === "untestable") ? "it cannot be patched" : null;
  }
  if ((kernelAt(state, commit)?.failed ?? null) !== null) {
    return "the crashing commit does not build";
  }
  if (runs.some(saysSomething)) return null;
  const refuses = runs.every((run) => run.outcome === "untestable");
  const { expect } = startOf(state);
  if (refuses && runs.length > 0 && expect?.kind === "test") {
    return `no run of the crashing commit has a result of the test ${expect.name}`;
  }
  return `the crashing commit ${refuses ? "cannot be tested" : "does not boot"}`;
}
