import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  type Level,
  listEntryOf,
  listText,
  Progress,
  resultOf,
  showText,
} from "../../src/report/index.ts";
import { anyStory } from "../syzbot/any-story.ts";
import { stories } from "../syzbot/endings.ts";
import { commit, Story } from "../syzbot/story.ts";

const around = { log: "/bisections/pond-1/log.txt", running: false, suspicion: null };

function progressText({ events }: Story, level: Level): string {
  const progress = new Progress(level);
  return events.flatMap((event) => progress.linesOf(event).map((line) => `${line}\n`)).join("");
}

/** The object of `--json`, as the file that a script would read. */
function resultText({ events }: Story): string {
  return `${JSON.stringify(resultOf(events, around), null, 2)}\n`;
}

describe.each(Object.entries(stories))("%s", (name, story) => {
  test("shown", async () => {
    const shown = showText(story().events, around);
    await expect(shown).toMatchFileSnapshot(`shown/${name}.txt`);
  });

  test("as progress", async () => {
    const told = progressText(story(), "normal");
    await expect(told).toMatchFileSnapshot(`progress/${name}.txt`);
  });

  test("as a result", async () => {
    await expect(resultText(story())).toMatchFileSnapshot(`result/${name}.txt`);
  });
});

test("a list of all", async () => {
  const entries = Object.entries(stories).map(([name, story]) => {
    return { ...listEntryOf(story().events, name === "two-at-once"), id: name };
  });
  const now = Date.parse("2031-03-05T12:00:00Z");
  await expect(listText(entries, now)).toMatchFileSnapshot("list.txt");
});

test("a bisection in a list tells how sure it is by now, where it reckons that", () => {
  const best = { commit: commit("a"), probability: 0.4 };
  const story = new Story()
    .start()
    .test("reproduce", "crashing", "xxxx")
    .choose("search", "a", 4, {
      left: { suspects: 9, steps: 3 },
      belief: { best, suspects: 9, stated: 0.38 },
    });
  expect(listEntryOf(story.events, true).what).toBe("0.38 of 0.99 sure, up to 5m10s left");
});

describe("any list of events", () => {
  const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

  it("is told without a control character, one line a line", () => {
    fc.assert(
      fc.property(anyStory(), fc.boolean(), (story, running) => {
        const shown = showText(story.events, { ...around, running });
        const listed = listText([listEntryOf(story.events, running)], Date.now());
        expect(`${shown}${listed}`).not.toMatch(control);
        expect(listed.split("\n")).toHaveLength(2);
        const progress = new Progress("verbose");
        for (const event of story.events) {
          for (const line of progress.linesOf(event)) expect(line).not.toMatch(/[\n\r]|^$/);
        }
        expect(progress.heartbeat(0)).not.toMatch(control);
      }),
    );
  });

  it("has a result that JSON keeps as it is", () => {
    fc.assert(
      fc.property(anyStory(), ({ events }) => {
        const result = resultOf(events, around);
        expect(JSON.parse(JSON.stringify(result))).toEqual(result);
        expect(result.seconds.build).toBeGreaterThanOrEqual(0);
        expect(result.end === null).toBe(result.reason !== result.end);
      }),
    );
  });

  it("may be empty", () => {
    expect(showText([], around)).toContain("0 kernels, 0 runs");
    expect(resultOf([], around)).toMatchObject({ id: "", end: null, reason: "unfinished" });
  });
});
