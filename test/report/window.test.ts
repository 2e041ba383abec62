import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it, test } from "vitest";
import { type BisectionEvent, kernelIdOf, runIdOf } from "../../src/event/index.ts";
import { type WindowView, windowLines } from "../../src/report/index.ts";
import { summaryOf } from "../../src/syzbot/index.ts";
import { anyStory, hostileText } from "../syzbot/any-story.ts";
import { commit, Story } from "../syzbot/story.ts";

const middle = kernelIdOf(commit("middle"));
const slots = { builds: 1, runs: 2 };

/** The range is known, and the first commit of the search is chosen. */
const searching = () =>
  new Story()
    .start()
    .test("reproduce", "crashing", "xxx.")
    .bug()
    .test("release", "v6.1", "....", { label: "v6.1" })
    .range("crashing", "v6.1")
    .choose("search", "middle", 10, { left: { suspects: 119, steps: 7 } })
    .describe("middle", { subject: "pond: count the ducks, not the fishes" });

const running = () =>
  searching()
    .build("middle")
    .runs("middle", "x.xb")
    .add({ kind: "run-started", run: runIdOf(middle, 4), kernel: middle })
    .add({ kind: "run-started", run: runIdOf(middle, 5), kernel: middle }, 9);

/** The search goes by a belief, which is spread over a history with releases. */
const believing = (probability = 0.083) => {
  const story = new Story()
    .start({ clean: { hash: commit("v6.1"), name: "v6.1" } })
    .test("reproduce", "crashing", "xxx.")
    .bug();
  const releases = [
    { tag: "v6.1.7", at: 3000 },
    { tag: "v6.2", at: 7000 },
    { tag: "v6.2.1", at: 7400 },
  ];
  const spread = Array.from({ length: 64 }, (_, n) => (n === 40 ? 0.4 : n > 20 ? 0.01 : 0.0002));
  const best = { commit: commit("likeliest"), probability };
  const suspects = Math.ceil(4127 * (1 - probability));
  const belief = { best, suspects, stated: probability * 0.98, bits: 7.2, spread };
  return story
    .add({
      kind: "graph-loaded",
      after: commit("crashing"),
      before: [commit("v6.1")],
      commits: 13361,
      merges: 921,
      file: "graph",
      sha256: "0".repeat(64),
      releases,
    })
    .describe("likeliest", { subject: "pond: let the herons in before the frogs are out" })
    .choose("search", "middle", 10, { left: { suspects: 3784, steps: 7 }, belief })
    .describe("middle", { subject: "pond: count the ducks, not the fishes" })
    .add({ kind: "build-started", kernel: middle }, 20);
};

const points: Record<string, () => Partial<WindowView> & { readonly story: Story }> = {
  "has begun": () => ({ story: new Story().start() }),
  "prepares a build": () => ({
    story: new Story()
      .start()
      .choose("reproduce", "crashing", 4)
      .add({ kind: "build-started", kernel: kernelIdOf(commit("crashing")) }),
  }),
  "compiles one kernel and runs another": () => ({
    story: running().add({ kind: "build-started", kernel: kernelIdOf(commit("next")) }, 75),
    compiled: new Map([[kernelIdOf(commit("next")), { done: 312, of: 495 }]]),
  }),
  "compiles nobody knows how many files": () => ({
    story: searching().add({ kind: "build-started", kernel: middle }),
    compiled: new Map([[middle, { done: 1, of: null }]]),
  }),
  "runs two machines": () => ({ story: running() }),
  "runs more machines than there are rows for": () => ({
    story: Array.from({ length: 9 }, (_, n) => runIdOf(middle, 6 + n)).reduce(
      (story, run) => story.add({ kind: "run-started", run, kernel: middle }),
      running(),
    ),
    slots: { builds: 2, runs: 64 },
  }),
  "reckons with probabilities": () => ({ story: believing() }),
  "reckons with probabilities and runs on": () => ({
    story: believing(0.985)
      .build("middle")
      .runs("middle", "....")
      .add({ kind: "run-started", run: runIdOf(middle, 4), kernel: middle }),
  }),
  "chooses what is next": () => ({ story: running().answer("search", "middle") }),
  "checks the parent": () => ({
    story: running().answer("search", "middle").choose("parent", "parent", 4).describe("parent", {
      subject: "pond: 池に鴨がいる、鯉もいる、亀もいる、蛙もいる、鷺もいる",
    }),
  }),
};

function viewOf(events: readonly BisectionEvent[], changes: Partial<WindowView> = {}): WindowView {
  const now = Date.parse(events.at(-1)?.at ?? "") + 3500;
  return { summary: summaryOf(events), slots, compiled: new Map(), now, ...changes };
}

test.each(Object.entries(points))("a bisection that %s", async (name, point) => {
  const { story, ...changes } = point();
  const sizes = [
    [80, 12],
    [40, 12],
    ...(name.startsWith("reckons")
      ? [
          [120, 40],
          [80, 24],
          [50, 15],
        ]
      : []),
  ];
  const texts = sizes.map(([columns = 0, rows = 0]) => {
    const lines = windowLines(viewOf(story.events, changes), { columns, rows });
    const ruler = `${"-".repeat(columns - String(columns).length)}${columns}`;
    return [ruler, ...lines].map((line) => `${line}\n`).join("");
  });
  await expect(texts.join("\n")).toMatchFileSnapshot(`window/${name.replaceAll(" ", "-")}.txt`);
});

describe("any window", () => {
  const control = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
  const wide = fc.string({ unit: fc.constantFrom("鴨", "👩‍👩‍👧", "é", "🇫🇮", "n", "\u0300") });

  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const ducks = fc.nat({ max: 100 }).map((n) => "鴨".repeat(n));

  it("fits the terminal, and moves no cursor, whatever names and subjects hold", () => {
    const size = fc.record({
      columns: fc.integer({ min: 1, max: 120 }),
      rows: fc.nat({ max: 30 }),
    });
    const belief = fc.option(
      fc.record({
        suspects: fc.nat(),
        stated: share,
        spread: fc.array(share, { maxLength: 64 }),
      }),
    );
    const build = fc.record({ done: fc.nat(), of: fc.option(fc.nat()) });
    fc.assert(
      fc.property(
        anyStory(fc.oneof(hostileText, wide, ducks)),
        size,
        build,
        belief,
        (story, size, progress, believed) => {
          // The last probe stays open, and its label is that of one before or a wide one.
          const labels = story.events.flatMap((event) => ("label" in event ? [event.label] : []));
          story.choose("search", "middle", 3, {
            label: labels.at(-1) ?? "鴨".repeat(size.columns),
            ...(believed && {
              belief: { ...believed, best: { commit: commit("a"), probability: 0.5 } },
            }),
          });
          story.add({ kind: "build-started", kernel: middle });
          const compiled = new Map([[middle, progress]]);
          const lines = windowLines(viewOf(story.events, { compiled }), size);
          expect(lines.length).toBeLessThan(Math.max(1, size.rows));
          for (const line of lines) {
            expect(stringWidth(line)).toBeLessThanOrEqual(size.columns);
            expect(line).not.toMatch(control);
          }
        },
      ),
    );
  });

  it("takes no time for what it does not show", () => {
    const subject = `a${"\u0300".repeat(3_000_000)}`;
    const story = searching().describe("middle", { subject });
    const lines = windowLines(viewOf(story.events), { columns: 80, rows: 24 });
    expect(lines.join("\n").length).toBeLessThan(5000);
  });
});
