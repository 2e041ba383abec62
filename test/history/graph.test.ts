import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CommitGraph } from "../../src/history/graph.ts";
import { countAncestors } from "../../src/history/graph-count.ts";
import { hashOf, indexOf, parentHashesOf } from "../../src/history/graph-hashes.ts";
import { parseGraph } from "../../src/history/graph-text.ts";
import { ancestorMask, countMerges, isAncestor } from "../../src/history/graph-walk.ts";
import { type MadeCommit, randomFrom, randomHistory } from "../search/random-history.ts";

/** A hash that differs in all of its bytes from one number to the next. */
const madeHash = (n: number, digits = 40): string =>
  (Math.imul(n + 1, 0x9e3779b1) >>> 0)
    .toString(16)
    .padStart(8, "0")
    .repeat(digits / 8);

const textOf = (commits: readonly MadeCommit[], outside: readonly string[] = []): Buffer =>
  Buffer.from(
    commits
      .map(({ parents, time }, i) => {
        // A root here is a commit whose parents lie outside.
        const known = parents.length === 0 ? outside : parents.map((parent) => madeHash(parent));
        return `${[time, madeHash(i), ...known].join(" ")}\n`;
      })
      .join(""),
  );

const histories = fc
  .record({ seed: fc.nat(), size: fc.integer({ min: 3, max: 80 }) })
  .map(({ seed, size }) => randomHistory(randomFrom(seed), size));

/** Each commit and all that it descends from, the slow way. */
const containedIn = (commits: readonly MadeCommit[]): Set<number>[] => {
  const sets: Set<number>[] = [];
  commits.forEach(({ parents }, i) => {
    sets.push(new Set([i, ...parents.flatMap((parent) => [...sets[parent]!])]));
  });
  return sets;
};

describe("parseGraph", () => {
  it("keeps every hash, time and parent", () => {
    fc.assert(
      fc.property(histories, (commits) => {
        const outside = [madeHash(1000), madeHash(1001)];
        const graph = parseGraph(textOf(commits, outside));
        expect(graph.count).toBe(commits.length);
        expect(graph.outside).toEqual(outside);
        expect(countMerges(graph)).toBe(commits.filter((c) => c.parents.length !== 1).length);
        commits.forEach(({ parents, time }, i) => {
          expect(hashOf(graph, i)).toBe(madeHash(i));
          expect(indexOf(graph, madeHash(i))).toBe(i);
          expect(graph.times[i]).toBe(time);
          expect(parentHashesOf(graph, i)).toEqual(
            parents.length === 0 ? outside : parents.map((parent) => madeHash(parent)),
          );
        });
        expect(indexOf(graph, madeHash(commits.length))).toBe(-1);
        expect(indexOf(graph, madeHash(0).slice(0, 12))).toBe(-1);
        expect(indexOf(graph, "z".repeat(40))).toBe(-1);
      }),
      { numRuns: 50 },
    );
  });

  it("reads hashes of 256 bits", () => {
    const [a, b, c] = [1, 2, 3].map((n) => madeHash(n, 64)) as [string, string, string];
    const graph = parseGraph(Buffer.from(`7 ${a} ${c}\n8 ${b} ${a} ${c}\n`));
    expect(graph.hashBytes).toBe(32);
    expect([hashOf(graph, 1), parentHashesOf(graph, 1)]).toEqual([b, [a, c]]);
    expect(graph.outside).toEqual([c]);
  });

  it("reads an empty text as a graph without commits", () => {
    expect(parseGraph(Buffer.alloc(0)).count).toBe(0);
  });

  const [a, b] = [madeHash(1), madeHash(2)];
  const damages: readonly (readonly [string, string, number])[] = [
    ["a last line without its end", `1 ${a}\n2 ${b} ${a}`, 2],
    ["a hash cut short", `1 ${a}\n2 ${b.slice(0, 39)}\n`, 2],
    ["a hash too long", `1 ${a}0\n`, 1],
    ["a hash in capitals", `1 ${"A".repeat(40)}\n`, 1],
    ["two blanks", `1  ${a}\n`, 1],
    ["a blank at the end", `1 ${a} \n`, 1],
    ["line ends of another system", `1 ${a}\r\n`, 1],
    ["no time", ` ${a}\n`, 1],
    ["a time that is no number", `x ${a}\n`, 1],
    ["a negative time", `-1 ${a}\n`, 1],
    ["a time without end", `${"1".repeat(21)} ${a}\n`, 1],
    ["an empty line", `1 ${a}\n\n`, 2],
    ["a commit twice", `1 ${a}\n1 ${a}\n`, 2],
    ["a commit after its child", `1 ${a} ${b}\n1 ${b}\n`, 2],
    ["a commit that is its own parent", `1 ${a} ${a}\n`, 1],
    ["hashes of both lengths", `1 ${a}\n1 ${madeHash(3, 64)}\n`, 2],
    ["no text at all", "\0\0\0\0", 1],
  ];
  it.each(damages)("refuses %s", (_, text, line) => {
    expect(() => parseGraph(Buffer.from(text))).toThrow(
      expect.objectContaining({ code: "graph-damaged", facts: expect.objectContaining({ line }) }),
    );
  });

  it("ends, whatever bytes it is given", () => {
    const whole = textOf(randomHistory(randomFrom(1), 20));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const text = Buffer.from(whole);
        text[at] = byte;
        try {
          expect(parseGraph(text).count).toBeLessThanOrEqual(21);
        } catch (error) {
          expect(error).toMatchObject({ code: "graph-damaged" });
        }
      }),
    );
  });
});

describe("hashOf", () => {
  it("refuses a number that is no commit's", () => {
    const graph = parseGraph(Buffer.from(`1 ${madeHash(1)}\n`));
    for (const index of [-1, 1, Number.NaN]) expect(() => hashOf(graph, index)).toThrow(RangeError);
  });
});

describe("ancestors", () => {
  const indicesIn = (mask: Uint8Array): number[] => [...mask.keys()].filter((i) => mask[i] === 1);

  it("are those that a walk finds", () => {
    fc.assert(
      fc.property(histories, fc.nat(), fc.nat(), (commits, first, second) => {
        const graph: CommitGraph = parseGraph(textOf(commits));
        const contained = containedIn(commits);
        const [a, b] = [first % commits.length, second % commits.length];
        expect(isAncestor(graph, a, b)).toBe(contained[b]!.has(a));
        const union = [...new Set([...contained[a]!, ...contained[b]!])].sort((x, y) => x - y);
        expect(indicesIn(ancestorMask(graph, [a, b]))).toEqual(union);
        expect(indicesIn(ancestorMask(graph, []))).toEqual([]);
      }),
    );
  });

  it("are counted inside of a range, merges of every shape included", () => {
    fc.assert(
      fc.property(histories, fc.nat(), fc.nat(), (commits, top, excluded) => {
        const graph = parseGraph(textOf(commits));
        const contained = containedIn(commits);
        const after = contained[top % commits.length]!;
        const before = contained[excluded % commits.length]!;
        const range = new Set([...after].filter((i) => !before.has(i)));
        const within = Uint8Array.from(commits, (_, i) => Number(range.has(i)));
        const expected = commits.map((_, i) =>
          range.has(i) ? [...contained[i]!].filter((j) => range.has(j)).length : 0,
        );
        expect([...countAncestors(graph, within)]).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});
