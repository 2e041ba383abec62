import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { BisectionEvent, EventOf } from "../../src/event/index.ts";
import {
  accuracyOf,
  accuracyText,
  judgementOf,
  listEntryOf,
  resultOf,
  showText,
} from "../../src/report/index.ts";
import { wilsonInterval } from "../../src/report/wilson.ts";
import { sessionSeconds, summaryOf } from "../../src/syzbot/index.ts";
import { commit, foundStory, type Story } from "../syzbot/story.ts";

type Judged = Partial<EventOf<"judged">>;

function judged(story: Story, changes: Judged = {}, later = 0): Story {
  const concluded = story.events.findLastIndex(({ kind }) => kind === "concluded");
  return story.add(
    {
      ...{ kind: "judged", conclusion: concluded, verdict: "right", commit: null, why: null },
      ...changes,
    },
    later,
  );
}

/** The bisection is opened again and comes to `culprit`. */
function concludedAgain(story: Story, culprit: string): Story {
  return story
    .add({
      ...{ kind: "overridden", commits: [commit("middle")], verdict: "before" },
      ...{ why: null, source: "user" },
    })
    .conclude("found", { culprit: commit(culprit), confidence: 0.9 });
}

describe("what people know of a conclusion", () => {
  const of = ({ events }: Story) => judgementOf(events);

  test("the last word holds", () => {
    const twice = judged(judged(foundStory(), { verdict: "wrong" }), { why: "it was the cable" });
    expect(of(twice)).toEqual({ verdict: "right", commit: null, why: "it was the cable" });
  });

  test("nothing is known of one that is void", () => {
    const story = judged(foundStory()).add({
      ...{ kind: "overridden", commits: [commit("middle")], verdict: "before" },
      ...{ why: null, source: "user" },
    });
    expect(of(story)).toBeNull();
  });

  test.each([
    [{ verdict: "right" }, "culprit", "right"],
    [{ verdict: "wrong" }, "culprit", "wrong"],
    [{ verdict: "right" }, "middle", "wrong"],
    [{ verdict: "wrong" }, "middle", null],
    [{ verdict: "wrong", commit: commit("middle") }, "middle", "right"],
    [{ verdict: "wrong", commit: commit("middle") }, "culprit", "wrong"],
  ] as const)("%j of the culprit, and then it is %s: %s", (word, culprit, verdict) => {
    const story = concludedAgain(judged(foundStory(), word), culprit);
    expect(of(story)?.verdict ?? null).toBe(verdict);
  });

  test("is shown, and takes no time of the bisection's", () => {
    const month = 30 * 86_400;
    const plain = foundStory();
    const { events } = judged(foundStory(), { why: "reverted upstream" }, month);
    expect(showText(events, around)).toContain("\njudged right: reverted upstream\n");
    expect(listEntryOf(events, false).what).toMatch(/, judged right$/);
    expect(resultOf(events, around).judgement).toMatchObject({ verdict: "right" });
    expect(sessionSeconds(summaryOf(events))).toBe(sessionSeconds(summaryOf(plain.events)));
  });
});

const around = { log: null, running: false, suspicion: null };

describe("accuracy", () => {
  /** A judged bisection with this confidence. */
  function one(confidence: number | null, right: boolean): readonly BisectionEvent[] {
    const story = foundStory();
    const again = concludedAgain(story, "culprit");
    const last = again.events.at(-1) as BisectionEvent & EventOf<"concluded">;
    again.events[again.events.length - 1] = { ...last, confidence };
    return judged(again, { verdict: right ? "right" : "wrong" }).events;
  }

  test("of none", () => {
    expect(accuracyOf([foundStory().events])).toMatchObject({ concluded: 1, all: null });
    expect(accuracyText(accuracyOf([foundStory().events]))).toContain(
      "none of 1 concluded bisection is judged",
    );
  });

  test("by type of crash and by what they state", async () => {
    const all = [
      ...Array.from({ length: 9 }, () => one(0.95, true)),
      one(0.93, false),
      ...Array.from({ length: 6 }, (_, n) => one(0.995, n < 3)),
      one(0.7, true),
      one(1, true),
      one(null, false),
      foundStory().events,
    ];
    const accuracy = accuracyOf(all);
    expect(accuracy.all).toMatchObject({ right: 14, of: 19 });
    expect(accuracy.byType.map(({ right, of }) => [right, of])).toEqual([[14, 19]]);
    expect(accuracy.byConfidence.map(({ name, right, of }) => [name, right, of])).toEqual([
      ["0.5 to 0.9", 1, 1],
      ["0.9 to 0.99", 9, 10],
      ["0.99 to 0.999", 3, 6],
      ["0.999 and more", 1, 1],
    ]);
    await expect(accuracyText(accuracy)).toMatchFileSnapshot("accuracy.txt");
  });

  it("gives each judged confidence to one range", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (confidence) => {
        const { byConfidence } = accuracyOf([one(confidence, true)]);
        expect(byConfidence.map(({ of }) => of)).toEqual([1]);
        expect(byConfidence[0]?.stated).toBe(confidence);
      }),
      { numRuns: 20 },
    );
  });
});

describe("Wilson's interval", () => {
  // Figures that any table of it has: 0/10, 5/10, 10/10, 81/263 (Newcombe 1998).
  test.each([
    [0, 10, 0, 0.2775],
    [5, 10, 0.2366, 0.7634],
    [10, 10, 0.7225, 1],
    [81, 263, 0.2553, 0.3662],
  ])("%i of %i", (k, n, low, high) => {
    const [a, b] = wilsonInterval(k, n);
    expect([a, b]).toEqual([expect.closeTo(low, 4), expect.closeTo(high, 4)]);
  });

  it("holds the share that was seen, and is the same from the other side", () => {
    const counts = fc
      .integer({ min: 1, max: 1e6 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(counts, ([k, n]) => {
        const [low, high] = wilsonInterval(k, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(k / n);
        expect(high).toBeGreaterThanOrEqual(k / n);
        expect(high).toBeLessThanOrEqual(1);
        expect(wilsonInterval(n - k, n)[0]).toBeCloseTo(1 - high, 9);
      }),
    );
  });
});
