import { type KernelId, runIdOf } from "../event/index.ts";
import { judgeBuild } from "../outcome/build-outcome.ts";
import { seenBy } from "../outcome/limit.ts";
import { allRuns } from "./all-runs.ts";
import { limitOf } from "./numbers.ts";
import { type BisectionState, type KernelState, kernelOf, type RunState } from "./state.ts";

/**
 * All finished runs of `kernel` and of the kernels found equal to it, by number: not as they ended. Where the bug is
 * a number, as crashed where they are beyond its limit; where it is a build that fails, the build is the one run.
 */
export function pooledRuns(state: BisectionState, kernel: KernelId): readonly RunState[] {
  const expect = state.started?.expect;
  if (expect?.kind === "build-fails") {
    return buildAsRun(kernelOf(state, kernel), (ended) => judgeBuild(expect, ended));
  }
  const limit = limitOf(state);
  const runs = allRuns(state, kernel);
  return limit === null ? runs : runs.map((run) => seenBy(run, limit));
}

type Ended = Parameters<typeof judgeBuild>[1];

function buildAsRun(
  { kernel, built, failed }: KernelState,
  judge: (ended: Ended) => ReturnType<typeof judgeBuild>,
): readonly RunState[] {
  const ended: Ended | null =
    failed !== null ? { ...failed, kind: "failed" } : built !== null ? { kind: "built" } : null;
  if (ended === null) return [];
  return [{ run: runIdOf(kernel, 0), seconds: failed?.seconds ?? 0, ...judge(ended) }];
}
