import type { CommitGraph } from "./graph.ts";
import type { TouchedPaths } from "./graph-paths.ts";
import { isMerge } from "./graph-walk.ts";

/**
 * Whether what commit `index` touches leaves a build as it is: `compiled` are the files that the build has
 * read. False for a merge, of whose paths nothing is known, and true for a commit that touches nothing.
 *
 * For a build of the graph's newest commit this is a good guess about other commits. With the files of
 * both the commit's build and its parent's it is a proof that they give the same kernel.
 */
export function isOutsideBuild(
  graph: CommitGraph,
  touched: TouchedPaths,
  index: number,
  compiled: ReadonlySet<string>,
): boolean {
  if (isMerge(graph, index)) return false;
  const end = touched.start[index + 1] as number;
  for (let k = touched.start[index] as number; k < end; k++) {
    const path = touched.paths[touched.files[k] as number] as string;
    if (compiled.has(path) || isBuildInput(path)) return false;
  }
  return true;
}

/**
 * Whether a build may depend on `path`, a file of the tree, though no command names it: everything that is
 * no source of a compiler and no documentation, such as Kconfig files, Makefiles, scripts, tables that
 * headers are made from, and all of `scripts/` and `tools/`.
 */
export function isBuildInput(path: string): boolean {
  if (neverBuilt.test(path)) return false;
  return path.startsWith("scripts/") || path.startsWith("tools/") || !compiled.test(path);
}

/** Whether `path` is for people and for tools of theirs, and no build of the kernel reads it. */
export function isForPeople(path: string): boolean {
  return neverBuilt.test(path);
}

/** What compilers read is in the dependencies of every object that it matters to. */
const compiled = /\.(?:[chSs]|rs|dtsi?|dtso)$/;
/** What is for people and tools of theirs; programs that are built by themselves, if at all. */
const neverBuilt =
  /^(?:Documentation\/|LICENSES\/|tools\/(?:testing|perf)\/|(?:COPYING|CREDITS|MAINTAINERS|README|\.mailmap|\.clang-format|\.cocciconfig|\.get_maintainer\.ignore)$)|(?:^|\/)\.git(?:ignore|attributes)$|\.rst$/;
