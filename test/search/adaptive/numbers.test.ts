import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  posteriorAgainstLookalikes,
  posteriorFor,
  statedFor,
} from "../../../src/search/adaptive/confidence.ts";
import { confidenceTable } from "../../../src/search/adaptive/confidence-table.ts";
import { cleanRunsWanted } from "../../../src/search/adaptive/confirm.ts";
import { crashRates } from "../../../src/search/adaptive/crash-rates.ts";
import { bitsOf, entropy, forecastOf } from "../../../src/search/adaptive/information.ts";
import { smallestSet, smallestSetSize } from "../../../src/search/adaptive/smallest-set.ts";

const rate = fc.integer({ min: 0, max: crashRates.length - 1 });
const certainOf = (j: number) => Float64Array.from(crashRates, (_, k) => (k === j ? 1 : 0));

describe("the stated confidence", () => {
  const { points } = confidenceTable;

  it("grows with the posterior, in the table and between its points", () => {
    const rising = (values: readonly number[]) =>
      values.every((value, k) => k === 0 || value > (values[k - 1] as number));
    expect(rising(points.map(({ posterior }) => posterior))).toBe(true);
    expect(rising(points.map(({ stated }) => stated))).toBe(true);
    const steps = Array.from({ length: 999 }, (_, k) => statedFor((k + 1) / 1000));
    expect(steps.every((value, k) => k === 0 || value >= (steps[k - 1] as number))).toBe(true);
  });

  it("is what the table says at its points, and never more than its last", () => {
    for (const { posterior, stated } of points) expect(statedFor(posterior)).toBeCloseTo(stated, 9);
    expect(statedFor(1)).toBeCloseTo(points.at(-1)?.stated ?? 0, 9);
  });

  it.each([0.5, 0.8, 0.95, 0.99])("finds the posterior for which %s is stated", (stated) => {
    expect(statedFor(posteriorFor(stated))).toBeCloseTo(stated, 9);
  });

  it("doubts a commit that nothing points at, and not one that the report points at", () => {
    expect(posteriorAgainstLookalikes(0.999, 0.2 / 13_000)).toBeLessThan(0.96);
    expect(posteriorAgainstLookalikes(0.999, 0.02)).toBeGreaterThan(0.998);
  });
});

describe("the bits of a test", () => {
  it("are forecast as probabilities", () => {
    fc.assert(
      fc.property(rate, fc.nat(5), fc.nat(5), fc.integer({ min: 1, max: 40 }), (j, k, f, runs) => {
        const forecast = forecastOf(certainOf(j), { crashed: k, clean: f }, runs);
        expect(forecast.crashing.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
        expect(forecast.clean.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  it("are never more than what is not known, and more runs never say less", () => {
    fc.assert(
      fc.property(rate, fc.double({ min: 0.001, max: 0.999, noNaN: true }), (j, p) => {
        const bits = [1, 2, 4, 10, 40].map((runs) =>
          bitsOf(forecastOf(certainOf(j), { crashed: 0, clean: 0 }, runs), p),
        );
        bits.forEach((value, n) => {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(entropy(p) + 1e-9);
          if (n > 0) expect(value).toBeGreaterThanOrEqual((bits[n - 1] as number) - 1e-9);
        });
      }),
    );
  });

  it("are nearly one where a certain reproducer halves what is left", () => {
    const forecast = forecastOf(certainOf(crashRates.length - 1), { crashed: 0, clean: 0 }, 3);
    expect(bitsOf(forecast, 0.5)).toBeGreaterThan(0.9);
    expect(entropy(0.5)).toBe(1);
  });
});

describe("the clean runs of a parent", () => {
  it.each([
    [15, 1],
    [9, 8],
    [2, 120],
    [0, 240],
  ])("for crash rate number %i are %i", (j, runs) => {
    expect(cleanRunsWanted(certainOf(j), 1500)).toBe(runs);
  });

  it("are never more than are allowed", () => {
    expect(cleanRunsWanted(certainOf(0), 100)).toBe(100);
  });
});

describe("the smallest set", () => {
  it("is as small as it can be, found by sorting or without", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 }),
        (values) => {
          const sum = values.reduce((a, b) => a + b, 0);
          fc.pre(sum > 1e-9);
          const weights = Float64Array.from(values, (value) => value / sum);
          const set = smallestSet(weights, 0.9);
          const mass = (places: readonly number[]) =>
            places.reduce((all, place) => all + (weights[place] as number), 0);
          expect(mass(set)).toBeGreaterThanOrEqual(0.9 - 1e-9);
          expect(mass(set.slice(0, -1))).toBeLessThan(0.9);
          expect(Math.abs(smallestSetSize(weights, 0.9) - set.length)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it("takes the lower of equals first", () => {
    expect(smallestSet(Float64Array.from([0.25, 0.25, 0.25, 0.25]), 0.5)).toEqual([0, 1]);
  });
});
