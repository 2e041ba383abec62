import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EventOf } from "../../src/event/index.ts";
import { decide } from "../../src/minimise/decide.ts";
import {
  beginMinimising,
  keptNames,
  learn,
  leftOut,
  nextTry,
} from "../../src/minimise/minimising.ts";

type Prepared = EventOf<"minimise-prepared">;
const kept = { file: "whole.config", sha256: "0".repeat(64), options: 0 };

/** Options of which each needs some that come before it. */
function prepared(needs: readonly (readonly number[])[], chances: readonly number[]): Prepared {
  return {
    kind: "minimise-prepared",
    full: kept,
    base: kept,
    candidates: needs.map((those, place) => ({
      name: `CONFIG_${place}`,
      needs: [...those],
      chance: chances[place] ?? 0.1,
    })),
    finders: [],
  };
}

/** Searches with `crashes` for an oracle of the places that are on; how many configurations it tried. */
function search(given: Prepared, crashes: (on: ReadonlySet<number>) => boolean, most = 10_000) {
  const found = beginMinimising(given);
  const places = new Map(given.candidates.map(({ name }, place) => [name, place]));
  let tried = 0;
  for (let next = nextTry(found); next !== null && tried < most; next = nextTry(found)) {
    tried += 1;
    const left = [...leftOut(found), ...next.without].map((name) => places.get(name));
    const all = next.step === "baseline" ? [] : [...given.candidates.keys()];
    const on = new Set(all.filter((place) => !left.includes(place)));
    const id = { kernel: "0".repeat(12), config: "0".repeat(64) };
    found.open = { kind: "config-chosen", ...id, ...next };
    const answer = { crashes: crashes(on), crashed: 0, of: 0, kernel: id.kernel };
    learn(found, { kind: "config-answered", ...answer });
  }
  return { kept: keptNames(found).map((name) => places.get(name) as number), tried };
}

/** Options, what each needs of those before it, and some that the crash needs. */
const trees = fc.integer({ min: 1, max: 60 }).chain((count) =>
  fc.record({
    needs: fc.tuple(
      ...Array.from({ length: count }, (_, place) =>
        place === 0 ? fc.constant([]) : fc.uniqueArray(fc.nat(place - 1), { maxLength: 2 }),
      ),
    ),
    chances: fc.array(fc.double({ min: 0.001, max: 0.9, noNaN: true }), {
      minLength: count,
      maxLength: count,
    }),
    wanted: fc.uniqueArray(fc.nat(count - 1), { maxLength: 6 }),
  }),
);

function closure(needs: readonly (readonly number[])[], wanted: readonly number[]): number[] {
  const all = new Set(wanted);
  for (const place of all) for (const other of needs[place] ?? []) all.add(other);
  return [...all].sort((a, b) => a - b);
}

describe("the search for what a crash needs", () => {
  test("ends with exactly that, and what that needs, whatever was thought before", () => {
    fc.assert(
      fc.property(trees, ({ needs, chances, wanted }) => {
        const all = closure(needs, wanted);
        const crashes = (on: ReadonlySet<number>) => all.every((place) => on.has(place));
        expect(search(prepared(needs, chances), crashes).kept).toEqual(all);
      }),
    );
  });

  test("never tries what an option that it needs would not be on with", () => {
    fc.assert(
      fc.property(trees, ({ needs, chances, wanted }) => {
        const all = closure(needs, wanted);
        search(prepared(needs, chances), (on) => {
          for (const place of on)
            for (const other of needs[place] ?? []) expect(on).toContain(other);
          return all.every((place) => on.has(place));
        });
      }),
    );
  });

  test("ends also where the answers contradict each other", () => {
    fc.assert(
      fc.property(trees, fc.infiniteStream(fc.boolean()), ({ needs, chances }, answers) => {
        const { tried } = search(prepared(needs, chances), () => answers.next().value ?? false);
        expect(tried).toBeLessThan(10_000);
      }),
    );
  });

  test("keeps what crashes when it is stopped at any time", () => {
    fc.assert(
      fc.property(trees, fc.nat(10), ({ needs, chances, wanted }, most) => {
        const all = closure(needs, wanted);
        const crashes = (on: ReadonlySet<number>) => all.every((place) => on.has(place));
        const { kept, tried } = search(prepared(needs, chances), crashes, most);
        expect(crashes(new Set(kept))).toBe(true);
        expect(tried).toBeLessThanOrEqual(most);
      }),
    );
  });

  test.each<[number, number[], number]>([
    [1000, [], 1],
    [1000, [500], 30],
    [1000, [10, 990], 45],
    [1000, [3, 200, 500, 900], 80],
  ])("of %i options, %j needed, takes at most %i tries", (count, wanted, most) => {
    const needs = Array.from({ length: count }, () => []);
    const chances = Array.from({ length: count }, () => 2 / count);
    const crashes = (on: ReadonlySet<number>) => wanted.every((place) => on.has(place));
    const { kept, tried } = search(prepared(needs, chances), crashes);
    expect(kept).toEqual(wanted);
    expect(tried).toBeLessThanOrEqual(most);
  });

  test("leaves out last what the crash points at", () => {
    const needs = Array.from({ length: 200 }, () => []);
    const chances = needs.map((_, place) => (place === 117 ? 0.7 : 0.005));
    const { kept, tried } = search(prepared(needs, chances), (on) => on.has(117));
    expect(kept).toEqual([117]);
    expect(tried).toBeLessThanOrEqual(8);
  });
});

describe("whether a configuration still crashes", () => {
  const standard = { rate: 0.9, risk: 0.001 };

  test("takes a few runs where it always or never does", () => {
    expect(decide({ crashed: 7, silent: 0 }, standard)).toBe("crashes");
    expect(decide({ crashed: 0, silent: 2 }, standard)).toBe("does-not");
    expect(decide({ crashed: 0, silent: 0 }, standard)).toEqual({ more: 2 });
  });

  /** Runs that crash with probability `p` until it is decided, and how many. */
  function decided(rate: number, risk: number, p: number, random: () => number) {
    let [crashed, silent] = [0, 0];
    for (;;) {
      const said = decide({ crashed, silent }, { rate, risk });
      if (typeof said === "string") return { said, runs: crashed + silent };
      for (let n = 0; n < said.more; n++) {
        if (random() < p) crashed += 1;
        else silent += 1;
      }
    }
  }

  /** Numbers in [0, 1) that are the same every time (Park and Miller's generator). */
  function numbers(seed: number): () => number {
    let at = seed;
    return () => {
      at = (at * 48_271) % 2_147_483_647;
      return at / 2_147_483_647;
    };
  }

  test.each([0.9, 0.5, 0.2])(
    "passes what crashes a third as often as %f within the risk",
    (rate) => {
      const random = numbers(1);
      const passed = Array.from({ length: 4000 }, () => decided(rate, 0.05, rate / 3, random).said);
      expect(passed.filter((said) => said === "crashes").length / 4000).toBeLessThan(0.05);
    },
  );

  test.each([0.9, 0.5, 0.2])("mostly passes what crashes as often as %f", (rate) => {
    const random = numbers(2);
    const tests = Array.from({ length: 1000 }, () => decided(rate, 0.01, rate, random));
    const passed = tests.filter(({ said }) => said === "crashes").length;
    expect(passed / 1000).toBeGreaterThan(rate < 0.3 ? 0.8 : 0.93);
    expect(Math.max(...tests.map(({ runs }) => runs))).toBeLessThanOrEqual(100);
  });

  test("does not depend on the order in which runs end", () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(40), (crashed, silent) => {
        const said = decide({ crashed, silent }, standard);
        if (typeof said === "string") return;
        // No fewer runs than that could decide.
        for (let n = 1; n < said.more; n++) {
          expect(decide({ crashed: crashed + n, silent }, standard)).toBeTypeOf("object");
          expect(decide({ crashed, silent: silent + n }, standard)).toBeTypeOf("object");
        }
      }),
    );
  });
});
