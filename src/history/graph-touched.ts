/** Which files each commit of a graph changes, by the commits' indices. Merges change none. */
export interface TouchedFiles {
  /** Every path once. Names that a file had within the graph, one after the other, are one entry: the newest. */
  readonly paths: readonly string[];
  /** Files of commit `i`: `files[start[i]] … files[start[i+1]-1]`, places in `paths`. */
  readonly start: Uint32Array;
  readonly files: Int32Array;
}

/** The reverse: for each path, the commits that change it, the oldest first. */
export interface Touchers {
  readonly start: Uint32Array;
  readonly commits: Int32Array;
}

/** Turns a table of files by commit into one of commits by file. O(paths + files). */
export function touchersOf({ paths, start, files }: TouchedFiles): Touchers {
  const from = new Uint32Array(paths.length + 1);
  for (const file of files) from[file + 1] = (from[file + 1] as number) + 1;
  for (let p = 0; p < paths.length; p++) {
    from[p + 1] = (from[p + 1] as number) + (from[p] as number);
  }
  const next = from.slice(0, paths.length);
  const commits = new Int32Array(files.length);
  for (let i = 0; i + 1 < start.length; i++) {
    for (let k = start[i] as number; k < (start[i + 1] as number); k++) {
      const file = files[k] as number;
      commits[next[file] as number] = i;
      next[file] = (next[file] as number) + 1;
    }
  }
  return { start: from, commits };
}
