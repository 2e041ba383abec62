import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  barsOf,
  beliefBetween,
  bestAt,
  byRelease,
  grain,
  leastSuspected,
  levelOf,
  topOf,
} from "../../web/strip/columns.ts";
import { apart, fitting } from "../../web/strip/names.ts";
import { all, moved, towards, zoomed } from "../../web/strip/window.ts";

describe("sums of belief", () => {
  const level = levelOf({ from: 0, to: 40 }, [0.1, 0.2, 0.3, 0.4], [3, 13, 27, 38]);

  test("of whole columns and of parts of them", () => {
    expect(beliefBetween(level, 0, 40)).toBeCloseTo(1);
    expect(beliefBetween(level, 10, 30)).toBeCloseTo(0.5);
    expect(beliefBetween(level, 15, 20)).toBeCloseTo(0.1);
    expect(beliefBetween(level, -50, 5)).toBeCloseTo(0.05);
    expect(beliefBetween(level, 60, 70)).toBe(0);
    expect(grain(level)).toBe(10);
  });

  test("the likeliest commit of the column at a place", () => {
    expect(bestAt(level, 12.5)).toBe(13);
    expect(bestAt(level, 40)).toBe(null);
    expect(bestAt(level, -1)).toBe(null);
  });

  test("bars hold all of the belief in view, however it is cut into pixels", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const columns = fc.array(share, { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(columns, fc.integer({ min: 1, max: 900 }), (shares, width) => {
        const commits = shares.length * 7;
        const made = levelOf({ from: 0, to: commits }, shares, []);
        const { heights } = barsOf(made, all(commits), width);
        const sum = shares.reduce((a, b) => a + b, 0);
        expect(heights.reduce((a, b) => a + b, 0)).toBeCloseTo(sum, 6);
        expect(Math.min(...heights)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test("a commit that is wider than a pixel is one bar, at its own place", () => {
    const made = levelOf({ from: 0, to: 10 }, [0, 0, 1, 0, 0, 0, 0, 0, 0, 0], []);
    const bars = barsOf(made, { from: 1.5, to: 4.5 }, 300);
    expect(bars).toMatchObject({ step: 1, from: 1 });
    expect([...bars.heights]).toEqual([0, 1, 0, 0]);
  });

  test("the memory of the last picture is used again", () => {
    const first = barsOf(level, all(40), 20).heights;
    expect(barsOf(level, all(40), 20, first).heights).toBe(first);
    expect(barsOf(level, all(40), 21, first).heights).not.toBe(first);
  });

  test.each([
    [[0.031, 0.012], 0.05],
    [[0.05], 0.05],
    [[0.0011], 0.002],
    [[0.7], 1],
    [[], 1],
    [[0, 0], 1],
  ])("the top of the axis over %j is %d", (heights, top) => {
    expect(topOf(Float64Array.from(heights))).toBeCloseTo(top, 9);
  });

  test("what is suspected has all but a hundredth of the belief", () => {
    const sharp = levelOf({ from: 0, to: 40 }, [0.003, 0.992, 0.003, 0.002], []);
    expect(leastSuspected(sharp)).toBeCloseTo(0.0992);
    const even = levelOf({ from: 0, to: 4 }, [0.25, 0.25, 0.25, 0.25], []);
    expect(leastSuspected(even)).toBeCloseTo(0.25);
    expect(leastSuspected(levelOf({ from: 0, to: 4 }, [0, 0], []))).toBe(0);
  });

  test("by release, the most first, the ends named", () => {
    const releases = [
      { tag: "v2", at: 20 },
      { tag: "v1", at: 0 },
      { tag: "v3", at: 30 },
    ];
    const stretches = byRelease(level, releases, { from: "v1", to: "master" }, 2);
    expect(stretches).toEqual([
      { from: "v3", to: "master", commits: 10, belief: expect.closeTo(0.4) },
      { from: "v1", to: "v2", commits: 20, belief: expect.closeTo(0.3) },
    ]);
  });
});

describe("what is seen", () => {
  test("zooming keeps the place below the pointer, and stays within the range", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const steps = fc.array(
      fc.record({ factor: fc.double({ min: 0.1, max: 10, noNaN: true }), share, by: share }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), steps, (commits, changes) => {
        let seen = all(commits);
        for (const change of changes) {
          seen = zoomed(seen, change.factor, change.share, commits);
          seen = moved(seen, change.by - 0.5, commits);
          expect(seen.from).toBeGreaterThanOrEqual(-1e-6);
          expect(seen.to).toBeLessThanOrEqual(commits + 1e-6);
          expect(seen.to - seen.from).toBeGreaterThanOrEqual(Math.min(12, commits) - 1e-6);
        }
      }),
    );
    const seen = zoomed(all(1000), 0.5, 0.25, 1000);
    expect(seen).toEqual({ from: 125, to: 625 });
    expect(zoomed(seen, 1000, 0.9, 1000)).toEqual(all(1000));
  });

  test("it comes to rest where it should", () => {
    let seen = all(100_000);
    const goal = { from: 500, to: 560 };
    let pictures = 0;
    while (seen !== goal) {
      seen = towards(seen, goal, 0.28);
      if (++pictures > 100) break;
    }
    expect(seen).toBe(goal);
    expect(pictures).toBeLessThan(60);
  });
});

describe("names and marks on the axis", () => {
  const measure = (text: string) => text.length * 10;

  test("a release goes before its candidates; what does not fit is left out", () => {
    const names = [
      { text: "v6.1-rc1", x: 0 },
      { text: "v6.1", x: 30 },
      { text: "v6.2", x: 100 },
      { text: "v6.3", x: 480 },
    ];
    expect(fitting(names, 500, measure).map(({ text }) => text)).toEqual(["v6.1", "v6.2"]);
  });

  test("marks stand apart, in order, within the axis", () => {
    expect(apart([10, 11, 12, 200], 14, 300)).toEqual([10, 24, 38, 200]);
    expect(apart([298, 299], 14, 300)).toEqual([279, 293]);
    const places = fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { maxLength: 60 });
    fc.assert(
      fc.property(places, (given) => {
        const sorted = given.toSorted((a, b) => a - b);
        const moved = apart(sorted, 14, 300);
        const least = Math.min(14, 300 / Math.max(1, sorted.length));
        moved.forEach((place, n) => {
          expect(place).toBeGreaterThanOrEqual(-1e-6);
          expect(place).toBeLessThanOrEqual(300 + 1e-6);
          if (n > 0) expect(place - (moved[n - 1] ?? 0)).toBeGreaterThanOrEqual(least - 1e-6);
        });
      }),
    );
  });
});
