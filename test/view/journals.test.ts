import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { BisectionEvent } from "../../src/event/index.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { readLog } from "../../src/syzbot/index.ts";
import { listEntryViewOf } from "../../src/view/list.ts";
import { type BisectionView, bisectionView, listEntry } from "../../src/view/schema.ts";
import { viewOf } from "../../src/view/view.ts";
import { beginStory, goOn, type Story } from "../bisection/drive-story.ts";
import { fixedHistory, fixedKernels } from "../bisection/fixed-history.ts";
import { history, kernelsWith } from "../bisection/kernels.ts";
import { mainLine, mendable } from "../bisection/mendable.ts";
import { history as configHistory, configuredKernels } from "../bisection/small-config.ts";

const now = Date.parse("2031-03-04T06:00:00Z");

async function told(story: Story): Promise<readonly BisectionEvent[]> {
  const folder = await beginStory(story);
  await goOn(story, folder);
  return readFileJournal(folder);
}

/** Every beginning of a list of events has a view; that of all of it is returned. */
function viewedAtEachEvent(events: readonly BisectionEvent[]): BisectionView {
  for (let count = 1; count <= events.length; count++) {
    const some = events.slice(0, count);
    const view = viewOf(some, { running: count % 2 === 0, now });
    expect(bisectionView.parse(view)).toEqual(view);
    expect(listEntry.parse(listEntryViewOf(some, { running: false })).id).toBe(view.head.id);
  }
  return viewOf(events, { running: false, now });
}

describe("the view of a bisection, at each of its events", () => {
  test("that reverts the culprit: checks have the runs that they count", async () => {
    const script = kernelsWith("a3", { broken: ["u2"], rate: 0.8 });
    const events = await told({ history, crashes: "a9", clean: "a0", policy: "adaptive", script });
    const { checks, conclusion, steps, course } = viewedAtEachEvent(events);
    expect(conclusion).toMatchObject({ end: "found", mayMail: true, needs: [] });
    expect(conclusion?.evidenceText).toMatch(
      /^the culprit crashes \d+\/\d+, parent \w{12} does not 0\/\d+/,
    );
    for (const { of, runs, crashed, check } of checks) {
      if (runs.length === 0) continue;
      const bugs = runs.filter(({ mark }) => mark === "bug").length;
      const clean = runs.filter(({ mark }) => mark === "clean").length;
      expect([check, bugs, bugs + clean]).toEqual([check, crashed, of]);
    }
    const revert = checks.find(({ check }) => check === "revert-on-crashing");
    expect(revert?.kernel).toMatch(/\+/);
    expect(revert?.runs.length).toBe(revert?.of);
    for (const { n, command } of steps) expect(command).toMatch(new RegExp(` ${n}$`));
    expect(course.at(-1)).toMatchObject({ suspects: 1, stated: conclusion?.confidence });
  });

  test("for a fix", async () => {
    const events = await told({
      history: fixedHistory,
      crashes: "s1",
      head: "m9",
      script: fixedKernels("m1", ["m6"]),
    });
    const { head, conclusion } = viewedAtEachEvent(events);
    expect(head).toMatchObject({ find: "fix", until: { name: null } });
    expect(head.terms).toMatchObject({ before: "broken", after: "fixed" });
    expect(conclusion).not.toBeNull();
  });

  test("that makes a configuration smaller", async () => {
    const events = await told({
      history: configHistory,
      crashes: "a9",
      goal: "config",
      minimize: { tries: 3 },
      script: configuredKernels("a3", ["KASAN", "EVENTS"]),
    });
    const { head, config } = viewedAtEachEvent(events);
    expect(head.goal).toBe("config");
    expect(config?.tries).toHaveLength(3);
    for (const { crashes, runs } of config?.tries ?? []) {
      if (crashes) expect(runs.some(({ mark }) => mark === "bug")).toBe(true);
    }
  });

  test("of several trees", async () => {
    const trees = ["a1", "a3", "a4"];
    const events = await told({
      history,
      crashes: "a9",
      runs: 3,
      script: kernelsWith("a3"),
      presence: { trees, all: true },
    });
    const { head, presence, steps } = viewedAtEachEvent(events);
    expect(head.goal).toBe("presence");
    expect(presence?.trees.map(({ tree, state }) => [tree.name, state])).toEqual([
      ["a1", "not-affected"],
      ["a3", "affected"],
      ["a4", "affected"],
    ]);
    for (const { tree, kernel } of presence?.trees ?? []) {
      expect(steps.some((step) => step.kernel === kernel && step.commit.name === tree.name)).toBe(
        true,
      );
    }
  });

  test("whose commits need a fix first", async () => {
    const events = await told(
      mendable({
        lines: mainLine(40),
        culprit: "m20",
        regions: [{ from: "m8", to: "m30", how: "build" }],
      }),
    );
    const { repairs, steps } = viewedAtEachEvent(events);
    expect(repairs.map(({ ended }) => ended)).toContain(true);
    expect(steps.some(({ build }) => build.fixes.length > 0)).toBe(true);
  });

  test.each(["logs", "git-logs"])("of others, in %s", async (folder) => {
    const place = join(import.meta.dirname, "../syzbot", folder);
    for (const name of await readdir(place)) {
      const bytes = await readFile(join(place, name));
      // Git has nothing to say where it would not have begun.
      if (bytes.length === 0) continue;
      const events = readLog(bytes, name);
      const view = viewOf(events, { running: false, now });
      expect(bisectionView.parse(view)).toEqual(view);
      expect(view.steps.every(({ command }) => command === null)).toBe(true);
    }
  });
});
