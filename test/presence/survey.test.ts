import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Content, type Seen, settle, treesToTest } from "../../src/presence/survey.ts";

/** A line of releases, the oldest first, each in the next: what they have, and the place of the crashing one. */
interface Line {
  readonly contents: readonly Content[];
  /** What a kernel shows at each place. */
  readonly truth: readonly Seen[];
  readonly crashing: number;
}

/** Builds what is asked for until all is settled: how many kernels that took, and what is known then. */
function surveyed({ contents, truth, crashing }: Line) {
  const seen: (Seen | null)[] = contents.map(() => null);
  let built = 0;
  for (;;) {
    const survey = {
      trees: [
        ...contents.map((content, place) => ({ content, seen: seen[place] ?? null })),
        { content: contents[crashing] ?? "unknown", seen: "crashes" as const },
      ],
      isIn: (a: number, b: number) => at(a) <= at(b),
      crashing: contents.length,
    };
    const at = (place: number) => (place === contents.length ? crashing : place);
    const next = treesToTest(survey);
    if (next.length === 0) return { built, settled: settle(survey).slice(0, -1) };
    for (const place of next) {
      expect(seen[place]).toBeNull();
      seen[place] = truth[place] ?? null;
      built += 1;
    }
  }
}

/** A bug that is there from one release to before another. */
function lineOf(releases: number, from: number, to: number, known: boolean): Line {
  const places = Array.from({ length: releases }, (_, place) => place);
  return {
    contents: places.map((place) =>
      known ? (place < from ? "absent" : place < to ? "present" : "fixed") : "unknown",
    ),
    truth: places.map((place) => (place >= from && place < to ? "crashes" : "clean")),
    crashing: from + ((to - from) >> 1),
  };
}

describe("a line of 20 releases", () => {
  test("takes 4 kernels where cause and fix are known", () => {
    const { built, settled } = surveyed(lineOf(20, 6, 14, true));
    expect(built).toBe(4);
    expect(settled.map((one) => one?.seen)).toEqual(lineOf(20, 6, 14, true).truth);
  });

  test("takes 10 kernels or fewer where neither is", () => {
    const counts = Array.from(
      { length: 15 },
      (_, from) => surveyed(lineOf(20, from, from + 5, false)).built,
    );
    expect(Math.max(...counts)).toBeLessThanOrEqual(10);
  });
});

describe("any line of releases", () => {
  const line = fc
    .record({
      releases: fc.integer({ min: 1, max: 30 }),
      from: fc.nat(),
      to: fc.nat(),
      known: fc.boolean(),
    })
    .map(({ releases, from, to, known }) => {
      const first = from % releases;
      return lineOf(releases, first, first + 1 + (to % (releases - first)), known);
    });

  test("is told as it is, whatever is built of it", () => {
    fc.assert(
      fc.property(line, (given) => {
        expect(surveyed(given).settled.map((one) => one?.seen)).toEqual(given.truth);
      }),
    );
  });

  test("ends, whatever its kernels show and its content says", () => {
    const contents = fc.constantFrom<Content>("absent", "present", "fixed", "unknown");
    const truths = fc.constantFrom<Seen>("crashes", "clean", "untestable");
    const any = fc.array(fc.record({ content: contents, seen: truths }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(any, fc.nat(), (trees, place) => {
        const { built, settled } = surveyed({
          contents: trees.map(({ content }) => content),
          truth: trees.map(({ seen }) => seen),
          crashing: place % trees.length,
        });
        expect(built).toBeLessThanOrEqual(trees.length);
        expect(settled).not.toContain(null);
      }),
    );
  });
});

test("a tree that cannot be tested tells nothing of others", () => {
  const { settled, built } = surveyed({
    contents: ["present", "present", "present", "present", "present"],
    truth: ["untestable", "crashes", "crashes", "crashes", "untestable"],
    crashing: 2,
  });
  expect(settled.map((one) => one?.seen)).toEqual([
    ...["untestable", "crashes", "crashes", "crashes", "untestable"],
  ]);
  expect(built).toBe(4);
});

test("a release without the cause that crashes is not passed over: where that begins is found", () => {
  const { settled } = surveyed({
    contents: Array.from({ length: 9 }, (_, n) => (n < 6 ? "absent" : "present")),
    truth: Array.from({ length: 9 }, (_, n) => (n < 3 ? "clean" : "crashes")),
    crashing: 7,
  });
  expect(settled.map((one) => one?.seen)).toEqual(
    Array.from({ length: 9 }, (_, n) => (n < 3 ? "clean" : "crashes")),
  );
});
