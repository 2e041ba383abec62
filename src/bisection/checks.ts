import { type EventOf, kernelIdOf } from "../event/index.ts";
import { crashMeans } from "./crash-means.ts";
import type { BisectionState } from "./state.ts";

type Check = EventOf<"checked">;

/** Whether the culprit was itself seen to crash. */
export function checkCulprit(state: BisectionState, culprit: string): Check {
  const { crashed = 0, clean = 0 } = state.answers.get(culprit) ?? {};
  return {
    kind: "checked",
    check: "culprit-crashes",
    result: crashed > 0 ? "passed" : "failed",
    parent: null,
    crashed,
    of: crashed + clean,
    why: crashed > 0 ? "one crash of this bug is enough" : "it was never seen to crash itself",
  };
}

/** Whether a parent of the culprit has shown `cleanRuns` clean runs and no crash. */
export function checkParent(state: BisectionState, parent: string, cleanRuns: number): Check {
  const answer = state.answers.get(parent);
  const { crashed = 0, clean = 0 } = answer ?? {};
  const made = {
    kind: "checked",
    check: "parent-clean",
    parent,
    crashed,
    of: crashed + clean,
  } as const;
  if (answer?.verdict === crashMeans(state)) {
    return { ...made, result: "failed", why: "a parent of the culprit crashes too" };
  }
  if (answer === undefined || answer.verdict === "untestable") {
    return { ...made, result: "unknown", why: "a parent of the culprit cannot be tested" };
  }
  if (clean < cleanRuns) {
    return {
      ...made,
      result: "unknown",
      why: `fewer than ${cleanRuns} runs of a parent say something`,
    };
  }
  return { ...made, result: "passed", why: `${cleanRuns} clean runs were wanted` };
}

/** Whether the culprit's kernel is another than its parent's. */
export function checkSignatures(state: BisectionState, culprit: string, parent: string): Check {
  const made = { kind: "checked", check: "signatures-differ", parent, crashed: 0, of: 0 } as const;
  const [ours, theirs] = [culprit, parent].map(
    (commit) => state.kernels.get(kernelIdOf(commit))?.built?.signature,
  );
  if (ours === undefined || theirs === undefined) {
    return { ...made, result: "unknown", why: "there is no kernel of a parent to compare with" };
  }
  if (ours === theirs) {
    return {
      ...made,
      result: "failed",
      why: "the culprit's kernel is its parent's: it changed nothing",
    };
  }
  return { ...made, result: "passed", why: "the signatures differ" };
}
