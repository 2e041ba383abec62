import { countAncestors } from "../../history/graph-count.ts";
import type { Decision, Policy, SearchState } from "../policy.ts";
import { usualRules } from "../usual-rules.ts";
import { halvingSuspect } from "./halve.ts";
import { type Choice, testableSuspect } from "./skip-away.ts";
import { stepsLeft } from "./steps.ts";
import { type Suspects, suspectsOf } from "./suspects.ts";

/**
 * Tests the very commits that `git bisect` tests, in its order, untestable ones included, and ends as
 * it ends. Held to git 2.39 by a test that drives both side by side. Merge bases, which git asks for
 * before, are the caller's.
 *
 * The one known difference: with commit dates wrong by many commits, git's walk may end before it has
 * seen that a clean commit contains another, or its first step may start from marks that its check of
 * the ends left behind. Git then counts differently, and not the same when asked again; this policy
 * goes by the parents alone.
 */
export const gitPolicy: Policy = {
  name: "git",
  rules: usualRules,
  next(state) {
    const { after, before, untestable } = sidesOf(state);
    const suspects = suspectsOf(state.graph, after, before);
    if (suspects.order.length === 0) {
      return {
        kind: "stuck",
        why: "a commit found before the change contains the one found after it",
      };
    }
    const weights = countAncestors(state.graph, suspects.mask);
    const { commit, best } = choose(state, suspects, weights, untestable, after);
    if (commit === after) return end(suspects, after, untestable);
    return {
      kind: "probe",
      probes: [{ commit, runs: state.runs }],
      why: reason(suspects, weights, commit, best),
      left: {
        suspects: suspects.order.length - (weights[best] as number) - 1,
        steps: stepsLeft(suspects.order.length),
      },
    };
  },
  suspects(state) {
    const { after, before } = sidesOf(state);
    return { commits: [...suspectsOf(state.graph, after, before).order].sort((a, b) => a - b) };
  },
};

/** What the evidence says of each commit, in git's terms. */
interface Sides {
  /** The last commit found after the change: the others contain it. */
  readonly after: number;
  readonly before: readonly number[];
  readonly untestable: ReadonlySet<number>;
}

function sidesOf(state: SearchState): Sides {
  let after = state.after;
  const before: number[] = [];
  const untestable = new Set<number>();
  for (const evidence of state.evidence) {
    switch (evidence.verdict) {
      case "after":
        after = evidence.commit;
        break;
      case "before":
        before.push(evidence.commit);
        break;
      case "untestable":
        untestable.add(evidence.commit);
        break;
      default:
        evidence.verdict satisfies never;
    }
  }
  // Known to lie after the change, whatever its runs in this search say.
  untestable.delete(after);
  return { after, before, untestable };
}

/** Git leaves its usual way at the first untestable commit, even one that is no suspect any more. */
function choose(
  { graph }: SearchState,
  suspects: Suspects,
  weights: Int32Array,
  untestable: ReadonlySet<number>,
  after: number,
): Choice {
  if (untestable.size > 0) return testableSuspect(graph, suspects, weights, untestable, after);
  const commit = halvingSuspect(graph, suspects, weights);
  return { commit, best: commit };
}

function end(suspects: Suspects, after: number, untestable: ReadonlySet<number>): Decision {
  const commits = [...suspects.order].sort((a, b) => a - b);
  const onlyUntestable = commits.some((commit) => untestable.has(commit));
  return onlyUntestable ? { kind: "ties", commits } : { kind: "found", commit: after };
}

function reason(suspects: Suspects, weights: Int32Array, commit: number, best: number): string {
  const part = `${weights[commit]} of ${suspects.order.length} suspects are it or its ancestors`;
  return commit === best ? part : `${part}; the one nearest to half is untestable`;
}
