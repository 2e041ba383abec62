import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askGit } from "./git.ts";
import type { CommitGraph } from "./graph.ts";
import { parseGraph } from "./graph-text.ts";
import { partOfGraph } from "./part-of-graph.ts";
import type { Abortable, Repository } from "./repository.ts";

/** Which commits: full hashes. */
export interface GraphRange {
  readonly tip: string;
  /** The graph has no commit that one of these contains. */
  readonly exclude: readonly string[];
  /** Only what is reached from `tip` over first parents. */
  readonly firstParent?: boolean;
  /** Only commits that change one of these files or folders; absent or empty: all. */
  readonly paths?: readonly string[];
}

/**
 * The commits of `tip` that none of `exclude` contains, and the text that git described them with,
 * which `parseGraph` reads back.
 *
 * Of a part of history the parents are those in that part: the first one alone, or the nearest
 * commits before that change one of the paths; `tip` itself is always in the graph.
 *
 * Costs what git takes to list them: git writes into a temporary file, which takes it less time than a
 * pipe to a busy reader, and the text is parsed in one pass over its bytes.
 * Throws `git-failed` (a hash that is not there among it), `interrupted`, or `graph-damaged` where a
 * broken repository lists a child before its parent; `path-matches-nothing` where no commit of the
 * range changes any of the paths.
 */
export async function loadGraph(
  repository: Repository,
  range: GraphRange,
  options: Abortable = {},
): Promise<{ readonly graph: CommitGraph; readonly text: Buffer }> {
  const { paths = [] } = range;
  const folder = await mkdtemp(join(tmpdir(), "firstbad-graph-"));
  try {
    const path = join(folder, "graph");
    await askGit({
      gitDir: repository.gitDir,
      cwd: repository.gitDir,
      args: [
        ...["rev-list", "--topo-order", "--reverse", "--parents", "--timestamp"],
        ...(range.firstParent ? ["--first-parent"] : []),
        "--stdin",
      ],
      stdin: [
        ...[range.tip, ...range.exclude.map((hash) => `^${hash}`)],
        ...(paths.length > 0 ? ["--", ...paths] : []),
        "",
      ].join("\n"),
      stdout: { kind: "file", path },
      what: `list the commits up to ${range.tip}`,
      signal: options.signal,
    });
    const listed = await readFile(path);
    const text =
      range.firstParent || paths.length > 0
        ? await partOfGraph(repository, range, listed, options)
        : listed;
    return { graph: parseGraph(text), text };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
