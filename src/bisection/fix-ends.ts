import type { Rules } from "../search/rules.ts";
import { conclude } from "./conclude.ts";
import { crashMeans } from "./crash-means.ts";
import type { Ends } from "./ends.ts";
import { symbolizeCrashOf } from "./final-crash.ts";
import { holdingOf, saidOf } from "./overrides.ts";
import { choose } from "./probe.ts";
import { situationOf } from "./situation.ts";
import { type BisectionState, forkKey, startOf } from "./state.ts";
import { type Step, work } from "./step.ts";
import { wordsOf } from "./words-of.ts";

/** The commit up to which a fix is searched. */
export function headOf(state: BisectionState): { readonly hash: string; readonly name: string } {
  const head = state.head ?? startOf(state).head;
  if (head === undefined) throw new Error("a search for a fix has a head");
  return head;
}

/**
 * The ends of a search for a fix: `before` has the bug, and `after`, the head, has it no more. Where the crashing
 * commit is on another tree than the head, their merge base stands for it, and must crash as well. A step, or
 * the ends once they are known; without a fix in the head, the end `not-fixed-yet`.
 */
export function findFixEnds(state: BisectionState, rules: Rules): Step | Ends {
  const before = brokenEnd(state, rules);
  if (typeof before !== "string") return before;
  return testHead(state, rules) ?? { after: headOf(state).hash, before };
}

/** The crashing commit where the head contains it, else the first merge base that crashes. */
function brokenEnd(state: BisectionState, rules: Rules): Step | string {
  const crashes = startOf(state).crashes.hash;
  const head = headOf(state);
  const bases = state.forks.get(forkKey(head.hash, crashes));
  if (bases === undefined) {
    return work({ task: "list-merge-bases", after: head.hash, before: crashes });
  }
  if (bases.length === 0) return crashes;
  let untestable: string | null = null;
  for (const base of bases) {
    const held = holdingOf(state, base);
    if (held === undefined) {
      return choose(state, {
        stage: "merge-base",
        commits: [{ commit: base, runs: rules.runs(situationOf(state)) }],
        why: `${head.name} does not contain the crashing commit: the bug must be there where the two part`,
      });
    }
    if (held.verdict === crashMeans(state)) return base;
    if (held.verdict === "untestable") untestable = base;
  }
  if (untestable !== null && rules.fix.baseUntestable === "untestable") {
    return conclude("untestable", {
      candidates: [untestable],
      why: `the merge base of the crashing commit and ${head.name} cannot be tested: name a head that contains the crashing commit`,
    });
  }
  return conclude("merge-base-clean", {
    candidates: bases,
    why: `the bug came to the tree of the crashing commit after it left that of ${head.name}: no commit on the way to ${head.name} is known to ${wordsOf(state).show}`,
  });
}

/** The head must be free of the bug, or there is no fix to search. Null: it is. */
function testHead(state: BisectionState, rules: Rules): Step | null {
  const { hash, name } = headOf(state);
  const held = holdingOf(state, hash);
  if (held === undefined) {
    return choose(state, {
      stage: "clean-end",
      commits: [{ commit: hash, runs: rules.runs(situationOf(state)) }],
      label: name,
      why: `there is a fix only if the head does not ${wordsOf(state).show}`,
    });
  }
  const end = held.verdict === "untestable" ? rules.fix.headUntestable : "not-fixed-yet";
  switch (held.verdict) {
    case "after":
      return null;
    case "before":
      return (
        symbolizeCrashOf(state, hash, rules) ??
        conclude(end, {
          candidates: [hash],
          why: `${name} ${wordsOf(state).shows} too, ${saidOf(held)}`,
        })
      );
    case "untestable":
      return conclude(end, {
        candidates: [hash],
        why: `the head ${name} cannot be tested`,
      });
    default:
      return held.verdict satisfies never;
  }
}
