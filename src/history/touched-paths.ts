import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askGit } from "./git.ts";
import type { CommitGraph } from "./graph.ts";
import { hashOf } from "./graph-hashes.ts";
import type { TouchedPaths } from "./graph-paths.ts";
import { parseTouchedPaths } from "./graph-paths-text.ts";
import { isMerge } from "./graph-walk.ts";
import type { Abortable, Repository } from "./repository.ts";

/** Bytes of the list that are taken: six times what all of Linux, 1.3 million commits, takes. */
const mostBytes = 2 ** 30;

/**
 * Files added and removed by one commit among which git looks for renames that also change the file;
 * git's own bound. Renames that change nothing are found beyond it.
 */
const renameLimit = 1000;

/**
 * Which paths each commit of `graph` touches, and the text that git told it with, which
 * `parseTouchedPaths` reads back.
 *
 * One process compares each commit with its parent, a root commit with the empty tree; merges are not
 * looked at. Costs what `git log --name-only` takes. Nothing of the repository's attributes or
 * configuration is run. Throws `git-failed` (a tree that is not there, or more than a gibibyte of paths),
 * `interrupted`, or `graph-damaged` where git does not tell about a commit, such as one that is not there.
 */
export async function loadTouchedPaths(
  repository: Repository,
  graph: CommitGraph,
  options: Abortable = {},
): Promise<{ readonly touched: TouchedPaths; readonly text: Buffer }> {
  const folder = await mkdtemp(join(tmpdir(), "firstbad-paths-"));
  try {
    const path = join(folder, "paths");
    await askGit({
      gitDir: repository.gitDir,
      cwd: repository.gitDir,
      args: [
        ...["diff-tree", "--stdin", "--always", "-r", "--root", "--name-status", "-z"],
        ...["-M", `-l${renameLimit}`, "--no-ext-diff", "--no-textconv"],
      ],
      stdin: commitsToAsk(graph),
      stdout: { kind: "file", path },
      fileBytes: mostBytes,
      what: "list the paths that the commits touch",
      signal: options.signal,
    });
    const text = await readFile(path);
    return { touched: parseTouchedPaths(text, graph), text };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** All commits but merges, in the graph's order. */
function commitsToAsk(graph: CommitGraph): string {
  const lines: string[] = [];
  for (let i = 0; i < graph.count; i++) {
    if (!isMerge(graph, i)) lines.push(`${hashOf(graph, i)}\n`);
  }
  return lines.join("");
}
