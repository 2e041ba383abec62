import { Failure } from "../failure/failure.ts";
import type { CommitGraph } from "./graph.ts";
import { hashOf } from "./graph-hashes.ts";
import type { Rename, TouchedPaths } from "./graph-paths.ts";
import { isMerge } from "./graph-walk.ts";

/**
 * What the commits of `graph` touch, as `text` tells it: what `git diff-tree --stdin --always -r
 * --name-status -z` prints for all commits but merges, in the graph's order: `HASH NUL`, and for each
 * path `STATUS NUL PATH NUL`, for a rename or a copy `STATUS NUL FROM NUL TO NUL`. It is also the form
 * in which a bisection's folder keeps it.
 *
 * Linear in the length of the text and the size of the graph, in time and memory. Throws
 * `graph-damaged`, with the byte's number, for anything else: a commit that is missing, or of another
 * graph.
 */
export function parseTouchedPaths(text: Buffer, graph: CommitGraph): TouchedPaths {
  const hexLength = graph.hashBytes * 2;
  const start = new Uint32Array(graph.count + 1);
  // The least that two paths can take: `R NUL A NUL B NUL`.
  const files = new Int32Array(Math.floor(text.length / 3) + 1);
  const renames: Rename[] = [];
  const paths = new PathTable();
  let entries = 0;
  let commit = -1;
  let at = 0;

  /** The end of the token that begins at `at`. */
  const endOfToken = (): number => {
    const end = text.indexOf(0, at);
    if (end < 0) throw damaged(at, "it is cut off");
    if (end === at) throw damaged(at, "something is empty");
    return end;
  };
  const readPath = (): number => {
    const end = endOfToken();
    const path = paths.add(text, at, end);
    at = end + 1;
    return path;
  };
  const touch = (path: number): void => {
    if (paths.lastCommit[path] === commit) return;
    paths.lastCommit[path] = commit;
    files[entries++] = path;
  };

  while (at < text.length) {
    const end = endOfToken();
    if (end - at === hexLength) {
      const next = nextToTell(graph, commit);
      if (next === graph.count || text.toString("latin1", at, end) !== hashOf(graph, next)) {
        throw damaged(at, "it is not the next commit of the graph");
      }
      start.fill(entries, commit + 1, next + 1);
      commit = next;
      at = end + 1;
      continue;
    }
    if (commit < 0) throw damaged(at, "a commit hash was expected");
    const status = text[at] as number;
    if (end - at > longestStatus) throw damaged(at, "a status was expected");
    at = end + 1;
    switch (status) {
      case letter("A"):
      case letter("D"):
      case letter("M"):
      case letter("T"):
        touch(readPath());
        break;
      case letter("R"):
      case letter("C"): {
        const from = readPath();
        const to = readPath();
        if (status === letter("R")) touch(from);
        touch(to);
        renames.push({ commit, from, to });
        break;
      }
      default:
        throw damaged(at, "a status was expected");
    }
  }
  if (nextToTell(graph, commit) < graph.count) throw damaged(at, "commits are missing");
  start.fill(entries, commit + 1);
  return {
    count: graph.count,
    paths: paths.names,
    start,
    files: files.slice(0, entries),
    renames,
  };
}

/** `R100`. */
const longestStatus = 4;

function letter(status: string): number {
  return status.charCodeAt(0);
}

/** The first commit after `commit` that is no merge; the graph's count where there is none. */
function nextToTell(graph: CommitGraph, commit: number): number {
  let next = commit + 1;
  while (next < graph.count && isMerge(graph, next)) next += 1;
  return next;
}

/** Paths by their bytes, numbered from 0. */
class PathTable {
  readonly names: string[] = [];
  /** The commit that touched a path last. */
  readonly lastCommit: number[] = [];
  readonly #ids = new Map<string, number>();

  add(text: Buffer, start: number, end: number): number {
    // One character a byte, so that paths that are no UTF-8 stay apart.
    const key = text.toString("latin1", start, end);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.names.length;
    this.#ids.set(key, id);
    this.names.push(text.toString("utf8", start, end));
    this.lastCommit.push(-1);
    return id;
  }
}

function damaged(at: number, problem: string): Failure {
  return new Failure(
    "graph-damaged",
    `the list of touched paths is damaged at byte ${at}: ${problem}`,
    {
      facts: { byte: at, problem },
      hint: "the file was changed or cut; start the bisection again so that git lists the paths anew",
    },
  );
}
