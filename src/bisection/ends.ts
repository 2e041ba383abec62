import { conclude } from "./conclude.ts";
import { symbolizeCrashOf } from "./final-crash.ts";
import { type Holding, holdingOf, speaker } from "./overrides.ts";
import { choose, crashMeans } from "./probe.ts";
import { runsWanted } from "./runs.ts";
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
export function findEnds(state: BisectionState): Step | Ends {
  const start = startOf(state);
  const ends = start.clean === null ? walkReleases(state) : testCleanEnd(state, start.clean);
  return "kind" in ends ? ends : (testMergeBases(state, ends) ?? ends);
}

function testCleanEnd(state: BisectionState, clean: { hash: string; name: string }): Step | Ends {
  const answer = holdingOf(state, clean.hash);
  if (answer === undefined) {
    return choose(state, {
      stage: "clean-end",
      commits: [{ commit: clean.hash, runs: runsWanted(state) }],
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
      why: crashesToo(`the clean end ${clean.name}`, answer),
    });
  }
  return { after: startOf(state).crashes.hash, before: clean.hash };
}

function crashesToo(what: string, { crashed, override }: Holding): string {
  if (override !== null) return `${what} crashes too: ${speaker(override)} so`;
  return `${what} crashes too, in ${crashed} of its runs`;
}

function walkReleases(state: BisectionState): Step | Ends {
  const crashes = startOf(state).crashes.hash;
  if (state.releases === null) return work({ task: "list-releases", commit: crashes });
  let oldestCrashing = crashes;
  let oldestTested: string | null = null;
  for (const { tag, hash } of state.releases.releases) {
    const answer = holdingOf(state, hash);
    if (answer === undefined) {
      return choose(state, {
        stage: "release",
        commits: [{ commit: hash, runs: runsWanted(state) }],
        label: tag,
        why: "walking back to a release that does not crash",
      });
    }
    if (answer.verdict === "untestable") continue;
    if (answer.verdict !== crashMeans(state)) return { after: oldestCrashing, before: hash };
    [oldestCrashing, oldestTested] = [hash, tag];
  }
  const tags = state.releases.releases.map((release) => release.tag).join(", ");
  if (oldestTested === null) {
    return conclude("untestable", {
      candidates: [crashes],
      why: `no release before the crashing commit can be tested: ${tags}`,
    });
  }
  return (
    symbolizeCrashOf(state, oldestCrashing) ??
    conclude("since-oldest", {
      candidates: [oldestCrashing],
      why: `it crashes on ${oldestTested}, the oldest release that could be tested`,
    })
  );
}

/**
 * Where the clean end is no ancestor of the crashing one, both have their history from a merge base:
 * if that crashes, the change between them is a fix and not the cause. One that cannot be tested is
 * passed over, as git does with a warning.
 */
function testMergeBases(state: BisectionState, { after, before }: Ends): Step | null {
  // Told otherwise of a release, the walk comes to another one, and to other merge bases.
  const listed = state.mergeBases;
  if (listed === null || listed.after !== after || listed.before[0] !== before) {
    return work({ task: "list-merge-bases", after, before });
  }
  for (const base of listed.bases) {
    const answer = holdingOf(state, base);
    if (answer === undefined) {
      return choose(state, {
        stage: "merge-base",
        commits: [{ commit: base, runs: runsWanted(state) }],
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
