import { shortHash } from "../event/short-hash.ts";
import type { Policy } from "../search/policy.ts";
import type { Rules } from "../search/rules.ts";
import type { Verdict } from "../search/verdict.ts";
import { conclude } from "./conclude.ts";
import { crashMeans } from "./crash-means.ts";
import { symbolizeCrashOf } from "./final-crash.ts";
import { findFixEnds } from "./fix-ends.ts";
import { type Holding, holdingOf, speaker } from "./overrides.ts";
import { choose } from "./probe.ts";
import { situationOf } from "./situation.ts";
import { type BisectionState, startOf } from "./state.ts";
import { type Step, work } from "./step.ts";
import { endsAsFarAsLooked, isWithoutCleanEnd } from "./without-clean-end.ts";
import { wordsOf } from "./words-of.ts";

/**
 * The two ends of the range, as full hashes: `after` contains the change, `before` does not. Without a clean
 * end `before` is only how far back is looked; null: to the beginning of history.
 */
export interface Ends {
  readonly after: string;
  readonly before: string | null;
}

/** Ends that were found, both of them. */
type FoundEnds = Ends & { readonly before: string };

/**
 * Finds the end where it does not crash: the one given, or releases walked back; then the merge bases
 * of the two, as git does. A policy that decides all asks for a given end and its merge bases itself,
 * in its own time, and needs none. Once a merge is entered, they are that merge and its first parent. A step, or
 * the ends once they are known.
 */
export function findEnds(state: BisectionState, policy: Policy): Step | Ends {
  if (startOf(state).find === "fix") return findFixEnds(state, policy.rules);
  const { entered } = state;
  if (entered !== null) return { after: entered.merge, before: entered.before };
  if (isWithoutCleanEnd(state, policy)) return endsAsFarAsLooked(state);
  const { rules, decidesAll } = policy;
  const { clean, crashes } = startOf(state);
  if (clean !== null && decidesAll) {
    const ends = { after: crashes.hash, before: clean.hash };
    return listMergeBases(state, ends) ?? ends;
  }
  const ends = clean === null ? walkReleases(state, rules) : testCleanEnd(state, clean, rules);
  if ("kind" in ends) return ends;
  return listMergeBases(state, ends) ?? testMergeBases(state, ends, rules) ?? ends;
}

function testCleanEnd(
  state: BisectionState,
  clean: { hash: string; name: string },
  rules: Rules,
): Step | FoundEnds {
  const answer = holdingOf(state, clean.hash);
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
      why: crashesToo(state, `the clean end ${clean.name}`, answer),
    });
  }
  return { after: startOf(state).crashes.hash, before: clean.hash };
}

/**
 * The end for a commit before the range, which the clean end is or contains, that was found to have the
 * bug: with git, a merge base that is bad.
 */
export function endBeforeRange(state: BisectionState, commit: string): Step {
  const before = startOf(state).clean?.hash ?? state.graph?.before[0];
  const name = startOf(state).clean?.name ?? (before ? shortHash(before) : "");
  const held = holdingOf(state, commit);
  const { shows } = wordsOf(state);
  const why =
    held !== undefined && commit === before
      ? crashesToo(state, `the clean end ${name}`, held)
      : state.mergeBases?.bases.includes(commit)
        ? `the merge base ${shows}: the bug was fixed between it and ${name}`
        : `${shortHash(commit)}, which the clean end ${name} contains, ${shows}: the bug is older than the range, or was fixed between the two`;
  return conclude("clean-end-crashes", { candidates: [commit], why });
}

function crashesToo(state: BisectionState, what: string, { crashed, override }: Holding): string {
  const { shows } = wordsOf(state);
  if (override !== null) return `${what} ${shows} too: ${speaker(override)} so`;
  return `${what} ${shows} too, in ${crashed} of its runs`;
}

function walkReleases(state: BisectionState, rules: Rules): Step | FoundEnds {
  const crashes = startOf(state).crashes.hash;
  if (state.releases === null) return work({ task: "list-releases", commit: crashes });
  const verdicts: Verdict[] = [];
  let oldest: Crashing = { hash: crashes, tag: null };
  for (const { tag, hash } of state.releases.releases) {
    const answer = holdingOf(state, hash);
    if (answer === undefined) {
      return choose(state, {
        stage: "release",
        commits: [{ commit: hash, runs: rules.runs(situationOf(state)) }],
        label: tag,
        why: `walking back to a release that does not ${wordsOf(state).show}`,
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
          why: `it ${wordsOf(state).shows} on ${oldest.tag}, the oldest release that could be tested`,
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

/** Told otherwise of a release, the walk comes to another one, and to other merge bases. */
function listMergeBases(state: BisectionState, { after, before }: FoundEnds): Step | null {
  const listed = state.mergeBases;
  if (listed?.after === after && listed.before[0] === before) return null;
  return work({ task: "list-merge-bases", after, before });
}

/**
 * Where the clean end is no ancestor of the crashing one, both have their history from a merge base:
 * if that crashes, the change between them is a fix and not the cause. One that cannot be tested is
 * passed over, as git does with a warning.
 */
function testMergeBases(state: BisectionState, { before }: FoundEnds, rules: Rules): Step | null {
  for (const base of state.mergeBases?.bases ?? []) {
    const answer = holdingOf(state, base);
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
        why: `the merge base ${wordsOf(state).shows}: the bug was fixed between it and ${shortHash(before)}`,
      });
    }
  }
  return null;
}
