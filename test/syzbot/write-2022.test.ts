import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { words } from "../../src/syzbot/grammar.ts";
import { writeLog2022 } from "../../src/syzbot/index.ts";
import { anyStory, hostileText } from "./any-story.ts";
import { stories } from "./endings.ts";
import { commit, foundStory, Story } from "./story.ts";

describe("a whole log", () => {
  test.each(Object.entries(stories))("%s", async (name, story) => {
    await expect(writeLog2022(story().events)).toMatchFileSnapshot(`logs/${name}.log`);
  });
});

describe("a log that is written live", () => {
  it("only grows: the log of fewer events begins the log of more", () => {
    fc.assert(
      fc.property(anyStory(), fc.nat(), ({ events }, cut) => {
        const fewer = events.slice(0, cut % (events.length + 1));
        expect(writeLog2022(events).startsWith(writeLog2022(fewer))).toBe(true);
      }),
    );
  });

  it("names the commit under test as soon as its subject is known", () => {
    const clean = { hash: commit("clean"), name: "clean" };
    const story = new Story().start({ clean }).range("crashing", "clean");
    story.choose("search", "a", 1, { left: { suspects: 1, steps: 1 } });
    const before = writeLog2022(story.events);
    const after = writeLog2022(story.describe("a").events);
    expect(before.endsWith(`${commit("clean")}\n`)).toBe(true);
    expect(after.slice(before.length)).toBe(
      "Bisecting: 1 revision left to test after this (roughly 1 step)\n" +
        `[${commit("a")}] pond: a\n\n`,
    );
  });
});

describe("where git begins", () => {
  it("has no good end where one was neither named nor tested: so far back was only looked", () => {
    const started = `# git bisect start ${commit("crashing")}`;
    const story = new Story().start().range("crashing", "v5.0");
    expect(writeLog2022(story.events).endsWith(`${started}\n`)).toBe(true);
    const walked = new Story().start().test("release", "v5.0", "...").range("crashing", "v5.0");
    expect(writeLog2022(walked.events).endsWith(`${started} ${commit("v5.0")}\n`)).toBe(true);
  });
});

describe("what is known already", () => {
  it("is not written again: an answer without a further run has no block", () => {
    const story = new Story().start().range("crashing", "clean").test("search", "a", "x");
    const before = writeLog2022(story.events);
    const after = writeLog2022(story.choose("culprit", "a", 1).answer("culprit", "a").events);
    expect(after.slice(before.length)).toBe(
      "Bisecting: 0 revisions left to test after this (roughly 0 steps)\n" +
        `[${commit("a")}]\n\n# git bisect bad ${commit("a")}\n`,
    );
  });

  it("ends a log with one crash, however many are symbolized", () => {
    const story = foundStory().symbolize("crashing", "BUG: once more\n");
    expect(writeLog2022(story.events)).toBe(writeLog2022(foundStory().events));
    const late = stories["since-oldest"]!().symbolize("v6.1", "BUG: once more\n");
    expect(writeLog2022(late.events).match(/^crash: /gm)).toHaveLength(1);
  });
});

/** The lines of a log that carry its structure, without what they say. */
function skeleton(log: string): string[] {
  const beginnings = Object.values(words).sort((a, b) => b.length - a.length);
  return log
    .split("\n")
    .flatMap((line) => beginnings.find((beginning) => line.startsWith(beginning)) ?? []);
}

describe("hostile text", () => {
  it("adds no line to the structure and no control character", () => {
    const seed = fc.integer();
    fc.assert(
      fc.property(seed, hostileText, (story, text) => {
        // The same story twice, once with every text hostile and once with every text plain.
        const [hostile, plain] = [`${text}y`, "y"].map((each) => {
          const [made] = fc.sample(anyStory(fc.constant(each)), { seed: story, numRuns: 1 });
          return writeLog2022(made!.events);
        });
        expect(skeleton(hostile!)).toEqual(skeleton(plain!));
        expect(hostile).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e]/);
      }),
    );
  });

  it("cannot forge a line from a compiler's message", () => {
    const broken = [`# git bisect good ${commit("a")}`, "testing commit 1", `[${commit("b")}] x`];
    const story = new Story().start().range("crashing", "clean");
    const log = writeLog2022(story.test("search", "a", "", { broken }).events);
    for (const line of broken) expect(log).toContain(`\n ${line}\n`);
  });

  it("gives at most 20 lines of a failed build", () => {
    const broken = Array.from({ length: 30 }, (_, n) => `frog.c:${n}: error`);
    const log = writeLog2022(
      new Story().start().test("reproduce", "crashing", "", { broken }).events,
    );
    expect(log).toContain("frog.c:19: error");
    expect(log).not.toContain("frog.c:20: error");
  });
});

it("writes a log of many events in a time that grows with their number", () => {
  const story = new Story().start();
  for (let n = 0; n < 300; n++)
    story.test("search", `commit ${n}`, "....", { left: { suspects: 1, steps: 1 } });
  expect(writeLog2022(story.events).match(/^testing commit/gm)).toHaveLength(300);
});
