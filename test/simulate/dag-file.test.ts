import { describe, expect, it } from "vitest";
import { hashOf } from "../../src/history/graph-hashes.ts";
import { readDagFile } from "../../src/simulate/dag-file.ts";

const hash = (digit: number) => `${digit}`.repeat(40);
const header = { format: "bisect-dag-1", name: "small", paths: ["a.c", "b.c"] };
const rows = [
  [0, hash(9), [], [], 5],
  [1, hash(1), [0], [0], 6],
  [2, hash(2), [0], [1], 7],
  [3, hash(3), [1, 2], [], 8],
];

const text = (lines: readonly unknown[]) =>
  lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join("");

describe("readDagFile", () => {
  it("reads a graph and its files; the first row is the clean end", () => {
    const { name, graph, touched } = readDagFile(text([header, ...rows]));
    expect([name, graph.count, graph.outside]).toEqual(["small", 3, [hash(9)]]);
    expect([0, 1, 2].map((i) => hashOf(graph, i))).toEqual([hash(1), hash(2), hash(3)]);
    expect([[...graph.parents], [...graph.parentStart]]).toEqual([
      [-1, -1, 0, 1],
      [0, 1, 2, 4],
    ]);
    expect(touched).toEqual({
      paths: ["a.c", "b.c"],
      start: Uint32Array.from([0, 1, 2, 2]),
      files: Int32Array.from([0, 1]),
    });
  });

  it("has nothing outside where the first row has no hash: all of a history", () => {
    const { graph } = readDagFile(text([header, [0, null, [], [], 0], ...rows.slice(1)]));
    expect([graph.outside, [...graph.parents]]).toEqual([[], [0, 1]]);
  });

  it.each([
    ["nothing", [], 1, /no JSON/],
    ["another format", [{ ...header, format: "bisect-dag-2" }, ...rows], 1, /format is not/],
    ["no paths", [{ ...header, paths: "a.c" }, ...rows], 1, /list of paths/],
    ["no commits", [header, rows[0]], 1, /no commits/],
    ["no JSON", [header, rows[0], "{"], 3, /no JSON/],
    ["another index", [header, rows[0], rows[2]], 3, /commit 1 was expected/],
    ["no hash", [header, rows[0], [1, "abc", [0], [], 1]], 3, /hash/],
    ["a later parent", [header, rows[0], [1, hash(1), [1], [], 1]], 3, /earlier commits/],
    ["no parents", [header, rows[0], [1, hash(1), [], [], 1]], 3, /no parents/],
    ["an unknown file", [header, rows[0], [1, hash(1), [0], [2], 1]], 3, /list of paths/],
    ["no time", [header, rows[0], [1, hash(1), [0], [], "1"]], 3, /time/],
  ])("refuses %s", (_, lines, line, problem) => {
    let failure: unknown;
    try {
      readDagFile(text(lines));
    } catch (error) {
      failure = error;
    }
    expect(failure).toMatchObject({
      code: "graph-damaged",
      message: expect.stringMatching(problem),
      facts: { line },
    });
  });
});
