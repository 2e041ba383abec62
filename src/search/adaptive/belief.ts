import { ancestorMass } from "./ancestor-mass.ts";
import { type Classes, classesOf } from "./classes.ts";
import type { Cases } from "./crash-rates.ts";
import { type Evidence, noopNodes, type TestedKernel } from "./kernels.ts";
import { childrenOf, type Lattice } from "./lattice.ts";
import { obstacleOf } from "./obstacle.ts";

/** What is believed, all evidence taken together. */
export interface Belief {
  /** The probability of each node to be the culprit; 0 only where the search cannot reach. */
  readonly weight: Float64Array;
  /** The probability that each node contains the culprit. */
  readonly mass: Float64Array;
  /** The probability of each crash rate of the grid. */
  readonly rates: Float64Array;
  /** The grid itself. */
  readonly cases: Cases;
  /** The likeliest node, the lowest of equals. */
  readonly best: number;
}

/** A commit with the kernel of its only parent changed nothing; not 0, kernels being compared by program. */
const noopShare = 1e-6;

/**
 * How much less likely than the likeliest a class may become, as a logarithm: contradictory evidence
 * without end must not make any commit impossible. Far beyond what decides anything.
 */
const leastLog = -500;

/**
 * The posterior over all nodes: prior, times the likelihood of all runs, the crash rate being unknown.
 *
 * Worked out anew from counts each time, so that it does not drift, and in the order of nodes, so that
 * the order of the evidence leaves no trace. O(n + classes · kernels · rates).
 */
export function believe(
  lattice: Lattice,
  after: number,
  prior: Float64Array,
  evidence: Evidence,
): Belief {
  const { kernels, cases } = evidence;
  const classes = classesOf(lattice, after, evidence.arrival);
  const weighed = discountNoops(lattice, prior, kernels);
  const special = nodesOfTheirOwn(lattice, classes, kernels);
  const priors = priorByClass(classes, weighed, special);
  const logs = logsOf(lattice, classes, evidence, priors, special, obstacleOf(classes, evidence));
  return { ...posterior(lattice, classes, weighed, priors, special, logs), cases };
}

function discountNoops(
  lattice: Lattice,
  prior: Float64Array,
  kernels: readonly TestedKernel[],
): Float64Array {
  const noops = noopNodes(lattice, kernels);
  if (noops.length === 0) return prior;
  const discounted = prior.slice();
  for (const node of noops) discounted[node] = (discounted[node] as number) * noopShare;
  return discounted;
}

/**
 * Suspects whose likelihood is not that of their class: those tested themselves, and the children of
 * those tested (`kernels.ts` says why). Ascending.
 */
function nodesOfTheirOwn(
  lattice: Lattice,
  { classOf }: Classes,
  kernels: readonly TestedKernel[],
): readonly number[] {
  const special = new Set<number>();
  for (const kernel of kernels) {
    for (const node of kernel.nodes) {
      if (kernel.itself[0] !== kernel.inside[0] && (classOf[node] as number) >= 0) {
        special.add(node);
      }
      if (kernel.parent[0] === kernel.outside[0]) continue;
      for (const child of childrenOf(lattice, node)) {
        if ((classOf[child] as number) >= 0) special.add(child);
      }
    }
  }
  return [...special].sort((a, b) => a - b);
}

function priorByClass(
  { classOf, containedBy }: Classes,
  prior: Float64Array,
  special: readonly number[],
): Float64Array {
  const sums = new Float64Array(containedBy.length);
  let next = 0;
  for (let i = 0; i < classOf.length; i++) {
    const g = classOf[i] as number;
    if (i === special[next]) next += 1;
    else if (g >= 0) sums[g] = (sums[g] as number) + (prior[i] as number);
  }
  return sums;
}

interface Logs {
  /** By class, then by crash rate; null for a class without suspects. */
  readonly byClass: readonly (Float64Array | null)[];
  /** By place in `special`. */
  readonly bySpecial: readonly Float64Array[];
}

function logsOf(
  lattice: Lattice,
  classes: Classes,
  { kernels, cases: { logPrior } }: Evidence,
  priors: Float64Array,
  special: readonly number[],
  logObstacle: number,
): Logs {
  const places = new Map(classes.tested.map((node, place) => [node, place]));
  const placesOf = kernels.map(({ nodes }) => nodes.map((node) => places.get(node) as number));
  const sum = (g: number, node: number | null): Float64Array => {
    const containing = classes.containedBy[g] as ReadonlySet<number>;
    const logs = Float64Array.from(logPrior);
    // The same without the runs that never came to the crashing function.
    const without = logObstacle > -Infinity ? Float64Array.from(logPrior) : null;
    kernels.forEach((kernel, n) => {
      const tested = placesOf[n] as readonly number[];
      const inside = tested.filter((place) => containing.has(place)).length;
      const isItself = node !== null && kernel.nodes.includes(node);
      const isParent = node !== null && isParentOf(lattice, kernel, node);
      const ifInside = isItself ? kernel.itself : kernel.inside;
      const ifOutside = isParent ? kernel.parent : kernel.outside;
      for (let j = 0; j < logs.length; j++) {
        // A suspect between two equal kernels has to agree with both.
        const term =
          inside === tested.length
            ? (ifInside[j] as number)
            : inside === 0
              ? (ifOutside[j] as number)
              : Math.min(ifInside[j] as number, ifOutside[j] as number);
        logs[j] = (logs[j] as number) + term;
        if (without !== null && kernel.gets !== "never") without[j] = (without[j] as number) + term;
      }
    });
    return without === null ? logs : logs.map((log, j) => logSum(log, logObstacle + without[j]!));
  };
  return {
    byClass: classes.containedBy.map((_, g) => ((priors[g] as number) > 0 ? sum(g, null) : null)),
    bySpecial: special.map((node) => sum(classes.classOf[node] as number, node)),
  };
}

/** ln(eᵃ + eᵇ), where the larger of them may be far beyond what a number holds. */
function logSum(a: number, b: number): number {
  const top = Math.max(a, b);
  return top + Math.log(Math.exp(a - top) + Math.exp(b - top));
}

function isParentOf(lattice: Lattice, kernel: TestedKernel, node: number): boolean {
  return kernel.nodes.some((tested) => childrenOf(lattice, tested).includes(node));
}

function posterior(
  lattice: Lattice,
  { classOf }: Classes,
  prior: Float64Array,
  priors: Float64Array,
  special: readonly number[],
  { byClass, bySpecial }: Logs,
): Omit<Belief, "cases"> {
  let top = -Infinity;
  for (const logs of [...byClass, ...bySpecial]) {
    for (const log of logs ?? []) if (log > top) top = log;
  }
  const cases = byClass.find((logs) => logs !== null) ?? bySpecial[0];
  const rates = new Float64Array(cases?.length ?? 0);
  const shareOf = (logs: Float64Array, mass: number): number => {
    let share = 0;
    for (let j = 0; j < logs.length; j++) {
      const likelihood = Math.exp(Math.max(leastLog, (logs[j] as number) - top));
      share += likelihood;
      rates[j] = (rates[j] as number) + mass * likelihood;
    }
    return share;
  };
  const shares = new Float64Array(byClass.length);
  for (const g of inOrderOfNodes(classOf, byClass.length)) {
    const logs = byClass[g] ?? null;
    if (logs !== null) shares[g] = shareOf(logs, priors[g] as number);
  }
  const weight = new Float64Array(lattice.count);
  for (let i = 0; i < weight.length; i++) {
    const g = classOf[i] as number;
    if (g >= 0) weight[i] = (prior[i] as number) * (shares[g] as number);
  }
  special.forEach((node, place) => {
    const mass = prior[node] as number;
    weight[node] = mass * shareOf(bySpecial[place] as Float64Array, mass);
  });
  const best = normalise(weight);
  normalise(rates);
  return { weight, mass: ancestorMass(lattice, weight), rates, best };
}

/** The classes by their lowest nodes: their numbers depend on the order of the tests. */
function inOrderOfNodes(classOf: Int32Array, count: number): number[] {
  const met = new Uint8Array(count);
  const order: number[] = [];
  for (const g of classOf) {
    if (g < 0 || met[g] === 1) continue;
    met[g] = 1;
    order.push(g);
  }
  return order;
}

/** Makes the values sum to one; the place of the largest, the first of equals. */
function normalise(values: Float64Array): number {
  let sum = 0;
  let best = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i] as number;
    if ((values[i] as number) > (values[best] as number)) best = i;
  }
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / sum;
  return best;
}
