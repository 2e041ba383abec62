import fc from "fast-check";
import { afterEach, describe, expect, it, test, vi } from "vitest";
import { kernelIdOf } from "../../src/event/index.ts";
import { shareText, sureText } from "../../src/report/belief.ts";
import { cellsOf } from "../../src/report/clip.ts";
import { columns } from "../../src/report/columns.ts";
import { confidenceText, oddsOf } from "../../src/report/confidence.ts";
import { durationText } from "../../src/report/duration.ts";
import { etaOf, etaText } from "../../src/report/eta.ts";
import { runMarks } from "../../src/report/marks.ts";
import { paint } from "../../src/report/paint.ts";
import { stripLines } from "../../src/report/strip.ts";
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
    expect(eta).toEqual({ steps: 4, seconds: null, atMost: true });
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

describe("what is left of a search that reckons with probabilities", () => {
  const belief = { best: { commit: commit("a"), probability: 0.2 }, suspects: 90, bits: 5 };
  const search = { left: { suspects: 90, steps: 5 }, belief };
  const reproduced = () => new Story().start().test("reproduce", "crashing", "xxxx");
  const etaIn = ({ events }: Story, now?: number) => etaOf(summaryOf(events), now)!;

  it("is the builds that it says are left, the checks among them, with as many runs as kernels had so far", () => {
    // 6 builds of 60.5 s; 3 runs of 4.25 s of the one under test, 4 of the others.
    const eta = etaIn(reproduced().choose("search", "a", 3, search));
    expect(eta).toEqual({ steps: 6, seconds: 6 * 60.5 + (3 + 5 * 4) * 4.25, atMost: true });
    expect(etaText(eta)).toBe("up to 7m41s left");
  });

  it("goes by builds of the search as soon as there is one, and by none that failed", () => {
    const story = reproduced().test("search", "a", "...", search);
    const quick = story.events.map((event) =>
      event.kind === "kernel-built" && event.kernel === kernelIdOf(commit("a"))
        ? { ...event, seconds: 10 }
        : event,
    );
    const next = new Story();
    next.events.push(...quick);
    next.test("search", "b", "", { ...search, broken: ["no"] });
    const eta = etaIn(next.choose("search", "c", 2, search));
    expect(eta.atMost).toBe(false);
    expect(eta.seconds).toBeCloseTo(6 * 10 + (2 + 5 * 3.5) * 4.25);
  });

  it("shrinks while a kernel is built", () => {
    const story = reproduced().choose("search", "a", 3, search);
    story.add({ kind: "build-started", kernel: kernelIdOf(commit("a")) });
    const now = Date.parse(story.events.at(-1)!.at);
    const seconds = (later: number) => etaIn(story, now + later * 1000).seconds!;
    expect(seconds(0) - seconds(20)).toBeCloseTo(20);
    expect(seconds(0) - seconds(1000)).toBeCloseTo(60.5);
  });

  it("is runs alone where a built kernel is run on", () => {
    const story = reproduced().test("search", "a", "..", search);
    const eta = etaIn(
      story.choose("search", "a", 12, { ...search, left: { suspects: 2, steps: 0 } }),
    );
    expect(eta).toMatchObject({ steps: 0, seconds: 10 * 4.25 });
  });
});

describe("a probability for people", () => {
  test.each([
    [0, "< 0.1 %"],
    [0.0009, "< 0.1 %"],
    [0.012, "1.2 %"],
    [0.0995, "10 %"],
    [0.42, "42 %"],
    [0.984, "98 %"],
    [0.99996, "> 99.99 %"],
    [0.9999, "99.99 %"],
    [1, "> 99.99 %"],
  ])("%s is %s", (share, text) => {
    expect(shareText(share)).toBe(text);
  });

  test.each([
    [0, "0.00"],
    [0.29, "0.29"],
    [0.8699, "0.86"],
    [0.9899, "0.98"],
    [0.99, "0.99"],
    [0.9931, "0.9931"],
  ])("a confidence of %s that is reached so far is %s", (confidence, text) => {
    expect(sureText(confidence)).toBe(text);
  });
});

describe("a strip of history", () => {
  const strip = (spread: readonly number[], releases: [string, number][] = []) => ({
    spread,
    from: "v6.1",
    to: "v6.2-rc1",
    commits: 1000,
    releases: releases.map(([tag, at]) => ({ tag, at })),
  });

  it("has a bar for each stretch, high where the belief is, and names releases below", () => {
    const spread = [0, 0.0001, 0.01, 0.05, 0.25, 0.6, 0.089, 0, 0, 0, 0, 0];
    expect(
      stripLines(
        strip(spread, [
          ["v6.1.1", 200],
          ["v6.1.2", 300],
          ["v6.2", 800],
        ]),
        40,
      ),
    ).toEqual(["v6.1 │  ▁▂▄▇▃     │ v6.2-rc1", "        ╵v6.1.1"]);
  });

  it("is no wider than it may be, has all of the belief, and names no release halfway", () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: 1,
      maxLength: 64,
    });
    const releases = fc.array(fc.tuple(fc.stringMatching(/^v[0-9.]{1,9}$/), fc.nat({ max: 999 })));
    fc.assert(
      fc.property(shares, releases, fc.integer({ min: 1, max: 120 }), (spread, names, columns) => {
        const lines = stripLines(strip(spread, names), columns);
        for (const line of lines) expect(cellsOf(line)).toBeLessThanOrEqual(columns);
        const sum = spread.reduce((total, share) => total + share, 0);
        if (lines[0] !== undefined && sum > 0.001 * 64) expect(lines[0]).toMatch(/[▁▂▃▄▅▆▇█]/);
        const tags = names.map(([tag]) => tag);
        for (const name of (lines[1] ?? "")
          .trim()
          .split(/ +/)
          .filter((text) => text !== "")) {
          expect(tags).toContain(name.slice(1));
        }
      }),
    );
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
