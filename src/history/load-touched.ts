import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../failure/failure.ts";
import { askGit } from "./git.ts";
import type { CommitGraph } from "./graph.ts";
import { indexOf } from "./graph-hashes.ts";
import type { TouchedFiles } from "./graph-touched.ts";
import type { GraphRange } from "./load-graph.ts";
import type { Abortable, Repository } from "./repository.ts";

/** Before each commit's hash; what follows a hash or a path is NUL. */
const commitMark = 0x01;

/**
 * Which files each commit of `graph`, loaded for the same range, changes. A file that is renamed within
 * the range is one file, under its newest name, so that what is known of it is known of its older names
 * too. Merges change none.
 *
 * Costs one `git log --name-status`: about a second for 1,000 commits of a large tree.
 * Throws `git-failed`, `interrupted`, or `graph-damaged` where git does not answer as it should.
 */
export async function loadTouched(
  repository: Repository,
  range: GraphRange,
  graph: CommitGraph,
  options: Abortable = {},
): Promise<TouchedFiles> {
  const folder = await mkdtemp(join(tmpdir(), "firstbad-touched-"));
  try {
    const path = join(folder, "touched");
    await askGit({
      gitDir: repository.gitDir,
      cwd: repository.gitDir,
      args: [
        "log",
        "--no-merges",
        "--format=tformat:%x01%H",
        "--name-status",
        "-z",
        "-M",
        "-l400",
        "--topo-order",
        "--stdin",
      ],
      stdin: [range.tip, ...range.exclude.map((hash) => `^${hash}`), ""].join("\n"),
      stdout: { kind: "file", path },
      what: `list the files that commits up to ${range.tip} change`,
      signal: options.signal,
    });
    return readTouched(await readFile(path), graph);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads what git printed, the newest commit first: so the newest name of a file is the first that is met. */
function readTouched(text: Buffer, graph: CommitGraph): TouchedFiles {
  const paths: string[] = [];
  const places = new Map<string, number>();
  const placeOf = (path: string): number => {
    const known = places.get(path);
    if (known !== undefined) return known;
    places.set(path, paths.length);
    return paths.push(path) - 1;
  };
  const filesOf = new Map<number, number[]>();
  let files: number[] = [];
  const words = new Words(text);
  while (!words.done) {
    const word = words.next();
    if (word.charCodeAt(0) === commitMark) {
      const commit = indexOf(graph, word.slice(1));
      if (commit < 0) throw damaged(`a commit that is not in the graph: ${word.slice(1)}`);
      files = [];
      filesOf.set(commit, files);
      continue;
    }
    // The first status of a commit follows a line end.
    const status = word.startsWith("\n") ? word.slice(1) : word;
    const path = words.next();
    if (!/^[A-Z]\d*$/.test(status)) throw damaged(`an unknown status: ${JSON.stringify(status)}`);
    if (status.startsWith("R") || status.startsWith("C")) {
      const newest = placeOf(words.next());
      // An older commit that changes the old name changes the same file.
      if (status.startsWith("R") && !places.has(path)) places.set(path, newest);
      files.push(newest);
    } else {
      files.push(placeOf(path));
    }
  }
  return inOrder(paths, filesOf, graph.count);
}

function inOrder(
  paths: readonly string[],
  filesOf: ReadonlyMap<number, readonly number[]>,
  count: number,
): TouchedFiles {
  const start = new Uint32Array(count + 1);
  const files: number[] = [];
  for (let i = 0; i < count; i++) {
    start[i] = files.length;
    for (const file of new Set(filesOf.get(i))) files.push(file);
  }
  start[count] = files.length;
  return { paths, start, files: Int32Array.from(files) };
}

/** Words of a buffer, each ended by NUL. */
class Words {
  readonly #text: Buffer;
  #at = 0;

  constructor(text: Buffer) {
    this.#text = text;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  next(): string {
    const end = this.#text.indexOf(0, this.#at);
    if (end < 0) throw damaged("its end is missing");
    const word = this.#text.toString("utf8", this.#at, end);
    this.#at = end + 1;
    return word;
  }
}

function damaged(problem: string): Failure {
  return new Failure("graph-damaged", `git's list of changed files cannot be read: ${problem}`, {
    facts: { problem },
    hint: "run git fsck in the repository, then begin again",
  });
}
