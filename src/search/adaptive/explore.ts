import { type Answer, setMass, test, wait } from "./answer.ts";
import { besides, bestBuild, bestRuns, type Choice } from "./choose.ts";
import { sayBuilds, sayRuns } from "./say.ts";
import { roomIn, type Search } from "./search.ts";
import { smallestSet } from "./smallest-set.ts";

/**
 * Bits below which a new build is not worth it, and more runs of a built kernel; and a new build where
 * the end will be open anyway.
 */
const leastBits = { build: 0.015, runs: 0.0015, hopeless: 0.2 };
/**
 * Where the culprit can be found with a probability below this, because it or a parent of it lies among
 * untestable commits, only builds that say more are made.
 */
const leastHope = 0.1;
/** Where no more suspects than these are left untried, each is tried, whatever the hope. */
export const few = 32;
/** Bits that more runs of a kernel must say to be made while other tests are under way. */
const leastBitsMeanwhile = 0.05;

/** What says most a minute: new builds, or more runs of built kernels. */
export function explore(search: Search): Answer | null {
  const { question, outlook } = search;
  if (question.pending.length > 0) return exploreMeanwhile(search);
  const build = bestBuild(outlook);
  const more = bestRuns(outlook);
  if (more !== null && more.bits >= leastBits.runs) {
    if (more.bitsPerMinute > (build?.bitsPerMinute ?? 0)) {
      return test(search, [more], sayRuns(more));
    }
  }
  if (build === null || !isWorthIt(search, build)) return null;
  const all = besides(outlook, [build], question.builders);
  return test(search, all, sayBuilds(search.belief.mass, question.costs, all, outlook.cached));
}

/**
 * While others are under test, as far as there is room: builds that tell apart best what the tests under
 * way leave together, or more runs of a built kernel.
 */
export function exploreMeanwhile(search: Search): Answer {
  const { question, outlook, belief } = search;
  if (roomIn(question) === 0) return wait(search);
  const builds = besides(outlook, [], question.builders);
  if (builds.length > 0)
    return test(search, builds, sayBuilds(belief.mass, question.costs, builds, outlook.cached));
  const more = bestRuns(outlook);
  if (more === null || more.bits < leastBitsMeanwhile) return wait(search);
  return test(search, [more], sayRuns(more));
}

/**
 * Whether a build may still bring the search to its end. Where what is left lies among untestable commits,
 * it does so only as long as few are left: all of them are tried then, as `git bisect` does.
 */
function isWorthIt(search: Search, build: Choice): boolean {
  const least = decidable(search) >= leastHope ? leastBits.build : leastBits.hopeless;
  return build.bits >= least || untriedSuspects(search) <= few;
}

/** Suspects of the set that would be named which were not tried; infinite for more than a few. */
export function untriedSuspects({ question, belief, summary, outlook }: Search): number {
  const most = few + question.observations.length;
  if (summary.suspects > most) return Number.POSITIVE_INFINITY;
  const set = smallestSet(belief.weight, setMass);
  return set.filter((node) => !outlook.taken.has(node)).length;
}

/** The probability that the culprit and all its parents can be tested: that it can be found. */
function decidable({ lattice, belief, outlook }: Search): number {
  const { count, parentStart, parents } = lattice;
  let sum = 0;
  for (let node = 0; node < count; node++) {
    let share = outlook.testable[node] as number;
    const end = parentStart[node + 1] as number;
    for (let k = parentStart[node] as number; k < end; k++) {
      share = Math.min(share, outlook.testable[parents[k] as number] as number);
    }
    sum += (belief.weight[node] as number) * share;
  }
  return sum;
}
