import { type TouchedFiles, type Touchers, touchersOf } from "./graph-touched.ts";

/**
 * Which paths each commit of a graph touches, in typed arrays, by the graph's indices; as git told it,
 * each file under the name that it had then.
 *
 * A merge touches none: what it brings was touched by the commits that it merges.
 */
export interface TouchedPaths {
  /** As many as the graph has commits. */
  readonly count: number;
  /**
   * Every path that is touched, in the order of its first appearance. Bytes that are no UTF-8 are
   * replaced, so that different paths may look alike; they keep indices of their own.
   */
  readonly paths: readonly string[];
  /** Paths of commit `i`: `files[start[i]] … files[start[i+1]-1]`, each once. */
  readonly start: Uint32Array;
  /** Indices into `paths`. */
  readonly files: Int32Array;
  /** Ascending by commit. */
  readonly renames: readonly Rename[];
}

/** A file that git recognised under a new name; `from` and `to` are indices into `paths`. */
export interface Rename {
  readonly commit: number;
  readonly from: number;
  readonly to: number;
}

/** The index of the path `name` (from the top of the tree), or -1 where no commit touches it. */
export function pathIndexOf(touched: TouchedPaths, name: string): number {
  return lookupOf(touched).ids.get(name) ?? -1;
}

/**
 * The commits that touch path `path` (an index), ascending; none for -1. A view of an index that the
 * first question builds in one pass over all that is touched.
 */
export function commitsTouching(touched: TouchedPaths, path: number): Int32Array {
  const { start, commits } = lookupOf(touched).touchers;
  return path < 0 ? commits.subarray(0, 0) : commits.subarray(start[path], start[path + 1]);
}

/**
 * The names that the file called `name` has in this history, `name` first: followed through renames
 * from there to older commits, and from there to newer ones, each way by itself. A name that another
 * file had before is not told apart.
 *
 * O(renames). A path that is never renamed, or never touched, has its one name.
 */
export function namesOfPath(touched: TouchedPaths, name: string): string[] {
  const first = pathIndexOf(touched, name);
  if (first < 0) return [name];
  const older = new Set([first]);
  for (let k = touched.renames.length - 1; k >= 0; k--) {
    const { from, to } = touched.renames[k] as Rename;
    if (older.has(to)) older.add(from);
  }
  const newer = new Set([first]);
  for (const { from, to } of touched.renames) if (newer.has(from)) newer.add(to);
  return [...new Set([...older, ...newer])].map((path) => touched.paths[path] as string);
}

/**
 * The same with one entry for all names that a file had one after the other: the newest, which is where the
 * last rename in the graph's order that a name has to do with leaves it. So a name that another file took
 * over stands for that one. O(renames + all that is touched).
 */
export function withNewestNames(touched: TouchedPaths): TouchedFiles {
  const newest = newestNames(touched);
  const start = new Uint32Array(touched.count + 1);
  const files = new Int32Array(touched.files.length);
  // The commit that was last found to touch a path: a rename touches both of its names.
  const last = new Int32Array(touched.paths.length).fill(-1);
  let entries = 0;
  for (let i = 0; i < touched.count; i++) {
    for (let k = touched.start[i] as number; k < (touched.start[i + 1] as number); k++) {
      const path = newest[touched.files[k] as number] as number;
      if (last[path] === i) continue;
      last[path] = i;
      files[entries++] = path;
    }
    start[i + 1] = entries;
  }
  return { paths: touched.paths, start, files: files.slice(0, entries) };
}

/** For each path the one that it is called in the end. */
function newestNames({ paths, renames }: TouchedPaths): Int32Array {
  const newest = Int32Array.from(paths, (_, path) => path);
  const settled = new Uint8Array(paths.length);
  // From the newest rename to the oldest: the first one met says where a name leads.
  for (let k = renames.length - 1; k >= 0; k--) {
    const { from, to } = renames[k] as Rename;
    if (settled[from] === 0) newest[from] = newest[to] as number;
    settled[from] = 1;
    settled[to] = 1;
  }
  return newest;
}

interface Lookup {
  readonly ids: ReadonlyMap<string, number>;
  readonly touchers: Touchers;
}

/** What is touched never changes, so that what is made of it can be kept as long as it lives. */
const lookups = new WeakMap<TouchedPaths, Lookup>();

function lookupOf(touched: TouchedPaths): Lookup {
  const known = lookups.get(touched);
  if (known !== undefined) return known;
  const ids = new Map<string, number>();
  // Of paths that look alike the first counts.
  for (const [path, name] of touched.paths.entries()) if (!ids.has(name)) ids.set(name, path);
  const made = { ids, touchers: touchersOf(touched) };
  lookups.set(touched, made);
  return made;
}
