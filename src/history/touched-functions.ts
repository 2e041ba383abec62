import { FunctionLines } from "./c-functions.ts";
import { askGit } from "./git.ts";
import type { CommitGraph } from "./graph.ts";
import { hashOf } from "./graph-hashes.ts";
import { commitsTouching, namesOfPath, pathIndexOf, type TouchedPaths } from "./graph-paths.ts";
import { type ViewOfObjects, withObjectsOnly } from "./object-view.ts";
import type { Abortable, Repository } from "./repository.ts";

/** Commits that are looked at; `kernel/sched/core.c` was touched by 2,300 in seventeen years. */
const mostCommits = 4000;
/** Commits that git is asked about at once. */
const atOnce = 256;
/** Bytes of their patches that are kept. A patch shows the whole of each function that it changes. */
const mostBytes = 32 << 20;
/** Bytes of patches that are read for one file. */
const mostBytesInAll = 512 << 20;

/**
 * Which functions of the file `path` each commit of the graph changed, by the commit's index; names as a
 * stack shows them, in the order of the file, each once. The file is followed through its names.
 *
 * A commit changed a function where a line that it added or removed lies inside of it, its head included;
 * also variables with an initialiser, types and macros count. An empty list: it changed only what lies
 * between. A commit that is missing is not known: a merge, one beyond the newest 4,000 that touch the
 * file, one whose patch exceeds 32 MiB, the oldest where all patches exceed 512 MiB, and every commit where
 * `path` is no C (`.c`, `.h`) or a name of it no UTF-8.
 *
 * A process for each 256 commits; memory is bounded. Nothing that the repository's attributes or
 * configuration name is run or obeyed. Throws `git-failed` or `interrupted`.
 */
export async function loadTouchedFunctions(
  repository: Repository,
  graph: CommitGraph,
  touched: TouchedPaths,
  path: string,
  options: Abortable & {
    /** Is told after each 256 commits how many of how many were looked at. */
    readonly onProgress?: (done: number, of: number) => void;
  } = {},
): Promise<Map<number, readonly string[]>> {
  const functions = new Map<number, readonly string[]>();
  if (!/\.[ch]$/.test(path)) return functions;
  const names = namesOfPath(touched, path);
  // Not the name's own bytes: git would find nothing under it.
  if (names.some((name) => name.includes("\ufffd"))) return functions;
  const commits = new Set<number>();
  for (const name of names) {
    for (const commit of commitsTouching(touched, pathIndexOf(touched, name))) commits.add(commit);
  }
  const newest = [...commits].sort((a, b) => b - a).slice(0, mostCommits);
  // Git's rules for C tell functions from labels; `-W` goes by them.
  await withObjectsOnly(
    repository,
    "* diff=cpp\n",
    async (view) => {
      const asked = { graph, names, view, functions, bytesLeft: mostBytesInAll };
      for (let from = 0; from < newest.length; from += atOnce) {
        await askAbout(newest.slice(from, from + atOnce), asked);
        options.onProgress?.(Math.min(newest.length, from + atOnce), newest.length);
      }
    },
    options,
  );
  return functions;
}

interface Asked {
  readonly graph: CommitGraph;
  readonly names: readonly string[];
  readonly view: ViewOfObjects;
  /** The answers so far. */
  readonly functions: Map<number, readonly string[]>;
  /** Of {@link mostBytesInAll}. */
  bytesLeft: number;
}

async function askAbout(commits: readonly number[], asked: Asked): Promise<void> {
  if (asked.bytesLeft <= 0) return;
  const byHash = new Map(commits.map((commit) => [hashOf(asked.graph, commit), commit]));
  const { stdout, truncated } = await askGit({
    ...asked.view,
    args: [
      ...["diff-tree", "--stdin", "--always", "--root", "-r", "-p", "-W", "-M"],
      ...["--no-ext-diff", "--no-textconv", "--no-color", "--", ...asked.names],
    ],
    stdin: [...byHash.keys(), ""].join("\n"),
    stdout: { kind: "capture", limit: mostBytes },
    what: "tell which functions the commits change",
  });
  asked.bytesLeft -= stdout.length;
  if (!truncated) {
    for (const [hash, names] of functionsIn(stdout)) {
      const commit = byHash.get(hash);
      if (commit !== undefined) asked.functions.set(commit, names);
    }
  } else if (commits.length > 1) {
    const half = commits.length >> 1;
    await askAbout(commits.slice(0, half), asked);
    await askAbout(commits.slice(half), asked);
  }
}

/** The functions that each commit of a patch changes, by its hash. */
function functionsIn(patch: Buffer): Map<string, string[]> {
  const byHash = new Map<string, string[]>();
  let names = new Set<string>();
  let hash: string | null = null;
  let hunk: Hunk | null = null;
  const finish = () => hash !== null && byHash.set(hash, [...names]);
  for (const line of linesOf(patch)) {
    if (hunk !== null && !hunk.isOver) {
      const name = hunk.next(line);
      if (name !== null) names.add(name);
    } else if (line.startsWith("@@ ")) {
      hunk = hunkOf(line);
    } else if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(line)) {
      finish();
      [hash, names, hunk] = [line, new Set(), null];
    }
  }
  finish();
  return byHash;
}

function* linesOf(text: Buffer): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf(0x0a, at);
    const end = found < 0 ? text.length : found;
    yield text.toString("latin1", at, end);
    at = end + 1;
  }
}

function hunkOf(head: string): Hunk | null {
  const match = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@ ?/.exec(head);
  if (match === null) return null;
  return new Hunk(Number(match[1] ?? 1), Number(match[2] ?? 1), head.slice(match[0].length));
}

/** The lines of a hunk, each side with functions of its own. */
class Hunk {
  #oldLeft: number;
  #newLeft: number;
  readonly #old: FunctionLines;
  readonly #new: FunctionLines;

  constructor(oldLines: number, newLines: number, above: string) {
    [this.#oldLeft, this.#newLeft] = [oldLines, newLines];
    [this.#old, this.#new] = [new FunctionLines(above), new FunctionLines(above)];
  }

  get isOver(): boolean {
    return this.#oldLeft <= 0 && this.#newLeft <= 0;
  }

  /** The function that the next line changes, or null where it changes none. */
  next(line: string): string | null {
    const text = line.slice(1);
    switch (line.charAt(0)) {
      case "-":
        this.#oldLeft -= 1;
        return this.#old.next(text);
      case "+":
        this.#newLeft -= 1;
        return this.#new.next(text);
      case "\\":
        return null;
      default:
        this.#oldLeft -= 1;
        this.#newLeft -= 1;
        this.#old.next(text);
        this.#new.next(text);
        return null;
    }
  }
}
