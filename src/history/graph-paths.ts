/**
 * Which paths each commit of a graph touches, in typed arrays, by the graph's indices.
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
  /** Paths of commit `i`: `touched[start[i]] … touched[start[i+1]-1]`, each once. */
  readonly start: Uint32Array;
  /** Indices into `paths`. */
  readonly touched: Uint32Array;
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
  return indexOf(touched).ids.get(name) ?? -1;
}

/**
 * The commits that touch path `path` (an index), ascending; none for -1. A view of an index that the
 * first question builds in one pass over all that is touched.
 */
export function commitsTouching(touched: TouchedPaths, path: number): Uint32Array {
  const { start, commits } = indexOf(touched);
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

interface PathIndex {
  readonly ids: ReadonlyMap<string, number>;
  /** Commits that touch path `p`: `commits[start[p]] … commits[start[p+1]-1]`. */
  readonly start: Uint32Array;
  readonly commits: Uint32Array;
}

/** What is touched never changes, so that its index can be kept as long as it lives. */
const indices = new WeakMap<TouchedPaths, PathIndex>();

function indexOf(touched: TouchedPaths): PathIndex {
  const known = indices.get(touched);
  if (known !== undefined) return known;
  const made = makeIndex(touched);
  indices.set(touched, made);
  return made;
}

function makeIndex({ count, paths, start: ofCommit, touched }: TouchedPaths): PathIndex {
  const ids = new Map<string, number>();
  // Of paths that look alike the first counts.
  for (let path = paths.length - 1; path >= 0; path--) ids.set(paths[path] as string, path);
  const start = new Uint32Array(paths.length + 1);
  for (const path of touched) start[path + 1]! += 1;
  for (let path = 0; path < paths.length; path++) start[path + 1]! += start[path]!;
  const next = start.slice();
  const commits = new Uint32Array(touched.length);
  for (let i = 0; i < count; i++) {
    for (let k = ofCommit[i]!; k < ofCommit[i + 1]!; k++) commits[next[touched[k]!]!++] = i;
  }
  return { ids, start, commits };
}
