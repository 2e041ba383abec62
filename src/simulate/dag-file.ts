import { Failure } from "../failure/failure.ts";
import type { CommitGraph } from "../history/graph.ts";
import type { TouchedFiles } from "../history/graph-touched.ts";

/** A history to simulate bisections in. */
export interface SimulatedHistory {
  readonly name: string;
  readonly graph: CommitGraph;
  /** Null where nothing is known of files: then there is no prior. */
  readonly touched: TouchedFiles | null;
}

const format = "bisect-dag-1";
const hashBytes = 20;

/**
 * Reads a commit graph in the form `bisect-dag-1`: lines of JSON, a header `{format, name, paths}`, then
 * `[index, hash, [parents], [files], time]` for each commit, parents first. Row 0 is the clean end and
 * stands for all that is older: it becomes the one commit outside of the graph, or none where it has no
 * hash and nothing is older.
 *
 * Throws `graph-damaged`, with the line, for anything else. Linear in the text.
 */
export function readDagFile(text: string): SimulatedHistory {
  const lines = text.split("\n");
  const { name, paths } = readHeader(lines[0] ?? "");
  const rows = lines.slice(1).filter((line) => line !== "");
  const count = rows.length - 1;
  if (count < 1) throw damaged(1, "there are no commits");
  const hashes = new Uint8Array(count * hashBytes);
  const times = new Float64Array(count);
  const parentStart = new Uint32Array(count + 1);
  const fileStart = new Uint32Array(count + 1);
  const parents: number[] = [];
  const files: number[] = [];
  let clean: string | null = null;
  rows.forEach((line, row) => {
    const commit = readRow(line, row, paths.length);
    if (row === 0) {
      clean = commit.hash;
      return;
    }
    Buffer.from(commit.hash ?? "", "hex").copy(hashes, (row - 1) * hashBytes);
    times[row - 1] = commit.time;
    // Row 0 is outside: as a parent it is -1, the first outside commit.
    for (const parent of commit.parents) {
      if (parent > 0 || clean !== null) parents.push(parent - 1);
    }
    for (const file of commit.files) files.push(file);
    parentStart[row] = parents.length;
    fileStart[row] = files.length;
  });
  return {
    name,
    graph: {
      count,
      hashBytes,
      hashes,
      times,
      parentStart,
      parents: Int32Array.from(parents),
      outside: clean === null ? [] : [clean],
    },
    touched: { paths, start: fileStart, files: Int32Array.from(files) },
  };
}

function readHeader(line: string): { name: string; paths: string[] } {
  const header = readJson(line, 1);
  if (typeof header !== "object" || header === null || !("format" in header)) {
    throw damaged(1, `a header with "format": "${format}" was expected`);
  }
  if (header.format !== format) throw damaged(1, `its format is not ${format}`);
  const paths = "paths" in header ? header.paths : null;
  if (!Array.isArray(paths) || !paths.every((path) => typeof path === "string")) {
    throw damaged(1, "a list of paths was expected");
  }
  return { name: "name" in header ? String(header.name) : "", paths };
}

function readRow(line: string, row: number, paths: number) {
  const value = readJson(line, row + 2);
  const fail = (what: string) => damaged(row + 2, what);
  if (!Array.isArray(value)) throw fail("a commit was expected");
  const [index, hash, parents, files, time] = value as unknown[];
  if (index !== row) throw fail(`commit ${row} was expected`);
  if (!isHash(hash) && !(row === 0 && hash === null)) throw fail("a hash was expected");
  if (!areWhole(parents, row)) throw fail("its parents must be earlier commits");
  if (!areWhole(files, paths)) throw fail("its files must be places in the list of paths");
  if (typeof time !== "number") throw fail("a time was expected");
  if (row > 0 && parents.length === 0) throw fail("only the first commit has no parents");
  return { hash, parents, files, time };
}

function isHash(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{40}$/.test(value);
}

function areWhole(list: unknown, below: number): list is number[] {
  return (
    Array.isArray(list) && list.every((one) => Number.isInteger(one) && one >= 0 && one < below)
  );
}

function readJson(line: string, at: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw damaged(at, `this is no JSON: ${(error as Error).message}`);
  }
}

function damaged(line: number, problem: string): Failure {
  return new Failure("graph-damaged", `the commit graph is damaged at line ${line}: ${problem}`, {
    facts: { line, problem },
    hint: `give a graph in the form ${format}, or what git rev-list --topo-order --reverse --parents --timestamp prints`,
  });
}
