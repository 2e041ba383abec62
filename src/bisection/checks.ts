import type { EventOf } from "../event/index.ts";
import { shortHash } from "../event/short-hash.ts";
import { areEqual } from "./compared.ts";
import { crashMeans } from "./crash-means.ts";
import { holdingOf, overrideOf, speaker } from "./overrides.ts";
import { pooledRuns } from "./pooled-runs.ts";
import { crashedOnlyRestored } from "./restored-runs.ts";
import { kernelAt, kernelIdAt } from "./standing-kernel.ts";
import { type BisectionState, pairOf, type RunState, startOf } from "./state.ts";
import { toldReach } from "./told-reach.ts";
import { saysClean, wordsOf } from "./words-of.ts";

type Check = EventOf<"checked">;

/** Whether the culprit was itself seen to crash, or somebody says that it does. */
export function checkCulprit(state: BisectionState, culprit: string): Check {
  const { crashed = 0, clean = 0, override = null } = holdingOf(state, culprit) ?? {};
  const made = {
    kind: "checked",
    check: "culprit-crashes",
    parent: null,
    crashed,
    of: crashed + clean,
  } as const;
  const { sight, show, showed } = wordsOf(state);
  if (crashed > 0 && crashedOnlyRestored(state, culprit)) {
    const why = `it ${showed} in restored machines alone, and not in those that booted`;
    return { ...made, result: "failed", why };
  }
  if (crashed > 0) return { ...made, result: "passed", why: `one ${sight} is enough` };
  if (override?.verdict === crashMeans(state)) {
    return { ...made, result: "passed", why: `${speaker(override)} so` };
  }
  return { ...made, result: "failed", why: `it was never seen to ${show} itself` };
}

/** Whether a parent of the culprit has shown `cleanRuns` clean runs and no crash, or is said to be clean. */
export function checkParent(state: BisectionState, parent: string, cleanRuns: number): Check {
  const answer = holdingOf(state, parent);
  const { crashed = 0, clean = 0, override = null } = answer ?? {};
  const made = {
    kind: "checked",
    check: "parent-clean",
    parent,
    crashed,
    of: crashed + clean,
    ...toldReach(pooledRunsOf(state, parent)),
  } as const;
  if (answer?.verdict === crashMeans(state)) {
    return { ...made, result: "failed", why: parentCrashes(state, parent) };
  }
  if (answer === undefined || answer.verdict === "untestable") {
    return { ...made, result: "unknown", why: "a parent of the culprit cannot be tested" };
  }
  if (override !== null) return { ...made, result: "passed", why: `${speaker(override)} so` };
  if (clean < cleanRuns) {
    return {
      ...made,
      result: "unknown",
      why: `fewer than ${cleanRuns} runs of a parent say something`,
    };
  }
  const why = `${cleanRuns} clean runs were wanted${neverThere(state, parent)}`;
  return { ...made, result: "passed", why };
}

/**
 * The same for a parent that a policy looked at which reckons with probabilities: it ran it as often as it
 * wanted, and a crash in many clean runs may be another bug's that looks the same.
 */
export function checkKnownParent(state: BisectionState, parent: string): Check {
  const { crashed = 0, clean = 0, override = null } = holdingOf(state, parent) ?? {};
  const isSaid = override !== null && override.verdict !== "untestable";
  if (isSaid || clean === 0) return checkParent(state, parent, 1);
  return {
    kind: "checked",
    check: "parent-clean",
    result: "passed",
    parent,
    crashed,
    of: crashed + clean,
    ...toldReach(pooledRunsOf(state, parent)),
    why: `${saysClean(state, crashed)}${crashed === 0 ? neverThere(state, parent) : ""}`,
  };
}

/** What a reader must know of a parent whose runs all stayed away from where the bug crashes. */
function neverThere(state: BisectionState, parent: string): string {
  const { reached } = toldReach(pooledRunsOf(state, parent));
  const isNever = reached !== undefined && reached.yes === 0;
  return isNever ? ", but none came to the crashing function, which this commit has" : "";
}

function pooledRunsOf(state: BisectionState, commit: string): readonly RunState[] {
  const known = kernelAt(state, commit);
  return known === undefined ? [] : pooledRuns(state, known.kernel);
}

/** Searched among the commits of some paths alone, the search saw no others, and a parent may be one. */
function parentCrashes(state: BisectionState, parent: string): string {
  const paths = startOf(state).part?.paths ?? [];
  const { shows } = wordsOf(state);
  return paths.length === 0
    ? `a parent of the culprit ${shows} too`
    : `its parent ${shortHash(parent)} ${shows} too: the change lies outside of ${paths.join(" ")}`;
}

/** Whether somebody's word stands for a test of one of these, so that there is no kernel to compare. */
export function isOnlySaid(state: BisectionState, ...commits: readonly string[]): boolean {
  return commits.some((commit) => {
    const built = kernelAt(state, commit)?.built ?? null;
    return built === null && overrideOf(state, commit) !== null;
  });
}

function howDifferent(compared: EventOf<"kernels-differ"> | undefined): string {
  if (compared === undefined) return "the signatures differ";
  return compared.known
    ? "they differ in more than line numbers"
    : `the signatures differ; whether in more than line numbers cannot be told: ${compared.why}`;
}

/** Whether the culprit's kernel is another than its parent's. */
export function checkSignatures(state: BisectionState, culprit: string, parent: string): Check {
  const made = { kind: "checked", check: "signatures-differ", parent, crashed: 0, of: 0 } as const;
  const [ours, theirs] = [culprit, parent].map(
    (commit) => kernelAt(state, commit)?.built?.signature,
  );
  if (ours === undefined || theirs === undefined) {
    return {
      ...made,
      result: "unknown",
      why: "a parent was not built, and there is nothing to compare with",
    };
  }
  if (ours === theirs) {
    return {
      ...made,
      result: "failed",
      why: "the culprit builds to what its parent does: it changed nothing",
    };
  }
  const pair = [kernelIdAt(state, culprit), kernelIdAt(state, parent)] as const;
  if (areEqual(state, ...pair)) {
    return {
      ...made,
      result: "failed",
      why: "the culprit differs from its parent only in line numbers: it changed nothing",
    };
  }
  return { ...made, result: "passed", why: howDifferent(state.different.get(pairOf(...pair))) };
}
