import type { Decision, Evidence, Policy, SearchState } from "../policy.ts";
import { type PriorWeights, usualCosts } from "../reckoning.ts";
import { usualRules } from "../usual-rules.ts";
import type { Answer } from "./answer.ts";
import { buildsLeft } from "./builds-left.ts";
import { posteriorAgainstLookalikes, statedFor } from "./confidence.ts";
import { confidenceTable } from "./confidence-table.ts";
import { decide, likeliest } from "./decide.ts";
import { type Observation, type Question, runsMade } from "./question.ts";
import { repairWish } from "./repair-wish.ts";

/** Mass of what lies before the graph, where the clean end was named and not yet tested. */
const usualOutside = 0.05;

/**
 * Tests what is expected to say most a minute about the culprit, and stops when one commit is as likely
 * as was asked for and it crashed where its parents did not. `decide.ts` has the rules.
 */
export const adaptivePolicy: Policy = {
  name: "adaptive",
  rules: usualRules,
  decidesAll: true,
  next(state) {
    const question = questionOf(state);
    return decisionOf(question, decide(question));
  },
  repairs: (state, closed) => repairWish(questionOf(state), closed),
  suspects: (state) => likeliest(questionOf(state)),
};

/** What the search is asked in a state. */
export function questionOf(state: SearchState): Question {
  return {
    graph: state.graph,
    after: state.after,
    before: state.before ?? state.graph.outside.map((_, k) => -1 - k),
    crashMeans: state.crashMeans,
    observations: state.evidence.map(observationOf),
    prior: state.prior ?? uniform(state),
    costs: state.costs ?? usualCosts,
    builders: state.builders ?? 1,
    cached: state.cached ?? new Set(),
    pending: state.pending ?? [],
    confidence: state.confidence ?? 0.99,
    ...(state.noisy && { noisy: true }),
    budget: { builds: 60, runs: 1500, ...state.budget, untestable: 10 + (state.sought ?? 0) },
  };
}

/** Runs without a boot after which a kernel is not booted again. */
const unbootableAfter = usualRules.unbootableAfter;

/** Runs without a boot after which it is worth to look for what mends it. */
const unbootedAfter = 2;

function observationOf(seen: Evidence): Observation {
  const { commit, crashed, clean, foreign, missing, verdict, byUser = false } = seen;
  const isBanned = byUser && verdict === "untestable";
  const isUnrun = crashed + clean + foreign + missing === 0 && verdict === "untestable";
  const isUnbootable = crashed + clean + foreign === 0 && missing >= unbootableAfter;
  // A kernel that did not boot in two of two runs will not in a third.
  const isUnbooted = crashed + clean + foreign === 0 && missing >= unbootedAfter;
  const broken = isUnbooted ? "boot" : isUnrun && !byUser ? "build" : null;
  return {
    commit,
    crashed,
    clean,
    silent: foreign + missing,
    untestable: isBanned || isUnrun || isUnbootable,
    banned: isBanned,
    override: byUser && verdict !== "untestable" ? verdict : null,
    ...(seen.certain && { certain: true }),
    kernel: seen.kernel ?? null,
    ...(broken !== null && !byUser && { broken }),
    ...(seen.reached && { reached: seen.reached }),
  };
}

function uniform({ graph }: SearchState): PriorWeights {
  return {
    commits: new Float64Array(graph.count).fill(1 / graph.count),
    outside: usualOutside,
  };
}

function decisionOf(question: Question, answer: Answer): Decision {
  switch (answer.kind) {
    case "test": {
      const { suspects, bits } = answer.summary;
      const seen = new Set(question.observations.map(({ commit }) => commit));
      const builds = answer.tests.filter(({ commit }) => !seen.has(commit)).length;
      return {
        kind: "probe",
        probes: answer.tests.map(({ commit, runs }) => ({
          commit,
          runs: runsMade(question.observations, commit) + runs,
        })),
        why: answer.why,
        left: { suspects, steps: Math.max(0, buildsLeft(bits) - builds) },
        belief: answer.summary,
        unwanted: answer.unwanted,
      };
    }
    case "wait":
      return {
        kind: "probe",
        probes: [],
        why: "the answers of the tests under way decide",
        left: { suspects: 0, steps: 0 },
        unwanted: answer.unwanted,
      };
    case "found":
      if (answer.commit < 0) {
        const hash = question.graph.outside[-1 - answer.commit];
        return {
          kind: "stuck",
          end: "clean-end-crashes",
          commit: answer.commit,
          why: `the change lies before the commits searched: ${hash} has it already`,
        };
      }
      return {
        kind: "found",
        commit: answer.commit,
        confidence: {
          posterior: answer.posterior,
          prior: answer.prior,
          stated: statedFor(posteriorAgainstLookalikes(answer.posterior, answer.prior)),
          table: confidenceTable.version,
        },
        belief: answer.summary,
      };
    case "open":
      return {
        kind: "ties",
        commits: answer.commits,
        odds: answer.odds,
        why: answer.why,
        belief: answer.summary,
      };
    case "not-reproduced":
      return { kind: "stuck", end: endWithoutCrash(question), why: answer.why };
    default:
      return answer satisfies never;
  }
}

/** The crashing commit shows no crash, or cannot show any. */
function endWithoutCrash({ after, observations }: Question): "untestable" | "not-reproduced" {
  const isUntestable = observations.some((seen) => seen.commit === after && seen.untestable);
  return isUntestable ? "untestable" : "not-reproduced";
}
