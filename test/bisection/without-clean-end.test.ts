import { describe, expect, test } from "vitest";
import type { BisectionEvent } from "../../src/event/index.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { readLog, writeGitLog, writeLog2022 } from "../../src/syzbot/index.ts";
import { cutAfter, expectNothingRepeated } from "./cut-after.ts";
import { beginStory, bodiesOf, goOn, type Story, tell } from "./drive-story.ts";
import { contains, releasedHistory, releasedKernels, untaggedHistory } from "./released-history.ts";

const { hash, name } = releasedHistory;

const story = (culprit: string, trouble: Parameters<typeof releasedKernels>[1] = {}): Story => ({
  history: releasedHistory,
  crashes: "r14.5",
  policy: "adaptive",
  script: releasedKernels(culprit, trouble),
});

/** What each graph reached back to. */
const reaches = (events: readonly BisectionEvent[]) =>
  events.flatMap((event) => (event.kind === "graph-loaded" ? [event.before.map(name)] : []));

const kernels = (events: readonly BisectionEvent[]) =>
  events.flatMap((event) => (event.kind === "kernel-planned" ? [name(event.commit)] : []));

describe("a search without a clean end", () => {
  test.each([
    ["since the newest release", "r14.2"],
    ["one release back", "r13.4"],
    ["on a topic branch that forked eight releases before it was merged", "t4.2"],
    ["on a topic branch that forked before the graph begins", "o2.2"],
    ["as far back as the first graph reaches", "r6.1"],
  ])("finds a culprit %s, and walks no releases", async (_, culprit) => {
    const { events, concluded } = await tell(story(culprit));
    expect(concluded).toMatchObject({ end: "found", culprit: hash(culprit) });
    const stages = events.flatMap((event) => (event.kind === "probe-chosen" ? [event.stage] : []));
    expect(new Set(stages)).toEqual(new Set(["reproduce", "search"]));
    expect(reaches(events)).toEqual([["r6"]]);
  });

  test("tests the newest release's neighbours first, by the age of what each release brought", async () => {
    const { events } = await tell(story("r14.2"));
    const prior = events.find((event) => event.kind === "prior-set");
    expect(prior?.outside).toBeCloseTo(0.1445, 4);
    expect(prior?.lines).toContain(
      "no commit is known to be clean: commits since v14.0 are believed most, those of each older release less",
    );
    expect(
      kernels(events)
        .slice(1, 3)
        .every((one) => contains(one, "r12")),
    ).toBe(true);
  });

  test("reaches further back where what lies before the graph crashes", async () => {
    const { events, concluded } = await tell(story("r3.3"));
    expect(concluded).toMatchObject({ end: "found", culprit: hash("r3.3") });
    expect(reaches(events)).toEqual([["r6"], ["r1"]]);
    const asked = events.find((event) => event.kind === "probe-chosen" && event.label === "v6.0");
    expect(asked).toMatchObject({ stage: "search" });
    // Nothing that is known is asked again.
    expectNothingRepeated(events);
    const labels = events.filter((event) => event.kind === "prior-set");
    expect(labels).toHaveLength(2);
  });

  test("reaches further back where what lies before the graph cannot be tested", async () => {
    const builds = (one: string) => !contains(one, "r5") || contains(one, "r8");
    const { events, concluded } = await tell(story("r2.2", { builds }));
    expect(reaches(events)).toEqual([["r6"], ["r1"]]);
    expect(concluded).toMatchObject({ end: "found", culprit: hash("r2.2") });
  });

  test("ends at the oldest release where that crashes, surely", async () => {
    const { events, concluded } = await tell(story("r1", { rate: 0.7 }));
    expect(concluded).toMatchObject({ end: "since-oldest", culprit: null });
    expect(concluded.candidates.map(name)).toEqual(["r1"]);
    expect(concluded.why).toBe("it crashes on v1.0, the oldest release that could be tested");
    const answer = events.findLast((event) => event.kind === "probe-answered");
    expect(answer?.answers[0]?.crashed).toBeGreaterThanOrEqual(3);
    expect(events.some(({ kind }) => kind === "crash-symbolized")).toBe(true);
  });

  test("ends at the first commit that can be tested where none before it can", async () => {
    const builds = (one: string) => contains(one, "r8.4");
    const { events, concluded } = await tell(story("r2.2", { builds, rate: 0.9 }));
    expect(concluded).toMatchObject({ end: "since-oldest", culprit: null });
    const [oldest = ""] = concluded.candidates.map(name);
    expect(oldest).toBe("r8.4");
    const crashes = events.filter(
      (event) =>
        event.kind === "run-finished" &&
        event.outcome === "crashed" &&
        hash(oldest).startsWith(event.kernel),
    );
    expect(crashes.length).toBeGreaterThanOrEqual(3);
  });

  test("ends at a commit of the first graph where the next three releases cannot be built", async () => {
    const builds = (one: string) => contains(one, "r11.4");
    const { events, concluded } = await tell(story("r2.2", { builds }));
    expect(concluded).toMatchObject({ end: "since-oldest", culprit: null });
    const [oldest = ""] = concluded.candidates.map(name);
    expect(contains(oldest, "r11.4") && contains("r12", oldest)).toBe(true);
    expect(reaches(events)).toEqual([["r6"]]);
  });

  test("names several commits where the culprit lies among some that cannot be built", async () => {
    const builds = (one: string) => !contains(one, "r11") || contains(one, "r12");
    const { concluded } = await tell(story("r11.2", { builds }));
    expect(concluded.end).toBe("ties");
    expect(concluded.candidates.map(name)).toContain("r11.2");
    expect(concluded.candidates.map(name)).not.toContain("r6");
  });

  test("takes the user's word for a release", async () => {
    const onlooker = (events: readonly BisectionEvent[]) =>
      events.at(-1)?.kind === "prior-set"
        ? {
            kind: "overridden" as const,
            commits: [hash("r12")],
            verdict: "before" as const,
            why: null,
            source: "user" as const,
          }
        : null;
    const { events, concluded } = await tell({ ...story("r13.3"), onlooker });
    expect(concluded).toMatchObject({ end: "found", culprit: hash("r13.3") });
    expect(kernels(events).filter((one) => contains("r12", one))).toEqual([]);
  });

  test("of some paths walks releases back", async () => {
    const part = { paths: ["r14.2.c", "r13.3.c", "r11.1.c"] };
    const { events, concluded } = await tell({ ...story("r13.3"), part });
    expect(concluded).toMatchObject({ end: "found", culprit: hash("r13.3") });
    expect(events.some((event) => event.kind === "probe-chosen" && event.stage === "release")).toBe(
      true,
    );
  });

  test("over first parents needs none", async () => {
    const part = { "first-parent": true };
    const checks = { deeper: false, revert: false };
    const ending = { ...story("t4.2"), part, checks };
    const { events, concluded } = await tell(ending);
    expect(concluded).toMatchObject({ end: "found", culprit: hash("r12.3") });
    expect(reaches(events)).toEqual([["r6"]]);
  });

  test("goes on in the merge that first parents led to", async () => {
    const part = { "first-parent": true };
    const { events, concluded } = await tell({ ...story("t4.2"), part });
    expect(concluded).toMatchObject({ end: "found", culprit: hash("t4.2") });
    expect(reaches(events)).toEqual([["r6"], ["r12.2"]]);
  });
});

describe("a search without a clean end and without releases", () => {
  const { hash, name } = untaggedHistory;
  const untagged = (culprit: string): Story => ({
    history: untaggedHistory,
    crashes: "r14.5",
    policy: "adaptive",
    script: releasedKernels(culprit, { nameOf: name }),
  });

  test.each(["r14.3", "t4.1", "r1.1"])("finds %s in all of history", async (culprit) => {
    const { events, concluded } = await tell(untagged(culprit));
    expect(concluded).toMatchObject({ end: "found", culprit: hash(culprit) });
    const loaded = events.find((event) => event.kind === "graph-loaded");
    expect(loaded?.before).toEqual([]);
    const prior = events.find((event) => event.kind === "prior-set");
    expect(prior?.lines).toContain("newer commits are believed more");
  });

  test("ends at the root where that crashes", async () => {
    const { concluded } = await tell(untagged("r1"));
    expect(concluded).toMatchObject({ end: "since-oldest", culprit: null });
    expect(concluded.candidates.map(name)).toEqual(["r1"]);
    expect(concluded.why).toBe(
      `it crashes on ${hash("r1").slice(0, 12)}, the oldest commit that could be tested`,
    );
  });
});

describe("a search without a clean end that is cut off", () => {
  test("takes the same decisions and repeats no finished run", async () => {
    const told = story("r4.3", { rate: 0.8 });
    const whole = await beginStory(told);
    await goOn(told, whole);
    const reference = await readFileJournal(whole);
    expect(reaches(reference)).toHaveLength(2);
    const decisions = (events: readonly BisectionEvent[]) =>
      bodiesOf(
        events.filter(({ kind }) =>
          ["probe-chosen", "graph-loaded", "prior-set", "concluded"].includes(kind),
        ),
      );
    // Around everything that begins another part of the story; runs and builds are like any others.
    const turns = ["releases-listed", "graph-loaded", "prior-set", "bug-identified", "checked"];
    const cuts = reference.flatMap(({ kind }, at) => (turns.includes(kind) ? [at, at + 1] : []));
    for (const kept of new Set(cuts)) {
      const folder = await cutAfter(whole, kept);
      await goOn(told, folder);
      const events = await readFileJournal(folder);
      expect(decisions(events), `cut after event ${kept}`).toEqual(decisions(reference));
      expectNothingRepeated(events);
    }
  });
});

describe("the logs of a search without a clean end", () => {
  test("call nothing good that was not tested, and end at the same commit", async () => {
    const { events } = await tell(story("r13.4"));
    const log = writeLog2022(events).split("\n");
    const start = `git bisect start ${hash("r14.5")}`;
    expect(log.filter((line) => line.includes("bisect start"))).toEqual([`# ${start}`]);
    const read = readLog(Buffer.from(writeLog2022(events)), "ours");
    expect(read.find(({ kind }) => kind === "concluded")).toMatchObject({ culprit: hash("r13.4") });
    const gits = writeGitLog(events).split("\n");
    expect(gits.find((line) => line.startsWith("git bisect start"))?.replaceAll("'", "")).toBe(
      start,
    );
    expect(gits).not.toContain(`git bisect good ${hash("r6")}`);
  });
});
