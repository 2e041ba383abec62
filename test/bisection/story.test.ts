import { describe, expect, test } from "vitest";
import type { EventOf } from "../../src/event/index.ts";
import { tell } from "./drive-story.ts";
import { bug, history, kernelsWith } from "./kernels.ts";

const names = (hashes: readonly string[]) => hashes.map(history.name).sort();

describe("a story ends as it must", () => {
  test.each([
    { what: "between two given ends", clean: "a0", culprit: "a6", end: "found" },
    { what: "walking releases back", culprit: "a7", end: "found" },
    { what: "walking two releases back", culprit: "a3", end: "found" },
    { what: "on a topic branch", clean: "a2", culprit: "t2", end: "found" },
    { what: "at the first commit of a topic branch", clean: "a2", culprit: "t1", end: "found" },
    { what: "at a merge", clean: "a2", culprit: "m5", end: "found" },
    { what: "at the crashing commit itself", clean: "m8", culprit: "a9", end: "found" },
    { what: "with a clean end on a branch of its own", clean: "f2", culprit: "a4", end: "found" },
    {
      what: "with a crash in three of ten runs",
      clean: "a0",
      culprit: "u2",
      rate: 0.3,
      end: "found",
    },
    {
      what: "around commits that do not build",
      clean: "a0",
      culprit: "a6",
      broken: ["a3", "a4", "u1"],
      end: "found",
    },
    {
      what: "around commits with another crash",
      clean: "a0",
      culprit: "a6",
      foreign: ["a3", "t1"],
      end: "found",
    },
    {
      what: "around releases that do not boot",
      culprit: "a2",
      hangsAtBoot: ["m5", "a2"],
      end: "ties",
      candidates: ["a2", "a3"],
    },
    {
      what: "beside commits that cannot be tested",
      clean: "a0",
      culprit: "a4",
      broken: ["a3", "a2"],
      end: "ties",
    },
    { what: "with no crash anywhere", culprit: null, end: "not-reproduced", candidates: ["a9"] },
    {
      what: "with a crash since the oldest release",
      culprit: "a0",
      end: "since-oldest",
      candidates: ["a0"],
    },
    {
      what: "with a clean end that crashes",
      clean: "a2",
      culprit: "a1",
      end: "clean-end-crashes",
      candidates: ["a2"],
    },
    {
      what: "with a merge base that crashes",
      clean: "f2",
      culprit: "a1",
      end: "clean-end-crashes",
      fixedIn: ["f1", "f2"],
      candidates: ["a1"],
    },
    {
      what: "with a crashing commit that does not build",
      culprit: "a6",
      broken: ["a9"],
      end: "untestable",
      candidates: ["a9"],
    },
    {
      what: "with a crashing commit that does not boot",
      culprit: "a6",
      hangsAtBoot: ["a9"],
      end: "untestable",
      candidates: ["a9"],
    },
    {
      what: "with a clean end that does not build",
      clean: "a0",
      culprit: "a6",
      broken: ["a0"],
      end: "untestable",
      candidates: ["a0"],
    },
  ])("$what: $end", async ({ clean, culprit, end, candidates, fixedIn, ...trouble }) => {
    const script = kernelsWith(culprit, trouble);
    const run: typeof script.run = (commit, n) =>
      fixedIn?.includes(history.name(commit)) ? "clean" : script.run(commit, n);
    const { concluded } = await tell({
      history,
      crashes: "a9",
      ...(clean && { clean }),
      script: { ...script, run },
    });
    expect(concluded.end).toBe(end);
    expect(concluded.culprit && history.name(concluded.culprit)).toBe(
      end === "found" ? culprit : concluded.culprit && history.name(concluded.culprit),
    );
    if (end === "ties" && culprit) expect(names(concluded.candidates)).toContain(culprit);
    if (candidates) expect(names(concluded.candidates)).toEqual(candidates);
    if (end === "found") expect(concluded.confidence).toBeGreaterThanOrEqual(0.99);
    else expect(concluded.confidence).toBeNull();
  });
});

describe("a story", () => {
  test("knows the bug by the crashing commit's runs", async () => {
    const { events } = await tell({
      history,
      crashes: "a9",
      clean: "a0",
      script: kernelsWith("a6"),
    });
    const identified = events.find((event) => event.kind === "bug-identified");
    expect(identified).toMatchObject({ title: bug, titles: [bug], crashed: 4, of: 4 });
  });

  test("runs each commit as often as the job says", async () => {
    const { events } = await tell({
      history,
      crashes: "a9",
      clean: "a0",
      runs: 3,
      script: kernelsWith("a6"),
    });
    const searched = events.filter(
      (event) => event.kind === "probe-chosen" && event.stage === "search",
    );
    expect(searched.length).toBeGreaterThan(2);
    for (const event of searched) {
      expect((event as EventOf<"probe-chosen">).probes.map(({ runs }) => runs)).toEqual([3]);
    }
  });

  test("does not run a kernel that equals one already run", async () => {
    const sameKernel = ["a0", "a1", "a2", "a3", "a4", "t1", "t2", "t3", "u1", "u2", "u3"];
    const script = kernelsWith("a6", { sameKernel });
    const { events, concluded } = await tell({ history, crashes: "a9", clean: "a0", script });
    expect(history.name(concluded.culprit ?? "")).toBe("a6");
    const ran = events.flatMap((event) => (event.kind === "run-finished" ? [event.kernel] : []));
    const sharing = new Set(sameKernel.map((name) => history.hash(name).slice(0, 12)));
    expect(ran.filter((kernel) => sharing.has(kernel)).length).toBe(4);
    expect(events.filter(({ kind }) => kind === "kernels-equal").length).toBeGreaterThan(0);
  });

  test("never ends at a commit whose kernel is its parent's, however their runs fell out", async () => {
    const script = kernelsWith("a6", { sameKernel: ["a6", "m5"] });
    const { events, concluded } = await tell({ history, crashes: "a9", clean: "a0", script });
    expect(events.filter(({ kind }) => kind === "kernels-equal").length).toBe(1);
    expect(concluded.culprit).not.toBe(history.hash("a6"));
  });

  test("makes every check of a culprit, with its counts", async () => {
    const { events } = await tell({
      history,
      crashes: "a9",
      clean: "a2",
      script: kernelsWith("m5"),
    });
    const checks = events.flatMap((event) =>
      event.kind === "checked"
        ? [[event.check, event.result, event.parent && history.name(event.parent), event.crashed]]
        : [],
    );
    expect(checks).toEqual([
      ["culprit-crashes", "passed", null, 4],
      ["parent-clean", "passed", "a4", 0],
      ["parent-clean", "passed", "t3", 0],
      ["signatures-differ", "passed", "a4", 0],
      ["signatures-differ", "passed", "t3", 0],
    ]);
  });

  test("goes on below a parent that crashes when it is run more", async () => {
    // a3 has the bug and hides it in its first four runs.
    const script = kernelsWith("a3");
    const run: typeof script.run = (commit, n) =>
      history.name(commit) === "a3" && n < 4 ? "clean" : script.run(commit, n);
    const story = { history, crashes: "a9", clean: "a2", runs: 2, script: { ...script, run } };
    const { concluded } = await tell(story);
    expect(concluded).toMatchObject({ end: "found", culprit: history.hash("a4") });
    const { concluded: careful } = await tell({ ...story, runs: 6 });
    expect(careful).toMatchObject({ end: "found", culprit: history.hash("a3") });
  });

  test("shows the crash even where it can name no commit", async () => {
    const { events } = await tell({ history, crashes: "a9", script: kernelsWith("a0") });
    expect(events.at(-2)).toMatchObject({ kind: "crash-symbolized", title: bug });
    expect(events.at(-1)).toMatchObject({ kind: "concluded", end: "since-oldest" });
  });

  test("stops at trouble of this machine, and never takes it for evidence", async () => {
    const script = kernelsWith("a6", { infrastructure: ["a4", "m5", "t2"] });
    const story = { history, crashes: "a9", clean: "a0", script };
    await expect(tell(story)).rejects.toMatchObject({ code: "out-of-memory" });
  });
});

describe("ends that can be none are refused before anything is built", () => {
  test.each([
    ["the same twice", "a4", "a4", "clean-is-crashing"],
    ["exchanged", "a2", "a9", "ends-swapped"],
    ["one that is not there", "a9", "nowhere", "commit-not-found"],
    ["an option", "--all", "a0", "commit-not-found"],
  ])("%s", async (_, crashes, clean, code) => {
    const story = { history, crashes, clean, script: kernelsWith(null) };
    await expect(tell(story)).rejects.toMatchObject({ code });
  });
});
