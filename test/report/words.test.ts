import fc from "fast-check";
import { afterEach, describe, expect, it, test, vi } from "vitest";
import { columns } from "../../src/report/columns.ts";
import { confidenceText, oddsOf } from "../../src/report/confidence.ts";
import { durationText } from "../../src/report/duration.ts";
import { etaOf, etaText } from "../../src/report/eta.ts";
import { runMarks } from "../../src/report/marks.ts";
import { paint } from "../../src/report/paint.ts";
import { countText } from "../../src/report/words.ts";
import { summaryOf } from "../../src/syzbot/index.ts";
import { commit, foreignCrash, otherTitle, Story, theCrash } from "../syzbot/story.ts";

test.each([
  [-1, "0.0 s"],
  [0.04, "0.0 s"],
  [4.25, "4.3 s"],
  [9.949, "9.9 s"],
  [9.95, "10 s"],
  [59.4, "59 s"],
  [59.5, "1m0s"],
  [379, "6m19s"],
  [3599.6, "1h0m"],
  [6000, "1h40m"],
  [86_399, "1d0h"],
  [183_600, "2d3h"],
])("%d seconds are %s", (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

describe("confidence", () => {
  test.each([
    [0.3, "0.3, more often wrong than right"],
    [0.5, "0.5, about 1 in 2 wrong"],
    [0.99, "0.99, about 1 in 100 wrong"],
    [0.993, "0.993, about 1 in 140 wrong"],
    [0.99951, "0.99951, about 1 in 2000 wrong"],
    [0.9999999999, "0.999999, less than 1 in 1000000 wrong"],
    [1, "1"],
  ])("%d reads %s", (confidence, text) => {
    expect(confidenceText(confidence)).toBe(text);
  });

  it("is never printed higher than it is", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (confidence) => {
        const printed = Number(confidenceText(confidence).split(",")[0]);
        expect(printed).toBeLessThanOrEqual(confidence + 1e-8);
        expect(printed).toBeLessThan(1);
      }),
    );
  });

  it("has no odds where there is none, or no doubt", () => {
    expect([null, 1].map(oddsOf)).toEqual([null, null]);
  });
});

test.each([
  [0, 0, "0/0"],
  [3, 19, "3/19"],
  [15, 20, "15/20 (75 %)"],
])("%d of %d are %s", (k, n, text) => {
  expect(countText(k, n)).toBe(text);
});

it("aligns columns and leaves no space at line ends", () => {
  expect(columns([["a", "✓✓✓", "x"], ["bbb", "", ""], ["c"]])).toEqual(["a    ✓✓✓  x", "bbb", "c"]);
});

describe("marks", () => {
  const run = { run: "0".repeat(12), crashes: [] };
  const crashed = (crash: typeof theCrash) => ({
    ...run,
    outcome: "crashed" as const,
    crashes: [crash],
  });
  const bug = new Story().bug().events[0] as Parameters<typeof runMarks>[1];

  it("tell this crash from another, by title or by type and frame", () => {
    const renamed = { ...theCrash, title: "KASAN: use-after-free Read in pond_drain (2)" };
    const runs = [theCrash, otherTitle, renamed, foreignCrash].map(crashed);
    expect(runMarks(runs, bug)).toBe("×××!");
    expect(runMarks(runs, null)).toBe("××××");
  });

  it("say nothing of a run that says nothing", () => {
    const silent = ["boot-failed", "no-output", "lost", "hung", "flooded", "clean"] as const;
    expect(
      runMarks(
        silent.map((outcome) => ({ ...run, outcome })),
        bug,
      ),
    ).toBe("·····✓");
  });

  it("are cut where there are too many for a line", () => {
    const runs = Array.from({ length: 41 }, () => ({ ...run, outcome: "clean" as const }));
    expect(runMarks(runs, bug)).toBe(`${"✓".repeat(40)}…`);
  });
});

describe("what is left", () => {
  const search = { left: { suspects: 8, steps: 3 } };

  it("is unknown before the search", () => {
    expect(
      etaOf(summaryOf(new Story().start().choose("reproduce", "crashing", 4).events)),
    ).toBeNull();
  });

  it("is told in steps before anything was measured", () => {
    const { events } = new Story().start().choose("search", "a", 4, search);
    const eta = etaOf(summaryOf(events));
    expect(eta).toEqual({ steps: 4, seconds: null });
    expect(etaText(eta!)).toBe("about 4 steps left");
  });

  it("shrinks with every run, and is what is missing of the last probe at the end", () => {
    const story = new Story().start().test("reproduce", "crashing", "xx");
    story.choose("parent", "a", 3).build("a");
    const seconds = () => etaOf(summaryOf(story.events))?.seconds;
    const left = [seconds()];
    for (const mark of "...") {
      story.runs("a", mark);
      left.push(seconds());
    }
    expect(left).toEqual([12.75, 8.5, 4.25, 0]);
  });

  it("takes wall time: two machines at once halve it", () => {
    const story = new Story().start().test("reproduce", "crashing", "xx");
    const once = etaOf(summaryOf(story.choose("search", "a", 4, search).events))!.seconds!;
    const [first, second] = story.events.filter(({ kind }) => kind === "run-finished");
    const together = story.events.map((event) =>
      event === first ? { ...event, at: second!.at } : event,
    );
    const twice = etaOf(summaryOf(together))!.seconds!;
    // 5 builds of 60.5 s stay as they are; 5 times 4 runs of 4.25 s take half as long.
    expect(once).toBeCloseTo(5 * 60.5 + 20 * 4.25);
    expect(twice).toBeCloseTo(5 * 60.5 + 10 * 4.25);
  });
});

describe("paint", () => {
  const text = `${commit("a")} is the first bad commit\n  passed  it crashes\n  ✓✓×!·  pond: hello!\n`;

  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("leaves the text as it is where colour is not wanted", () => {
    vi.stubEnv("FORCE_COLOR", "0");
    expect(paint(text, process.stdout)).toBe(text);
  });

  it("adds colour and nothing else", () => {
    vi.stubEnv("NO_COLOR", undefined);
    vi.stubEnv("FORCE_COLOR", "1");
    const painted = paint(text, process.stdout);
    expect(painted).toContain("\u001b[32m✓✓\u001b[39m\u001b[31m×\u001b[39m\u001b[33m!\u001b[39m·");
    expect(painted.replaceAll(/\u001b\[\d+m/g, "")).toBe(text);
  });
});
