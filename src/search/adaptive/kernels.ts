import { type Cases, usualCases } from "./crash-rates.ts";
import { type Lattice, nodeOf, parentsOf } from "./lattice.ts";
import { logClean, logCrashing, oddity } from "./likelihood.ts";
import type { Observation } from "./question.ts";

/**
 * What is known of one kernel. Evidence belongs to kernels: commits whose kernels are equal are one, with
 * pooled runs that count once.
 */
export interface TestedKernel {
  /** The nodes that have this kernel, the lowest first. */
  readonly nodes: readonly number[];
  readonly crashed: number;
  readonly clean: number;
  /** Runs that said nothing about the bug. */
  readonly silent: number;
  /** The log-probability of its runs by crash rate: if it has the change, and if it does not. */
  readonly inside: Float64Array;
  readonly outside: Float64Array;
  /** The same if it is the change itself, or a parent of it. */
  readonly itself: Float64Array;
  readonly parent: Float64Array;
  /** Where the user says that it lies; null: nowhere. */
  readonly said: "before" | "after" | null;
  /**
   * Whether its runs come to the crashing function: `there` where one did, or crashed; `never` where all of
   * them tell that they did not; null where it is not known.
   */
  readonly gets: "there" | "never" | null;
}

/** Runs that all said nothing after which a kernel is taken to hide the bug, and counts as untestable. */
const hiddenAfter = 5;

/** What the user says of a commit outweighs any runs of one kernel. */
const saidByUser = Math.log(1e4);
/** What follows from the history outweighs all that is believed. */
const certainly = Math.log(1e12);

/** The evidence of a search, sorted: the order in which it came does not matter. */
export interface Evidence {
  /** Kernels that say something about the bug, by lowest node. */
  readonly kernels: readonly TestedKernel[];
  /** The nodes of those kernels as they came: what was worked out for the first ones is used again. */
  readonly arrival: readonly number[];
  /** Nodes that cannot be tested, ascending: they do not build or boot, are hidden by other bugs, or banned. */
  readonly untestable: readonly number[];
  /** Those of them that the user banned: that says nothing about their neighbours. */
  readonly banned: ReadonlySet<number>;
  /** Kernels whose runs, too few to give them up, all said nothing; by node. */
  readonly unclear: readonly UnclearKernel[];
  /** What the runs are reckoned with. */
  readonly cases: Cases;
}

/** A kernel that was run, and hides what the reproducer would do so far. */
export interface UnclearKernel {
  readonly node: number;
  readonly silent: number;
}

/** Sorts observations into kernels and the untestable. */
export function evidenceOf(
  lattice: Lattice,
  observations: readonly Observation[],
  crashMeans: "before" | "after",
  cases: Cases = usualCases,
): Evidence {
  const groups = new Map<string, { nodes: number[]; seen: Observation }>();
  const arrival: number[] = [];
  const untestable: number[] = [];
  const banned = new Set<number>();
  const unclear: UnclearKernel[] = [];
  for (const seen of observations) {
    const node = nodeOf(lattice, seen.commit);
    const said = seen.crashed + seen.clean;
    if (seen.untestable || (said === 0 && seen.silent >= hiddenAfter && seen.override === null)) {
      untestable.push(node);
      if (seen.banned) banned.add(node);
    } else if (said === 0 && seen.override === null) {
      unclear.push({ node, silent: seen.silent });
    } else {
      arrival.push(node);
      const key = seen.kernel === null ? `node ${node}` : `kernel ${seen.kernel}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { nodes: [node], seen });
      else group.nodes.push(node);
    }
  }
  const kernels = [...groups.values()].map(({ nodes, seen }) =>
    kernelOf(
      nodes.sort((a, b) => a - b),
      seen,
      crashMeans,
      cases,
    ),
  );
  return {
    kernels: kernels.sort((a, b) => (a.nodes[0] as number) - (b.nodes[0] as number)),
    arrival,
    untestable: untestable.sort((a, b) => a - b),
    banned,
    unclear: unclear.sort((a, b) => a.node - b.node),
    cases,
  };
}

function kernelOf(
  nodes: readonly number[],
  seen: Observation,
  crashMeans: "before" | "after",
  cases: Cases,
): TestedKernel {
  const { crashed, clean, silent, override } = seen;
  const crashing = (odd: number) => logCrashing(crashed, clean, odd, cases);
  const quiet = (odd: number) => logClean(crashed, clean, odd, cases);
  const known = { nodes, crashed, clean, silent, said: override, gets: getsThere(seen) };
  const weight = seen.certain ? certainly : saidByUser;
  const told = (side: "before" | "after", logs: Float64Array) =>
    override === null || override === side ? logs : logs.map((log) => log - weight);
  // The culprit lies after the change and its parents before it; only runs that speak against that are
  // read more strictly.
  if (crashMeans === "after") {
    return {
      ...known,
      inside: told("after", crashing(oddity.crashing)),
      outside: told("before", quiet(oddity.clean)),
      itself: told("after", crashing(crashed === 0 ? oddity.itself : oddity.crashing)),
      parent: told("before", quiet(crashed > 0 ? oddity.itself : oddity.clean)),
    };
  }
  return {
    ...known,
    inside: told("after", quiet(oddity.clean)),
    outside: told("before", crashing(oddity.crashing)),
    itself: told("after", quiet(crashed > 0 ? oddity.itself : oddity.clean)),
    parent: told("before", crashing(crashed === 0 ? oddity.itself : oddity.crashing)),
  };
}

function getsThere({ crashed, clean, override, reached }: Observation): TestedKernel["gets"] {
  if (crashed > 0 || (reached?.yes ?? 0) > 0) return "there";
  // Who says where it lies knows it from elsewhere.
  return override === null && clean > 0 && reached?.no === clean ? "never" : null;
}

/** Nodes whose kernel is that of their only parent: they changed nothing. */
export function noopNodes(lattice: Lattice, kernels: readonly TestedKernel[]): number[] {
  return kernels.flatMap(({ nodes }) =>
    nodes.filter((node) => {
      const parents = parentsOf(lattice, node);
      return parents.length === 1 && nodes.includes(parents[0] as number);
    }),
  );
}
