import type { CommitGraph } from "./graph.ts";
import { HashTable } from "./graph-table.ts";

/** The full hash of commit `index`, in lower-case hexadecimal. Throws RangeError outside the graph. */
export function hashOf(graph: CommitGraph, index: number): string {
  if (!(index >= 0 && index < graph.count)) {
    throw new RangeError(`no commit ${index} in a graph of ${graph.count}`);
  }
  const start = index * graph.hashBytes;
  return Buffer.from(
    graph.hashes.buffer,
    graph.hashes.byteOffset + start,
    graph.hashBytes,
  ).toString("hex");
}

/** A graph never changes, so that its table can be kept as long as it lives. */
const tables = new WeakMap<CommitGraph, HashTable>();

/**
 * The index of the commit with this full hash, or -1 where the graph does not have it.
 * The first question builds a table in O(n); each further one takes constant time.
 */
export function indexOf(graph: CommitGraph, hash: string): number {
  if (hash.length !== graph.hashBytes * 2) return -1;
  const bytes = Buffer.from(hash, "hex");
  if (bytes.length !== graph.hashBytes) return -1;
  let table = tables.get(graph);
  if (table === undefined) {
    table = new HashTable(graph.hashBytes, graph.count);
    for (let i = 0; i < graph.count; i++) table.add(graph.hashes, i * graph.hashBytes);
    tables.set(graph, table);
  }
  return table.find(bytes, 0);
}

/** The full hashes of the parents of commit `index`, first parent first, those outside included. */
export function parentHashesOf(graph: CommitGraph, index: number): string[] {
  const end = graph.parentStart[index + 1] as number;
  const hashes: string[] = [];
  for (let k = graph.parentStart[index] as number; k < end; k++) {
    const parent = graph.parents[k] as number;
    hashes.push(parent >= 0 ? hashOf(graph, parent) : (graph.outside[-1 - parent] as string));
  }
  return hashes;
}
