import { describe, expect, test } from "vitest";
import { deliverOverride } from "../../src/bisection/deliver-override.ts";
import type { BisectionEvent, EventOf, UserEvent } from "../../src/event/index.ts";
import { openFileJournal, readFileJournal } from "../../src/journal/file-journal.ts";
import { beginStory, conclusionOf, goOn, type Onlooker, type Story } from "./drive-story.ts";
import { history, kernelsWith } from "./kernels.ts";

type Verdict = EventOf<"overridden">["verdict"];

function said(verdict: Verdict, ...names: string[]): UserEvent {
  const commits = names.map(history.hash);
  return { kind: "overridden", commits, verdict, why: null, source: "user" };
}

/** Says these one after the other, from the event on that `when` finds. */
function once(when: (event: BisectionEvent) => boolean, ...what: UserEvent[]): Onlooker {
  return (events) => {
    if (!when(events.at(-1)!)) return null;
    const before = events.filter(({ kind }) => kind === "overridden" || kind === "override-undone");
    return what[before.length] ?? null;
  };
}

const always = () => true;
const story = (rest: Partial<Story> & Pick<Story, "script">): Story => ({
  history,
  crashes: "a9",
  clean: "a0",
  ...rest,
});

async function told(given: Story) {
  const folder = await beginStory(given);
  await goOn(given, folder);
  const events = await readFileJournal(folder);
  return { folder, events, concluded: conclusionOf(events) };
}

const ran = (events: readonly BisectionEvent[]) =>
  [
    ...new Set(events.flatMap((event) => (event.kind === "run-finished" ? [event.kernel] : []))),
  ].map((kernel) => history.name(kernel));

function isRun(events: readonly BisectionEvent[], name: string): boolean {
  return ran(events).some((kernel) => history.hash(name).startsWith(kernel));
}

describe("what the user says wins over runs", () => {
  test("a commit called bad is not tested, and the search goes below it", async () => {
    const { events, concluded } = await told(
      story({ script: kernelsWith("a6"), onlooker: once(always, said("after", "a4")) }),
    );
    // The runs say a6, and nobody asks a4.
    expect(isRun(events, "a4")).toBe(false);
    expect(concluded).toMatchObject({ end: "found", culprit: history.hash("a4") });
    expect(concluded.why).toContain("what the user said");
    expect(events.find((event) => event.kind === "checked")).toMatchObject({
      check: "culprit-crashes",
      result: "passed",
      of: 0,
      why: "the user says so",
    });
  });

  test("a parent called clean counts as clean without a run, and has no probability", async () => {
    const { events, concluded } = await told(
      story({ script: kernelsWith("a6"), onlooker: once(always, said("before", "m5")) }),
    );
    expect(isRun(events, "m5")).toBe(false);
    expect(concluded).toMatchObject({
      end: "found",
      culprit: history.hash("a6"),
      confidence: null,
    });
    const checks = events.filter((event) => event.kind === "checked");
    expect(checks.map(({ check, result, why }) => [check, result, why])).toEqual([
      ["culprit-crashes", "passed", "one crash of this bug is enough"],
      ["parent-clean", "passed", "the user says so"],
    ]);
  });

  test("skipped commits are not tested and make ties where they hide the culprit", async () => {
    const { events, concluded } = await told(
      story({ script: kernelsWith("a6"), onlooker: once(always, said("untestable", "a6", "m5")) }),
    );
    expect(isRun(events, "a6") || isRun(events, "m5")).toBe(false);
    expect(concluded.end).toBe("ties");
    expect(concluded.candidates.map(history.name)).toContain("a6");
  });

  test("a clean end called bad ends it", async () => {
    const { concluded } = await told(
      story({ script: kernelsWith("a6"), onlooker: once(always, said("after", "a0")) }),
    );
    expect(concluded).toMatchObject({
      end: "clean-end-crashes",
      candidates: [history.hash("a0")],
      why: expect.stringContaining("the user says so"),
    });
  });

  test("a release called bad after its graph was read has the walk go on, with another graph", async () => {
    const loaded = (event: BisectionEvent) => event.kind === "graph-loaded";
    const { events, concluded } = await told({
      history,
      crashes: "a9",
      script: kernelsWith("a3"),
      onlooker: once(loaded, said("after", "a2")),
    });
    const graphs = events.filter(loaded) as EventOf<"graph-loaded">[];
    expect(graphs.map(({ before }) => before.map(history.name))).toEqual([["a2"], ["a0"]]);
    expect(new Set(graphs.map(({ file }) => file)).size).toBe(2);
    expect(concluded).toMatchObject({ end: "found", culprit: history.hash("a2") });
  });

  test("a commit called bad that the one known to be bad does not contain changes nothing", async () => {
    const atTheEnd = (event: BisectionEvent) => event.kind === "checked";
    const { concluded } = await told(
      story({ script: kernelsWith("a1"), onlooker: once(atTheEnd, said("after", "a7")) }),
    );
    expect(concluded).toMatchObject({ end: "found", culprit: history.hash("a1") });
  });
});

describe("what the user takes back", () => {
  test("counts no more, and what runs said counts again", async () => {
    const wrong = said("after", "a4");
    const { events, concluded } = await told(
      story({
        script: kernelsWith("a6"),
        onlooker: (events) => {
          const [made] = events.filter(({ kind }) => kind === "overridden");
          if (made === undefined) return wrong;
          const undone = events.some(({ kind }) => kind === "override-undone");
          const late = events.at(-1)!.kind === "checked" && !undone;
          return late ? { kind: "override-undone", override: made.seq } : null;
        },
      }),
    );
    expect(events.some(({ kind }) => kind === "override-undone")).toBe(true);
    expect(concluded).toMatchObject({
      end: "found",
      culprit: history.hash("a6"),
      why: "every check passed",
    });
  });
});

describe("an override after the conclusion", () => {
  test("opens the bisection again; going on repeats no run and comes to another end", async () => {
    const given = story({ script: kernelsWith("a6") });
    const { folder, events } = await told(given);
    const { held } = await deliverOverride(folder, said("after", "m5"));
    expect(held).toBe(false);
    await goOn(given, folder);
    const after = await readFileJournal(folder);
    // m5 is a merge: one of its parents was tested, or is now.
    expect(conclusionOf(after)).toMatchObject({ end: "found", culprit: history.hash("m5") });
    const runs = after.flatMap((event) => (event.kind === "run-finished" ? [event.run] : []));
    expect(new Set(runs).size).toBe(runs.length);
    expect(after.length).toBeGreaterThan(events.length + 1);
  });
});

describe("an override is refused with a reason", () => {
  test.each([
    ["of the crashing commit", said("before", "a9"), "the bug is known by it"],
    ["of a commit outside of the range", said("before", "f1"), "outside of the range"],
    [
      "that takes back what nobody said",
      { kind: "override-undone", override: 3 } as const,
      "no override 3",
    ],
  ])("%s", async (_, body, why) => {
    const { folder } = await told(story({ script: kernelsWith("a6") }));
    const before = await readFileJournal(folder);
    await expect(deliverOverride(folder, body)).rejects.toMatchObject({
      code: "override-refused",
      message: expect.stringContaining(why),
    });
    expect(await readFileJournal(folder)).toEqual(before);
    await (await openFileJournal(folder)).close();
  });
});
