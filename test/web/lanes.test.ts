import { expect, test } from "vitest";
import type { LaneCommit } from "../../web/api/types.ts";
import { lanesOf, linePath } from "../../web/strip/lanes.ts";

function commit(at: number, ...parents: (number | string)[]): LaneCommit {
  return { at, hash: `h${at}`, parents, subject: "", author: "", belief: 0, verdict: null };
}

const placed = (commits: readonly LaneCommit[]) =>
  lanesOf(commits).rows.map(({ commit: { at }, lane }) => [at, lane]);

test("a line of history stays in one lane, the newest on top", () => {
  const { rows, lines, width } = lanesOf([commit(0, "older"), commit(1, 0), commit(2, 1)]);
  expect(rows.map(({ commit: { at }, row, lane }) => [at, row, lane])).toEqual([
    [2, 0, 0],
    [1, 1, 0],
    [0, 2, 0],
  ]);
  expect(lines.at(-1)).toEqual({ from: { row: 2, lane: 0 }, via: 0, to: null });
  expect(width).toBe(1);
});

test("a merged branch has a lane beside, which is free again below where it began", () => {
  //  4 merges 3 (on 2, on 0) into 1 (on 0)
  const commits = [commit(0), commit(1, 0), commit(2, 0), commit(3, 2), commit(4, 1, 3)];
  expect(placed(commits)).toEqual([
    [4, 0],
    [3, 1],
    [2, 1],
    [1, 0],
    [0, 0],
  ]);
});

test("many merges one after the other do not drift aside", () => {
  const commits = [commit(0)];
  for (let n = 0; n < 60; n += 3) {
    commits.push(commit(n + 1, n), commit(n + 2, n), commit(n + 3, n + 1, n + 2));
  }
  expect(lanesOf(commits).width).toBe(2);
});

test("more branches at once than there are lanes share the last", () => {
  const tips = Array.from({ length: 60 }, (_, n) => commit(n + 1, 0));
  const { rows, width } = lanesOf([commit(0), ...tips]);
  expect(width).toBeLessThanOrEqual(16);
  expect(Math.max(...rows.map(({ lane }) => lane))).toBeLessThan(16);
});

test("a line leaves its commit, follows its lane and comes to the parent", () => {
  const from = { row: 0, lane: 0 };
  expect(linePath({ from, via: 1, to: { row: 4, lane: 0 } }, 10, 20)).toBe(
    "M5 10C5 20 15 20 15 30V70C15 80 5 80 5 90",
  );
  expect(linePath({ from, via: 0, to: { row: 1, lane: 0 } }, 10, 20)).toBe("M5 10V30");
  expect(linePath({ from, via: 0, to: null }, 10, 20)).toBe("M5 10v12");
});
