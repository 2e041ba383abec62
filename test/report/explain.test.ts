import { basename } from "node:path";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { readStoredGraph } from "../../src/bisection/graph-file.ts";
import type { BisectionEvent } from "../../src/event/index.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { explainText, explanationOf } from "../../src/report/index.ts";
import { wrapped } from "../../src/report/wrap.ts";
import { steeredStory } from "../bisection/cut-story.ts";
import { beginStory, goOn } from "../bisection/drive-story.ts";
import { anyStory } from "../syzbot/any-story.ts";
import { stories } from "../syzbot/endings.ts";

/** A bisection that its user steered, as it was after `count` of its events. */
async function steered() {
  const folder = await beginStory(steeredStory);
  await goOn(steeredStory, folder);
  const events = (await readFileJournal(folder)).map(
    (event): BisectionEvent => (event.kind === "started" ? { ...event, id: "steered" } : event),
  );
  const loaded = events.findLast((event) => event.kind === "graph-loaded")!;
  expect(basename(loaded.file)).toMatch(/^graph-/);
  return { events, graph: await readStoredGraph(folder, loaded) };
}

describe("a bisection that its user steered", () => {
  test.each([80, 50])("is explained in %i columns", async (columns) => {
    const { events, graph } = await steered();
    const text = explainText(events, { graph, suspicion: null, running: false, columns });
    await expect(text).toMatchFileSnapshot(`explained/steered-${columns}.txt`);
    for (const line of text.split("\n")) {
      if (/\w{40}/.test(line)) continue;
      expect(line.length, line).toBeLessThanOrEqual(columns);
    }
  });

  test("and its steps say what each ruled out, who spoke, and what was taken back", async () => {
    const { events, graph } = await steered();
    const { steps, checks, needs, end } = explanationOf(events, {
      graph,
      suspicion: null,
      running: false,
    });
    expect({ end, needs }).toEqual({ end: "found", needs: [] });
    expect(checks.map(({ result }) => result)).toEqual(["passed", "passed", "passed"]);
    const told = steps.filter((step) => step.kind === "told" || step.kind === "undone");
    expect(told.map(({ kind, verdict, source }) => [kind, verdict, source])).toEqual([
      ["told", "untestable", "user"],
      ["told", "before", "user"],
      ["told", "after", "user"],
      ["undone", "before", "user"],
    ]);
    const ruled = steps.flatMap((step) => (step.kind === "tested" ? [step.suspects] : []));
    expect(ruled.at(-1)).toEqual({ before: 2, after: 1 });
  });
});

describe.each(Object.entries(stories))("%s", (name, story) => {
  test("explained", async () => {
    const text = explainText(story().events, {
      graph: null,
      suspicion: null,
      running: false,
      columns: 80,
    });
    await expect(text).toMatchFileSnapshot(`explained/${name}.txt`);
  });
});

describe("any list of events", () => {
  it("is explained without a control character", () => {
    const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;
    fc.assert(
      fc.property(anyStory(), fc.integer({ min: 0, max: 200 }), ({ events }, columns) => {
        expect(
          explainText(events, { graph: null, suspicion: null, running: true, columns }),
        ).not.toMatch(control);
      }),
    );
  });
});

describe("wrapped text", () => {
  it("has every word once, and no line that is too long unless it is one word", () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,30}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 10, max: 60 }), (all, cells) => {
        const lines = wrapped(all.join(" "), "  - ", cells);
        expect(lines.join(" ").slice(4).split(/ +/)).toEqual(all);
        for (const line of lines) {
          if (line.length > cells) expect(line.trim().replace(/^- /, "")).not.toContain(" ");
        }
      }),
    );
  });
});
