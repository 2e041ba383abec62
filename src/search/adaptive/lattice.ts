import type { CommitGraph } from "../../history/graph.ts";
import { Painter } from "../../history/graph-paint.ts";

/**
 * The commits of a search as nodes, prepared so that the weight of all ancestors of every node is one
 * linear pass (`ancestor-mass.ts`).
 *
 * Nodes are numbered parents first: `outsideCount` nodes for the commits outside of the graph that are
 * parents of commits in it, then the graph's commits. An outside node stands for that commit and all
 * that it contains. Outside, only what is given is known: the commits known to lie before the change
 * contain all others, since the graph has no commit that they contain.
 */
export interface Lattice {
  readonly graph: CommitGraph;
  /** Outside nodes and commits. */
  readonly count: number;
  readonly outsideCount: number;
  /** Parents of node `i`: `parents[parentStart[i]] … parents[parentStart[i+1]-1]`, each a node, none twice. */
  readonly parentStart: Uint32Array;
  readonly parents: Int32Array;
  /** The parent of `i` with the most ancestors, or -1. */
  readonly base: Int32Array;
  /** Ancestors of `i` that its base does not contain, itself not counted: of merges alone. */
  readonly restStart: Uint32Array;
  readonly rest: Int32Array;
  /** Children of node `i`, as `parents`. */
  readonly childStart: Uint32Array;
  readonly children: Int32Array;
  /** Node of the outside commit `-1 - k`, by `k`; the reverse of `outsideOf`. */
  readonly nodeOfOutside: Int32Array;
  /** `k` of the outside node, by node. */
  readonly outsideOf: Int32Array;
}

interface Kept {
  readonly before: readonly number[];
  readonly lattice: Lattice;
}

/** A graph never changes: it is prepared once for the ends it is searched between. */
const kept = new WeakMap<CommitGraph, Kept>();

/**
 * The lattice of `graph`. `before` are outside commits, as `-1 - k`, known to lie before the change.
 * Pure; remembered as long as the graph lives. O(n + parents + what merges bring), which is linear in
 * histories of topic branches.
 */
export function latticeOf(graph: CommitGraph, before: readonly number[]): Lattice {
  const known = kept.get(graph);
  if (known !== undefined && equal(known.before, before)) return known.lattice;
  const lattice = prepare(graph, before);
  kept.set(graph, { before: [...before], lattice });
  return lattice;
}

/** The node of a commit of the graph, or of the outside commit `-1 - k`. */
export function nodeOf(lattice: Lattice, commit: number): number {
  return commit >= 0
    ? lattice.outsideCount + commit
    : (lattice.nodeOfOutside[-1 - commit] as number);
}

/** The reverse of {@link nodeOf}. */
export function commitOf(lattice: Lattice, node: number): number {
  return node >= lattice.outsideCount
    ? node - lattice.outsideCount
    : -1 - (lattice.outsideOf[node] as number);
}

/** The parents of a node, as nodes. */
export function parentsOf(lattice: Lattice, node: number): Int32Array {
  return lattice.parents.subarray(
    lattice.parentStart[node] as number,
    lattice.parentStart[node + 1] as number,
  );
}

/** The children of a node, as nodes, the oldest first. */
export function childrenOf(lattice: Lattice, node: number): Int32Array {
  return lattice.children.subarray(
    lattice.childStart[node] as number,
    lattice.childStart[node + 1] as number,
  );
}

/** 1 for `node` and each of its ancestors, else 0. O(n + parents). */
export function ancestorsOf(lattice: Lattice, node: number): Uint8Array {
  const { parentStart, parents } = lattice;
  const mask = new Uint8Array(lattice.count);
  mask[node] = 1;
  for (let i = node; i >= 0; i--) {
    if (mask[i] === 0) continue;
    const end = parentStart[i + 1] as number;
    for (let k = parentStart[i] as number; k < end; k++) mask[parents[k] as number] = 1;
  }
  return mask;
}

function prepare(graph: CommitGraph, before: readonly number[]): Lattice {
  const outside = orderOutside(graph, before);
  const edges = listParents(graph, before, outside.nodeOfOutside);
  const merged = mergesOf(edges.parentStart, edges.parents);
  const below = listChildren(edges.parentStart, edges.parents);
  return {
    graph,
    count: graph.outside.length + graph.count,
    outsideCount: graph.outside.length,
    ...outside,
    ...edges,
    ...merged,
    ...below,
  };
}

/** Commits known to lie before the change come last among the outside ones, so that they can contain the others. */
function orderOutside(graph: CommitGraph, before: readonly number[]) {
  const clean = new Set(before.map((commit) => -1 - commit));
  const all = graph.outside.map((_, k) => k);
  const outsideOf = Int32Array.from([
    ...all.filter((k) => !clean.has(k)),
    ...all.filter((k) => clean.has(k)),
  ]);
  const nodeOfOutside = new Int32Array(all.length);
  outsideOf.forEach((k, node) => {
    nodeOfOutside[k] = node;
  });
  return { outsideOf, nodeOfOutside };
}

function listParents(
  graph: CommitGraph,
  before: readonly number[],
  nodeOfOutside: Int32Array,
): { parentStart: Uint32Array; parents: Int32Array } {
  const outsideCount = graph.outside.length;
  const cleanCount = new Set(before).size;
  const others = outsideCount - cleanCount;
  const parentStart = new Uint32Array(outsideCount + graph.count + 1);
  const parents = new Int32Array(cleanCount * others + graph.parents.length);
  let edge = 0;
  for (let node = 0; node < outsideCount; node++) {
    parentStart[node] = edge;
    if (node < others) continue;
    for (let other = 0; other < others; other++) parents[edge++] = other;
  }
  for (let i = 0; i < graph.count; i++) {
    const start = edge;
    parentStart[outsideCount + i] = start;
    const end = graph.parentStart[i + 1] as number;
    for (let k = graph.parentStart[i] as number; k < end; k++) {
      const parent = graph.parents[k] as number;
      const node = parent >= 0 ? outsideCount + parent : (nodeOfOutside[-1 - parent] as number);
      if (!includes(parents, start, edge, node)) parents[edge++] = node;
    }
  }
  parentStart[outsideCount + graph.count] = edge;
  return { parentStart, parents: parents.slice(0, edge) };
}

/**
 * For each node the parent with the most ancestors, and what its other parents add to it.
 *
 * The largest and not the first parent: where the main line is merged back into a topic branch, the
 * first parent would make that difference thousands of commits long.
 */
function mergesOf(parentStart: Uint32Array, parents: Int32Array) {
  const count = parentStart.length - 1;
  const base = new Int32Array(count).fill(-1);
  const sizes = new Uint32Array(count);
  const restStart = new Uint32Array(count + 1);
  const rest: number[] = [];
  const painter = new Painter({ parentStart, parents }, null);
  for (let i = 0; i < count; i++) {
    restStart[i] = rest.length;
    const start = parentStart[i] as number;
    const end = parentStart[i + 1] as number;
    let largest = -1;
    for (let k = start; k < end; k++) {
      const parent = parents[k] as number;
      if (largest < 0 || (sizes[parent] as number) > (sizes[largest] as number)) largest = parent;
    }
    base[i] = largest;
    sizes[i] = 1 + (largest < 0 ? 0 : (sizes[largest] as number));
    if (end - start < 2) continue;

    painter.onlyInOthers(i, largest, rest);
    sizes[i] = (sizes[i] as number) + rest.length - (restStart[i] as number);
  }
  restStart[count] = rest.length;
  return { base, restStart, rest: Int32Array.from(rest) };
}

function listChildren(parentStart: Uint32Array, parents: Int32Array) {
  const count = parentStart.length - 1;
  const childStart = new Uint32Array(count + 1);
  for (const parent of parents) childStart[parent + 1] = (childStart[parent + 1] as number) + 1;
  for (let i = 0; i < count; i++) {
    childStart[i + 1] = (childStart[i + 1] as number) + (childStart[i] as number);
  }
  const next = childStart.slice(0, count);
  const children = new Int32Array(parents.length);
  for (let i = 0; i < count; i++) {
    const end = parentStart[i + 1] as number;
    for (let k = parentStart[i] as number; k < end; k++) {
      const parent = parents[k] as number;
      children[next[parent] as number] = i;
      next[parent] = (next[parent] as number) + 1;
    }
  }
  return { childStart, children };
}

function includes(list: Int32Array, from: number, to: number, value: number): boolean {
  for (let k = from; k < to; k++) if (list[k] === value) return true;
  return false;
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, k) => value === b[k]);
}
