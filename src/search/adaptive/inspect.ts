import type { SearchState } from "../policy.ts";
import { questionOf } from "./adaptive-policy.ts";
import { type Belief, believe } from "./belief.ts";
import { type Sureness, surenessOf } from "./confidence.ts";
import { casesFor } from "./crash-rates.ts";
import { type Evidence, evidenceOf, noopNodes, type TestedKernel } from "./kernels.ts";
import { ancestorsOf, childrenOf, commitOf, type Lattice, nodeOf, parentsOf } from "./lattice.ts";
import { nothingSeen, type Observation, type Question } from "./question.ts";
import { reckon } from "./reckon.ts";
import { smallestSet } from "./smallest-set.ts";
import { summarise } from "./summarise.ts";

/** How a tested commit stands to a suspect. */
export type Relation = "itself" | "parent" | "contains-it" | "lacks-it";

/** What the runs of one commit say of a suspect. A commit is numbered as in a question, or is a hash. */
export interface Testimony<Commit> {
  readonly commit: Commit;
  readonly relation: Relation;
  readonly crashed: number;
  readonly clean: number;
  /** Where the user says that it lies. */
  readonly said: "before" | "after" | null;
  /**
   * By how much likelier its runs would be if it lay on the other side of the change than it does if the
   * suspect is the culprit: above 1 they speak against the suspect.
   */
  readonly against: number;
}

/** A commit that may be the culprit. */
export interface Suspect<Commit> {
  readonly commit: Commit;
  readonly probability: number;
  /** The same before anything was run, and by how much that is more than the average commit's. */
  readonly prior: number;
  readonly timesAverage: number;
  readonly parents: readonly Commit[];
  /** Its kernel is that of its only parent. */
  readonly isNoop: boolean;
  /** Itself and its parents as far as they cannot be tested. */
  readonly untestable: readonly Commit[];
  /** What was seen of it and its parents, then what speaks against it most, then what is nearest to it. */
  readonly testimonies: readonly Testimony<Commit>[];
}

/** What a probe of a commit would tell. */
export interface Prospect<Commit> {
  readonly commit: Commit;
  /** The probability that it contains the culprit. */
  readonly contains: number;
  /** How many commits would then have the culprit with 99 %: if all these runs crash, or none does. */
  readonly suspectsIfCrashing: number;
  readonly suspectsIfClean: number;
}

/** What is believed, taken apart for people. */
export interface Inspection<Commit = number> {
  /** How many commits have the culprit with 99 %, the fewest that do. */
  readonly candidates: number;
  /** The likeliest commits. */
  readonly suspects: readonly Suspect<Commit>[];
  readonly prospects: readonly Prospect<Commit>[];
  /** How the confidence comes about that would be stated for the likeliest. */
  readonly sureness: Sureness;
}

/** Commits that were tested and are told of, beside the suspect and its parents: for each kind. */
const mostOthers = 2;

/**
 * The `most` likeliest suspects of a search, with what is for and against each, and what `probes` would
 * tell; by the very reckoning that decides. O(n) a test and probe.
 */
export function inspect(
  state: SearchState,
  most: number,
  probes: readonly { readonly commit: number; readonly runs: number }[],
): Inspection {
  const question = questionOf(state);
  const { lattice, evidence, prior, belief } = reckon(question);
  const likeliest = smallestSet(belief.weight, 1).slice(0, most);
  const noops = new Set(noopNodes(lattice, evidence.kernels));
  const containing = evidence.kernels.map(({ nodes }) =>
    nodes.map((node) => ancestorsOf(lattice, node)),
  );
  const whole = prior.reduce((sum, weight) => sum + (weight > 0 ? 1 : 0), 0);
  const suspects = likeliest.map((node) => ({
    commit: commitOf(lattice, node),
    probability: belief.weight[node] as number,
    prior: prior[node] as number,
    timesAverage: (prior[node] as number) * whole,
    parents: Array.from(parentsOf(lattice, node), (parent) => commitOf(lattice, parent)),
    isNoop: noops.has(node),
    untestable: [node, ...parentsOf(lattice, node)]
      .filter((one) => evidence.untestable.includes(one))
      .map((one) => commitOf(lattice, one)),
    testimonies: testimoniesOn(lattice, node, evidence, containing, belief),
  }));
  const sureness = surenessOf(belief.weight[belief.best] as number, prior[belief.best] as number);
  return {
    candidates: summarise(lattice, prior, belief).suspects,
    suspects,
    prospects: probes.map((probe) => prospectOf(question, lattice, prior, belief, probe)),
    sureness,
  };
}

/**
 * The probability of each commit of a search's graph, by place; what lies outside of the graph has the rest. By the
 * very reckoning that decides.
 */
export function weightsOf(state: SearchState): Float64Array {
  const { lattice, belief } = reckon(questionOf(state));
  const weights = new Float64Array(state.graph.count);
  for (const [node, weight] of belief.weight.entries()) {
    const commit = commitOf(lattice, node);
    if (commit >= 0) weights[commit] = weight;
  }
  return weights;
}

function testimoniesOn(
  lattice: Lattice,
  suspect: number,
  { kernels }: Evidence,
  containing: readonly (readonly Uint8Array[])[],
  { rates }: Belief,
): Testimony<number>[] {
  const all = kernels.flatMap((kernel, k) =>
    kernel.nodes.map((node, n) => {
      const contains = containing[k]?.[n]?.[suspect] === 1;
      const relation = relationOf(lattice, node, suspect, contains);
      const against = oddsAgainst(kernel, relation, rates);
      return { node, told: toldBy(lattice, kernel, node, relation, against) };
    }),
  );
  const near = all.filter(({ told }) => told.relation === "itself" || told.relation === "parent");
  const others = all.filter((one) => !near.includes(one));
  const against = others
    .filter(({ told }) => told.against > 1)
    .sort((a, b) => b.told.against - a.told.against || a.node - b.node)
    .slice(0, mostOthers);
  const nearest = (relation: Relation) =>
    others
      .filter(({ told }) => told.relation === relation && told.against <= 1)
      .sort((a, b) => Math.abs(a.node - suspect) - Math.abs(b.node - suspect))
      .slice(0, 1);
  return [
    ...near.filter(({ told }) => told.relation === "itself"),
    ...near.filter(({ told }) => told.relation === "parent"),
    ...against,
    ...nearest("contains-it"),
    ...nearest("lacks-it"),
  ].map(({ told }) => told);
}

function relationOf(lattice: Lattice, node: number, suspect: number, contains: boolean): Relation {
  if (node === suspect) return "itself";
  if (childrenOf(lattice, node).includes(suspect)) return "parent";
  return contains ? "contains-it" : "lacks-it";
}

function toldBy(
  lattice: Lattice,
  { crashed, clean, said }: TestedKernel,
  node: number,
  relation: Relation,
  against: number,
): Testimony<number> {
  return { commit: commitOf(lattice, node), relation, crashed, clean, said, against };
}

function oddsAgainst(kernel: TestedKernel, relation: Relation, rates: Float64Array): number {
  const { inside, outside, itself, parent } = kernel;
  switch (relation) {
    case "itself":
      return likelihood(outside, rates) / likelihood(itself, rates);
    case "parent":
      return likelihood(inside, rates) / likelihood(parent, rates);
    case "contains-it":
      return likelihood(outside, rates) / likelihood(inside, rates);
    case "lacks-it":
      return likelihood(inside, rates) / likelihood(outside, rates);
    default:
      return relation satisfies never;
  }
}

/** Never 0, so that odds are finite. */
function likelihood(logs: Float64Array, rates: Float64Array): number {
  const sum = rates.reduce((total, rate, j) => total + rate * Math.exp(logs[j] as number), 0);
  return Math.max(sum, 1e-300);
}

function prospectOf(
  question: Question,
  lattice: Lattice,
  prior: Float64Array,
  { mass }: Belief,
  { commit, runs }: { readonly commit: number; readonly runs: number },
): Prospect<number> {
  const suspectsAfter = (crashed: number, clean: number): number => {
    const known = question.observations.find((seen) => seen.commit === commit);
    const first: Observation = known ?? { ...nothingSeen, commit };
    // Commits with this kernel have its runs too.
    const isIt = (seen: Observation) =>
      seen.commit === commit || (first.kernel !== null && seen.kernel === first.kernel);
    const all = known === undefined ? [...question.observations, first] : question.observations;
    const observations = all.map((seen) =>
      isIt(seen) ? { ...seen, crashed: seen.crashed + crashed, clean: seen.clean + clean } : seen,
    );
    const evidence = evidenceOf(lattice, observations, question.crashMeans, casesFor(question));
    const then = believe(lattice, nodeOf(lattice, question.after), prior, evidence);
    return summarise(lattice, prior, then).suspects;
  };
  const contains = Math.min(1, mass[nodeOf(lattice, commit)] as number);
  return {
    commit,
    contains,
    suspectsIfCrashing: suspectsAfter(runs, 0),
    suspectsIfClean: suspectsAfter(0, runs),
  };
}
