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
  const texts = [80, 40].map((columns) => {
    const lines = windowLines(viewOf(story.events, changes), { columns, rows: 12 });
    const ruler = `${"-".repeat(columns - String(columns).length)}${columns}`;
    return [ruler, ...lines].map((line) => `${line}\n`).join("");
  });
  await expect(texts.join("\n")).toMatchFileSnapshot(`window/${name.replaceAll(" ", "-")}.txt`);
});

describe("any window", () => {
  const control = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
  const wide = fc.string({ unit: fc.constantFrom("鴨", "👩‍👩‍👧", "é", "🇫🇮", "n", "\u0300") });

  const ducks = fc.nat({ max: 100 }).map((n) => "鴨".repeat(n));

  it("fits the terminal, and moves no cursor, whatever names and subjects hold", () => {
    const size = fc.record({
      columns: fc.integer({ min: 1, max: 120 }),
      rows: fc.nat({ max: 30 }),
    });
    const build = fc.record({ done: fc.nat(), of: fc.option(fc.nat()) });
    fc.assert(
      fc.property(
        anyStory(fc.oneof(hostileText, wide, ducks)),
        size,
        build,
        (story, size, progress) => {
          // The last probe stays open, and its label is that of one before or a wide one.
          const labels = story.events.flatMap((event) => ("label" in event ? [event.label] : []));
          story.choose("release", "middle", 3, {
            label: labels.at(-1) ?? "鴨".repeat(size.columns),
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
