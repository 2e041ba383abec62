import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { beliefAfter, suspicionAfter } from "../../src/bisection/suspicion.ts";
import { hashOf } from "../../src/history/graph-hashes.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { suspectsIn } from "../../src/report/suspect-count.ts";
import { beliefColumns, evenWeights } from "../../src/view/belief-columns.ts";
import { laneCommits } from "../../src/view/lanes.ts";
import { beginStory, goOn } from "../bisection/drive-story.ts";
import { longHistory, longKernels } from "../bisection/long-history.ts";
import { graphOf } from "../search/adaptive/graph-of.ts";

describe("the columns of a belief", () => {
  test("have sums and the likeliest commit, one a commit where there is room", () => {
    const weights = Float64Array.from([0.1, 0.2, 0.05, 0.05, 0.5]);
    expect(beliefColumns(weights, { from: 0, to: 5, wanted: 2 })).toEqual({
      from: 0,
      to: 5,
      columns: [0.1 + 0.2 + 0.05, 0.55],
      best: [1, 4],
    });
    expect(beliefColumns(weights, { from: 3, to: 99, wanted: 100 })).toMatchObject({
      ...{ from: 3, to: 5 },
      columns: [0.05, 0.5],
    });
  });

  it("are none of nothing, whatever is asked for", () => {
    const wanted = Number.NaN;
    expect(beliefColumns(new Float64Array(), { from: 0, to: 0, wanted }).columns).toEqual([]);
    expect(beliefColumns(new Float64Array([1]), { from: 0, to: 1, wanted }).columns).toEqual([1]);
  });

  it("keep the whole belief, whatever is asked for", () => {
    const weights = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 300 });
    const place = fc.oneof(fc.integer(), fc.double());
    fc.assert(
      fc.property(weights, place, place, place, (all, from, to, wanted) => {
        const whole = Float64Array.from(all);
        const made = beliefColumns(whole, { from, to, wanted });
        const inside = all.slice(made.from, made.to);
        const sum = (some: readonly number[]) => some.reduce((total, one) => total + one, 0);
        expect(sum(made.columns)).toBeCloseTo(sum(inside), 9);
        expect(made.columns.length).toBeLessThanOrEqual(Math.max(0, inside.length));
        for (const at of made.best) expect(at >= made.from && at < made.to).toBe(true);
      }),
    );
  });

  test("are those of the search itself", async () => {
    const story = {
      history: longHistory,
      crashes: "n119",
      clean: "n0",
      policy: "adaptive",
      script: longKernels("n63"),
    };
    const folder = await beginStory(story);
    await goOn(story, folder);
    const events = await readFileJournal(folder);
    const belief = await beliefAfter(folder, events);
    const suspicion = await suspicionAfter(folder, events, 3);
    const at = belief!.weights.indexOf(Math.max(...belief!.weights));
    expect(hashOf(belief!.graph, at)).toBe(longHistory.hash("n63"));
    expect(belief!.weights[at]).toBe(suspicion!.suspects[0]!.probability);
    // The rest lies outside of the graph.
    const inside = belief!.weights.reduce((sum, one) => sum + one, 0);
    expect(inside).toBeGreaterThan(0.999);
    expect(inside).toBeLessThan(1);
  });

  test("are even over the suspects where nobody reckons", () => {
    const graph = graphOf([[-1], [0], [1], [2], [3]]);
    const hash = (n: number) => hashOf(graph, n);
    const suspects = suspectsIn(
      graph,
      4,
      new Map([
        [hash(1), "before"],
        [hash(3), "after"],
      ]),
    );
    expect([...evenWeights(suspects)]).toEqual([0, 0, 0.5, 0.5, 0]);
  });
});

describe("commits in lanes", () => {
  test("keep first parents in their lane, and give a lane back", () => {
    // 0 ← 1 ← 3 (merges 2) ← 4, with 2 on 0.
    const graph = graphOf([[-1], [0], [0], [1, 2], [3]]);
    const rows = laneCommits(graph, { from: 0, to: 5 });
    expect(rows.map(({ at, lane, to }) => [at, lane, to])).toEqual([
      [4, 0, [0]],
      [3, 0, [0, 1]],
      [2, 1, [1]],
      [1, 0, [1]],
      [0, 1, [1]],
    ]);
    expect(rows[1]?.parents).toEqual([1, 2]);
    expect(rows.at(-1)?.parents).toEqual([graph.outside[0]]);
  });

  it("are each in a lane that leads to them, and at most 400", () => {
    const parents = fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 600,
      size: "max",
    });
    fc.assert(
      fc.property(parents, fc.nat(), fc.nat(), (made, from, to) => {
        const graph = graphOf(
          made.map((some, at) => (at === 0 ? [-1] : [...new Set(some.map((one) => one % at))])),
        );
        const rows = laneCommits(graph, { from: from % 700, to: to % 700 });
        expect(rows.length).toBeGreaterThan(0);
        expect(rows.length).toBeLessThanOrEqual(400);
        const placeOf = new Map(rows.map((row) => [row.at, row]));
        for (const row of rows) {
          for (const [n, parent] of row.parents.entries()) {
            const there = typeof parent === "number" ? placeOf.get(parent) : undefined;
            if (there !== undefined) expect(there.lane).toBe(row.to[n]);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});
