import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { median } from "../../../src/outcome/median.ts";
import { logOdds, runsByRates, sideByRates } from "../../../src/search/measure/by-rates.ts";
import { rankSum } from "../../../src/search/measure/rank-sum.ts";
import { changeOf, compareSamples, partingThreshold } from "../../../src/search/measure/samples.ts";

/** The same by its definition: each choice of as many of all numbers as `one` has, its ranks summed. */
function byAllChoices(one: readonly number[], other: readonly number[]): number {
  const all = [...one, ...other];
  const rankOf = (number: number) =>
    all.filter((each) => each < number).length +
    (all.filter((each) => each === number).length + 1) / 2;
  const ranks = all.map(rankOf);
  const sum = one.reduce((total, number) => total + rankOf(number), 0);
  let [above, choices] = [0, 0];
  const choose = (from: number, left: number, total: number): void => {
    if (left === 0) {
      choices += 1;
      if (total >= sum - 1e-9) above += 1;
      return;
    }
    for (let k = from; k <= ranks.length - left; k++) choose(k + 1, left - 1, total + ranks[k]!);
  };
  choose(0, one.length, 0);
  return above / choices;
}

const numbers = (least: number, most: number) =>
  fc.array(fc.integer({ min: 0, max: 6 }), { minLength: least, maxLength: most });

describe("the rank-sum test", () => {
  test("is what counting all choices gives, ties included", () => {
    fc.assert(
      fc.property(numbers(1, 6), numbers(1, 6), (one, other) => {
        expect(rankSum(one, other)).toBeCloseTo(byAllChoices(one, other), 10);
      }),
    );
  });

  // Exact tails of the rank sum of samples without ties, counted by hand: 1/C(n+m, n) where all are above.
  test.each([
    ["three above three", [4, 5, 6], [1, 2, 3], 1 / 20],
    ["six above six", [7, 8, 9, 10, 11, 12], [1, 2, 3, 4, 5, 6], 1 / 924],
    ["three below three", [1, 2, 3], [4, 5, 6], 1],
    ["all alike", [1, 1, 1], [1, 1], 1],
    ["nothing", [], [1], 1],
  ])("of %s", (_, one, other, p) => expect(rankSum(one, other)).toBeCloseTo(p, 12));

  test("is near the exact one where it goes over to the normal distribution", () => {
    const sample = (from: number, count: number) =>
      Array.from({ length: count }, (_, k) => from + ((k * 37) % 101) / 10);
    const exact = rankSum(sample(1.5, 30), sample(0, 30));
    const normal = rankSum(sample(1.5, 31), sample(0, 30));
    expect(Math.abs(Math.log(exact / normal))).toBeLessThan(0.5);
  });

  test("is a probability, and is symmetric about one half", () => {
    fc.assert(
      fc.property(numbers(1, 50), numbers(1, 50), (one, other) => {
        const [p, opposite] = [rankSum(one, other), rankSum(other, one)];
        for (const tail of [p, opposite]) {
          expect(tail).toBeGreaterThan(0);
          expect(tail).toBeLessThanOrEqual(1 + 1e-9);
        }
        expect(p + opposite).toBeGreaterThanOrEqual(1 - 0.01);
      }),
    );
  });
});

describe("samples", () => {
  test.each([
    [[3], 3],
    [[1, 4], 2.5],
    [[5, 1, 3], 3],
    [[4, 1, 3, 2], 2.5],
  ])("the median of %j is %d", (sample, middle) => expect(median(sample)).toBe(middle));

  test.each([
    ["higher", [10, 11, 12], [1, 2, 3], 6.5],
    ["lower", [1, 2, 3], [10, 11, 12], 6.5],
    // One of each is on the wrong side: the widest of the gaps that part as well.
    ["higher", [10, 11, 2], [1, 3, 4], 7],
  ] as const)(
    "parted best where %s is worse: %j and %j at %d",
    (worse, after, before, threshold) => {
      expect(partingThreshold({ after, before }, worse)).toBe(threshold);
    },
  );

  test("are parted by a threshold with something of one on its side, whatever they are", () => {
    fc.assert(
      fc.property(numbers(1, 20), numbers(1, 20), (after, before) => {
        const threshold = partingThreshold({ after, before }, "higher");
        expect(Number.isFinite(threshold)).toBe(true);
      }),
    );
  });

  test("change by a share of what was before", () => {
    const compared = compareSamples({ after: [3, 3], before: [2, 2] }, "higher");
    expect(changeOf(compared, "higher")).toBeCloseTo(0.5);
    expect(changeOf(compared, "lower")).toBeCloseTo(-0.5);
    expect(compareSamples({ after: [3, 3], before: [2, 2] }, "lower").p).toBe(1);
  });
});

describe("sides by rates", () => {
  const rates = { bug: 0.8, alarm: 0.2 };
  const counts = (crashed: number, clean: number, missing = 0) => ({
    crashed,
    clean,
    foreign: 0,
    missing,
  });
  test.each([
    [counts(4, 2), "after"],
    [counts(2, 4), "before"],
    [counts(1, 0), "after"],
    [counts(3, 3), "untestable"],
    [counts(0, 0, 4), "untestable"],
    [counts(1, 1, 4), "untestable"],
  ] as const)("%j lie %s", (given, side) => {
    expect(sideByRates(given, rates, "after")).toBe(side);
  });

  test("take so many runs that the wrong one is as unlikely as is asked", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.55, max: 0.99, noNaN: true }),
        fc.double({ min: 0.01, max: 0.4, noNaN: true }),
        (bug, alarm) => {
          const given = { bug, alarm };
          const n = runsByRates(given, 0.05);
          if (n === 60) return;
          let wrong = 0;
          let choose = 1;
          for (let k = 0; k <= n; k++) {
            const share = choose * bug ** k * (1 - bug) ** (n - k);
            if (logOdds({ crashed: k, clean: n - k }, given) <= 0) wrong += share;
            choose = (choose * (n - k)) / (k + 1);
          }
          expect(wrong).toBeLessThanOrEqual(0.05);
        },
      ),
    );
  });
});
