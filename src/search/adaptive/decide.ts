import type { BeliefSummary } from "../reckoning.ts";
import { type Belief, believe } from "./belief.ts";
import { besides, bestBuild, bestRuns, type Choice, type Outlook } from "./choose.ts";
import { posteriorFor } from "./confidence.ts";
import { cleanRunsWanted, type Standing, standingOf, type Wanted } from "./confirm.ts";
import { type Evidence, evidenceOf } from "./kernels.ts";
import { commitOf, type Lattice, latticeOf, nodeOf, parentsOf } from "./lattice.ts";
import { minutesOfBuilds, minutesOfRuns } from "./minutes.ts";
import { priorOf } from "./prior.ts";
import type { Observation, Question } from "./question.ts";
import { percent, sayBuilds, sayOpen, sayRuns } from "./say.ts";
import { smallestSet } from "./smallest-set.ts";
import { startOf } from "./start.ts";
import { summarise } from "./summarise.ts";
import { testableShare } from "./testable.ts";

/** What to do next. Commits are indices in the graph, or `-1 - k` for the outside commit `k`. */
export type Answer =
  /** Run these on; `runs` beside those made. Then ask again, as soon as one of them is done. */
  | {
      readonly kind: "test";
      readonly tests: readonly { readonly commit: number; readonly runs: number }[];
      readonly why: string;
      readonly summary: BeliefSummary;
      readonly unwanted: readonly number[];
    }
  /** The answers of pending tests are awaited, but those of `unwanted`: they would say nothing any more. */
  | { readonly kind: "wait"; readonly unwanted: readonly number[] }
  | {
      readonly kind: "found";
      readonly commit: number;
      readonly posterior: number;
      /** Its share of the prior. */
      readonly prior: number;
      readonly summary: BeliefSummary;
    }
  /** No test is worth its time, or none is left: the smallest set that has the culprit, with its odds. */
  | {
      readonly kind: "open";
      readonly commits: readonly number[];
      readonly odds: readonly number[];
      readonly why: string;
      readonly summary: BeliefSummary;
    }
  /** The end that should crash does not. */
  | { readonly kind: "not-reproduced"; readonly why: string };

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
const few = 32;
/** From here on the last runs are looked for that may be missing. */
const nearlyFound = 0.9;
const lastRunSteps = [2, 4, 7, 10, 20] as const;
/** A commit that is less likely to be testable is not built for the checks alone. */
const leastTestable = 0.05;
/** Containing the culprit with a probability beyond these, a commit under test is not awaited any more. */
const [leastAwaited, mostAwaited] = [0.02, 0.98];
/** Bits that more runs of a kernel must say to be made while other tests are under way. */
const leastBitsMeanwhile = 0.05;
/** The culprit is in the set that is named at an open end with this probability. */
const setMass = 0.99;

/**
 * The next step of the adaptive search. Pure: no clock, no randomness; the same question gives the same
 * answer, in whatever order the observations come. O(n) a test and untestable commit, plus O(n log n) at
 * an open end.
 *
 * reproduce → believe → confirm the likeliest suspect when it is likely enough → else the test that says
 * most a minute → an open end.
 */
export function decide(given: Question): Answer {
  const { question, ...search } = searchOf(given);
  const unwanted = unwantedOf(question, search);
  const pending = question.pending.filter((commit) => !unwanted.includes(commit));
  const awaited = new Set(pending.map((commit) => nodeOf(search.lattice, commit)));
  const outlook = { ...search.outlook, pending: awaited };
  return answer({ ...search, outlook, question: { ...question, pending }, unwanted });
}

function searchOf(question: Question): Omit<Search, "unwanted"> {
  const lattice = latticeOf(question.graph, question.before);
  const evidence = evidenceOf(lattice, question.observations, question.crashMeans);
  const after = nodeOf(lattice, question.after);
  const prior = priorOf(lattice, question.prior);
  const belief = believe(lattice, after, prior, evidence);
  return {
    question,
    lattice,
    prior,
    evidence,
    belief,
    summary: summarise(lattice, prior, belief),
    outlook: outlookOf(question, lattice, evidence, belief),
  };
}

/**
 * Commits under test that say nothing any more: since they were chosen, others were answered. What the
 * checks of the likeliest suspect need is awaited all the same.
 */
function unwantedOf(
  question: Question,
  { lattice, belief }: Omit<Search, "question" | "unwanted">,
): readonly number[] {
  if (startOf(question).kind === "look") return [];
  const needed = new Set([belief.best, ...parentsOf(lattice, belief.best)]);
  return question.pending.filter((commit) => {
    const node = nodeOf(lattice, commit);
    const mass = belief.mass[node] as number;
    return !needed.has(node) && (mass < leastAwaited || mass > mostAwaited);
  });
}

function answer(search: Search): Answer {
  return (
    reproduce(search) ?? finish(search) ?? tooMuch(search) ?? explore(search) ?? settle(search)
  );
}

/** A question, and what follows from it. */
interface Search {
  readonly question: Question;
  readonly lattice: Lattice;
  /** By node, summing to one. */
  readonly prior: Float64Array;
  readonly evidence: Evidence;
  readonly belief: Belief;
  readonly summary: BeliefSummary;
  readonly outlook: Outlook;
  readonly unwanted: readonly number[];
}

function outlookOf(
  question: Question,
  lattice: Lattice,
  evidence: Evidence,
  belief: Belief,
): Outlook {
  const nodes = (commits: Iterable<number>) =>
    [...commits].map((commit) => nodeOf(lattice, commit));
  return {
    lattice,
    belief,
    evidence,
    testable: testableShare(lattice, evidence),
    costs: question.costs,
    taken: new Set([
      ...nodes(question.observations.map(({ commit }) => commit)),
      ...nodes(question.pending),
    ]),
    pending: new Set(nodes(question.pending)),
    cached: new Set(nodes(question.cached)),
  };
}

/** The crash must be seen where it was reported before anything else; other builds begin meanwhile. */
function reproduce(search: Search): Answer | null {
  const { question, lattice, outlook } = search;
  const start = startOf(question);
  switch (start.kind) {
    case "seen":
      return null;
    case "never":
      return { kind: "not-reproduced", why: start.why };
    case "look": {
      if (question.pending.includes(start.commit)) {
        // A bug that was looked for and not seen may never be.
        return isUnseen(question, start.commit) ? wait(search) : exploreMeanwhile(search);
      }
      const node = nodeOf(lattice, start.commit);
      const first: Choice = { node, runs: start.runs, bits: 0, bitsPerMinute: 0 };
      const isFirst = question.observations.length === 0;
      const all = isFirst ? besides(outlook, [first], question.builders) : [first];
      return test(search, all, start.why);
    }
    default:
      return start satisfies never;
  }
}

function isUnseen({ observations }: Question, commit: number): boolean {
  const seen = observations.find((one) => one.commit === commit);
  return seen !== undefined && seen.crashed === 0;
}

/** The likeliest suspect is likely enough, or a few runs away from it: it is found, or what is missing is tested. */
function finish(search: Search): Answer | null {
  const { question, belief } = search;
  const posterior = belief.weight[belief.best] as number;
  const goal = posteriorFor(question.confidence);
  if (posterior < Math.min(goal, nearlyFound)) return null;
  const standing = standingOfBest(search);
  switch (standing.kind) {
    case "confirmed":
      return posterior < goal ? lastRuns(search, goal) : found(search);
    case "missing":
      return posterior < goal ? null : testMissing(search, standing.wanted);
    case "untestable":
    case "contradicted":
      return null;
    default:
      return standing satisfies never;
  }
}

/**
 * More runs of the likeliest suspect's parents, where these alone, if they stay clean, make it likely
 * enough: that costs minutes where a build of another commit would say more, and cost more.
 */
function lastRuns(search: Search, goal: number): Answer | null {
  const { question, lattice, belief, outlook } = search;
  const parents = [...parentsOf(lattice, belief.best)];
  if (parents.some((node) => outlook.pending.has(node))) return wait(search);
  if (outlook.pending.size > 0 && roomIn(question) < parents.length) return null;
  const runs = runsToReach(search, parents, goal);
  if (runs === null) return null;
  const share = percent(belief.weight[belief.best] as number);
  const choices = parents.map((node) => ({ node, runs, bits: 0, bitsPerMinute: 0 }));
  return test(
    search,
    choices,
    `the likeliest commit (${share}) is certain enough if these are as before`,
  );
}

/** The least number of runs, all as those before, after which the likeliest node is as likely as `goal`. */
function runsToReach(
  { question, lattice, prior, belief }: Search,
  nodes: readonly number[],
  goal: number,
): number | null {
  const commits = new Set(nodes.map((node) => commitOf(lattice, node)));
  const isClean = question.crashMeans === "after";
  for (const runs of lastRunSteps) {
    const aBuild = minutesOfBuilds(question.costs, 1) + minutesOfRuns(question.costs, 1);
    if (minutesOfRuns(question.costs, runs) * nodes.length > aBuild) return null;
    const observations = question.observations.map((seen) => {
      if (!commits.has(seen.commit)) return seen;
      return isClean
        ? { ...seen, clean: seen.clean + runs }
        : { ...seen, crashed: seen.crashed + runs };
    });
    const evidence = evidenceOf(lattice, observations, question.crashMeans);
    const then = believe(lattice, nodeOf(lattice, question.after), prior, evidence);
    if ((then.weight[belief.best] as number) >= goal) return runs;
  }
  return null;
}

function standingOfBest({ question, lattice, evidence, belief }: Search): Standing {
  const cleanRuns = cleanRunsWanted(belief.rates, question.budget.runs);
  const { crashMeans } = question;
  return standingOf(lattice, belief.best, evidence, belief.rates, { crashMeans, cleanRuns });
}

function testMissing(search: Search, wanted: readonly Wanted[]): Answer {
  const { question, belief, outlook } = search;
  const asked = wanted.filter(({ node }) => !outlook.pending.has(node));
  const next = asked.slice(0, roomIn(question));
  if (next.length === 0) return wait(search);
  const what = next.some(({ node }) => node === belief.best) ? "itself" : "and its parents";
  const share = percent(belief.weight[belief.best] as number);
  const choices = next.map((one) => ({ ...one, bits: 0, bitsPerMinute: 0 }));
  return test(search, choices, `the likeliest commit (${share}) ${what} must be seen`);
}

/** How many more kernels may be under test at once. */
function roomIn({ builders, pending }: Question): number {
  return Math.max(0, builders - pending.length);
}

/** Bounds: an open end with what is known by then. */
function tooMuch(search: Search): Answer | null {
  const end = beyondBudget(search);
  // What is under way is paid for: its answers may still decide.
  return end !== null && search.question.pending.length > 0 ? wait(search) : end;
}

function beyondBudget(search: Search): Answer | null {
  const { observations, budget } = search.question;
  const runs = observations.reduce((sum, seen) => sum + seen.crashed + seen.clean + seen.silent, 0);
  if (runs >= budget.runs) return open(search, `${runs} runs were made, the most that are allowed`);
  const told = observations.filter((seen) => seen.banned || isOnlySaid(seen)).length;
  const tested = observations.length - told;
  if (tested >= budget.builds) {
    return open(search, `${tested} kernels were tested, the most that are allowed`);
  }
  const untestable = search.evidence.untestable.length - search.evidence.banned.size;
  const tooMany = untestable - search.evidence.arrival.length >= budget.untestable;
  if (tooMany && untriedSuspects(search) > few) {
    return open(search, `${untestable} commits could not be tested`);
  }
  return null;
}

/** What says most a minute: new builds, or more runs of built kernels. */
function explore(search: Search): Answer | null {
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
  return test(search, all, sayBuilds(search.belief.mass, question.costs, all));
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
function untriedSuspects({ question, belief, summary, outlook }: Search): number {
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

/**
 * While others are under test, as far as there is room: builds that tell apart best what the tests under
 * way leave together, or more runs of a built kernel.
 */
function exploreMeanwhile(search: Search): Answer {
  const { question, outlook, belief } = search;
  if (roomIn(question) === 0) return wait(search);
  const builds = besides(outlook, [], question.builders);
  if (builds.length > 0)
    return test(search, builds, sayBuilds(belief.mass, question.costs, builds));
  const more = bestRuns(outlook);
  if (more === null || more.bits < leastBitsMeanwhile) return wait(search);
  return test(search, [more], sayRuns(more));
}

/**
 * Nothing says much any more: the checks of the likeliest suspect may still be made; where they are, and
 * it is likely, it is named with the confidence that there is. Else it stays open.
 */
function settle(search: Search): Answer {
  if (search.question.pending.length > 0) return wait(search);
  const standing = standingOfBest(search);
  if (standing.kind === "missing") {
    const able = standing.wanted.every(
      ({ node }) => (search.outlook.testable[node] as number) >= leastTestable,
    );
    if (able) return testMissing(search, standing.wanted);
  }
  const posterior = search.belief.weight[search.belief.best] as number;
  if (standing.kind === "confirmed" && posterior >= nearlyFound) return found(search);
  return open(search, sayOpen(standing));
}

function found({ lattice, prior, belief, summary }: Search): Answer {
  return {
    kind: "found",
    commit: commitOf(lattice, belief.best),
    posterior: belief.weight[belief.best] as number,
    prior: prior[belief.best] as number,
    summary,
  };
}

function open(search: Search, why: string): Answer {
  return { kind: "open", ...likeliestOf(search), why, summary: search.summary };
}

/** The smallest set that has the culprit with 99 %, the likeliest first, with the odds of each. */
export function likeliest(question: Question): Pick<OpenEnd, "commits" | "odds"> {
  return likeliestOf(searchOf(question));
}

type OpenEnd = Extract<Answer, { kind: "open" }>;

function likeliestOf({ lattice, belief }: Pick<Search, "lattice" | "belief">) {
  // However likely one commit is: where that were enough, it would have been found.
  const nodes = smallestSet(belief.weight, setMass, 2);
  return {
    commits: nodes.map((node) => commitOf(lattice, node)),
    odds: nodes.map((node) => Math.min(1, belief.weight[node] as number)),
  };
}

function test(
  { lattice, summary, unwanted }: Search,
  choices: readonly Choice[],
  why: string,
): Answer {
  const tests = choices.map(({ node, runs }) => ({ commit: commitOf(lattice, node), runs }));
  return { kind: "test", tests, why, summary, unwanted };
}

function wait({ unwanted }: Search): Answer {
  return { kind: "wait", unwanted };
}

/** Nothing of it was run: the user's word is all that is known. */
function isOnlySaid({ crashed, clean, silent, override }: Observation): boolean {
  return override !== null && crashed + clean + silent === 0;
}

/** Runs made of a commit so far. */
export function runsMade(observations: readonly Observation[], commit: number): number {
  const seen = observations.find((one) => one.commit === commit);
  return seen === undefined ? 0 : seen.crashed + seen.clean + seen.silent;
}
