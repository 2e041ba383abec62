import type { Rules } from "../search/rules.ts";
import type { Verdict } from "../search/verdict.ts";
import { conclude } from "./conclude.ts";
import { crashMeans } from "./crash-means.ts";
import { symbolizeCrashOf } from "./final-crash.ts";
import { choose } from "./probe.ts";
import { situationOf } from "./situation.ts";
import { type BisectionState, startOf } from "./state.ts";
import { type Step, work } from "./step.ts";

/** The two ends of the range, as full hashes: `after` contains the change, `before` does not. */
export interface Ends {
  readonly after: string;
  readonly before: string;
}

/**
 * Finds the end where it does not crash: the one given, or releases walked back; then the merge bases
 * of the two, as git does. A step, or the ends once they are known.
 */
export function findEnds(state: BisectionState, rules: Rules): Step | Ends {
  const start = startOf(state);
  const ends =
    start.clean === null ? walkReleases(state, rules) : testCleanEnd(state, start.clean, rules);
  return "kind" in ends ? ends : (testMergeBases(state, ends, rules) ?? ends);
}

function testCleanEnd(
  state: BisectionState,
  clean: { hash: string; name: string },
  rules: Rules,
): Step | Ends {
  const answer = state.answers.get(clean.hash);
  if (answer === undefined) {
    return choose(state, {
      stage: "clean-end",
      commits: [{ commit: clean.hash, runs: rules.runs(situationOf(state)) }],
      label: clean.name,
      why: "the clean end must be clean",
    });
  }
  if (answer.verdict === "untestable") {
    return conclude("untestable", {
      candidates: [clean.hash],
      why: `the clean end ${clean.name} cannot be tested`,
    });
  }
  if (answer.verdict === crashMeans(state)) {
    return conclude("clean-end-crashes", {
      candidates: [clean.hash],
      why: `the clean end ${clean.name} crashes too, in ${answer.crashed} of its runs`,
    });
  }
  return { after: startOf(state).crashes.hash, before: clean.hash };
}

function walkReleases(state: BisectionState, rules: Rules): Step | Ends {
  const crashes = startOf(state).crashes.hash;
  if (state.releases === null) return work({ task: "list-releases", commit: crashes });
  const verdicts: Verdict[] = [];
  let oldest: Crashing = { hash: crashes, tag: null };
  for (const { tag, hash } of state.releases.releases) {
    const answer = state.answers.get(hash);
    if (answer === undefined) {
      return choose(state, {
        stage: "release",
        commits: [{ commit: hash, runs: rules.runs(situationOf(state)) }],
        label: tag,
        why: "walking back to a release that does not crash",
      });
    }
    verdicts.push(answer.verdict);
    if (answer.verdict === "untestable") continue;
    if (answer.verdict !== crashMeans(state)) return { after: oldest.hash, before: hash };
    oldest = { hash, tag };
  }
  return endWalk(state, rules, verdicts, oldest);
}

/** The oldest commit that was found to crash; null: none of the releases was. */
interface Crashing {
  readonly hash: string;
  readonly tag: string | null;
}

/** No release was found to be clean. */
function endWalk(
  state: BisectionState,
  rules: Rules,
  verdicts: readonly Verdict[],
  oldest: Crashing,
): Step {
  const end = rules.fruitlessWalk(verdicts);
  switch (end) {
    case "since-oldest":
      return (
        symbolizeCrashOf(state, oldest.hash, rules) ??
        conclude("since-oldest", {
          candidates: [oldest.hash],
          why: `it crashes on ${oldest.tag}, the oldest release that could be tested`,
        })
      );
    case "inconclusive": {
      const tags = state.releases?.releases.map(({ tag }) => tag).join(", ");
      return conclude("untestable", {
        candidates: [oldest.hash],
        why: `no release before the crashing commit can be tested: ${tags}`,
      });
    }
    case "error":
      return conclude("untestable", {
        why: "oldest tested release had kernel build, boot or test errors",
      });
    default:
      return end satisfies never;
  }
}

/**
 * Where the clean end is no ancestor of the crashing one, both have their history from a merge base:
 * if that crashes, the change between them is a fix and not the cause. One that cannot be tested is
 * passed over, as git does with a warning.
 */
function testMergeBases(state: BisectionState, { after, before }: Ends, rules: Rules): Step | null {
  if (state.mergeBases === null) return work({ task: "list-merge-bases", after, before });
  for (const base of state.mergeBases.bases) {
    const answer = state.answers.get(base);
    if (answer === undefined) {
      return choose(state, {
        stage: "merge-base",
        commits: [{ commit: base, runs: rules.runs(situationOf(state)) }],
        why: "the clean end is on a branch of its own: where the branches part must be clean",
      });
    }
    if (answer.verdict === crashMeans(state)) {
      return conclude("clean-end-crashes", {
        candidates: [base],
        why: `the merge base crashes: the bug was fixed between it and ${before.slice(0, 12)}`,
      });
    }
  }
  return null;
}
