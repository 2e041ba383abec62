import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { runIdOf } from "../../src/event/index.ts";
import { changedParts } from "../../src/view/changed-parts.ts";
import { listEntryViewOf } from "../../src/view/list.ts";
import { bisectionView, listEntry, type RunDot } from "../../src/view/schema.ts";
import { viewOf } from "../../src/view/view.ts";
import { anyStory } from "../syzbot/any-story.ts";
import { stories } from "../syzbot/endings.ts";
import { commit, foundStory, Story } from "../syzbot/story.ts";

const now = Date.parse("2031-03-04T06:00:00Z");
const idle = { running: false, now };

/** A view as text: a dot is one line of it. */
function viewText(view: unknown): string {
  const dotText = ({ run, mark, outcome, title, seconds, lentBy }: RunDot) =>
    [run, mark, outcome, title, seconds, lentBy].filter((part) => part !== null).join(" ");
  const short = (key: string, value: unknown) =>
    key === "runs" && Array.isArray(value) ? value.map(dotText) : value;
  return `${JSON.stringify(view, short, 1)}\n`;
}

describe.each(Object.entries(stories))("%s", (name, story) => {
  const running = name === "two-at-once";

  test("viewed", async () => {
    const view = viewOf(story().events, { running, now });
    expect(bisectionView.parse(view)).toEqual(view);
    await expect(viewText(view)).toMatchFileSnapshot(`viewed/${name}.txt`);
  });

  test("in a list", () => {
    const { events } = story();
    const entry = listEntryViewOf(events, { running });
    expect(listEntry.parse(entry)).toEqual(entry);
    const { head } = viewOf(events, { running, now });
    expect(entry).toMatchObject({ id: head.id, state: head.state, group: head.group });
  });
});

const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

/** Every text of a value, with the name that it has. */
function textsIn(value: unknown, name = ""): [string, string][] {
  if (typeof value === "string") return [[name, value]];
  if (Array.isArray(value)) return value.flatMap((one) => textsIn(one, name));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => textsIn(one, key));
}

describe("any list of events, and any beginning of it", () => {
  it("has a view that the schema takes and JSON keeps as it is", () => {
    fc.assert(
      fc.property(anyStory(), fc.nat(), fc.boolean(), ({ events }, cut, running) => {
        const some = events.slice(0, cut % (events.length + 1));
        const view = viewOf(some, { running, now });
        expect(bisectionView.parse(view)).toEqual(view);
        expect(JSON.parse(JSON.stringify(view))).toEqual(view);
        const entry = listEntryViewOf(some, { running });
        expect(listEntry.parse(entry)).toEqual(entry);
      }),
    );
  });

  it("is told in lines without control characters", () => {
    fc.assert(
      fc.property(anyStory(), fc.boolean(), ({ events }, running) => {
        const view = viewOf(events, { running, now });
        for (const [name, text] of textsIn(view)) {
          expect(text).not.toMatch(hidden);
          if (name !== "message" && name !== "report") expect(text).not.toMatch(/[\n\t]/);
        }
      }),
    );
  });

  it("may be empty", () => {
    const view = viewOf([], idle);
    expect(bisectionView.parse(view)).toEqual(view);
    expect(view).toMatchObject({ head: { id: "", state: "cut off" }, steps: [], course: [] });
  });
});

describe("the parts of a view", () => {
  it("are all of them at first, and then those alone that changed", () => {
    const story = foundStory();
    const before = viewOf(story.events, idle);
    expect(Object.keys(changedParts(null, before))).toEqual(Object.keys(before));
    expect(changedParts(before, viewOf(story.events, { ...idle, now: now + 9e6 }))).toEqual({});
    story.add({
      kind: "mailed",
      culprit: commit("culprit"),
      messageId: "<1@pond.example>",
      to: ["heron@pond.example"],
      cc: [],
    });
    expect(Object.keys(changedParts(before, viewOf(story.events, idle)))).toEqual(["mailed"]);
    expect(listEntryViewOf(story.events, idle).mailed).toBe(true);
  });
});

describe("a bisection at work", () => {
  const story = () =>
    new Story()
      .start()
      .test("reproduce", "crashing", "xx")
      .bug()
      .range("crashing", "clean")
      .choose("search", "middle", 4, { left: { suspects: 7, steps: 3 } });
  const kernel = commit("middle").slice(0, 12);

  it("says what is built and how far that is", () => {
    const { events } = story().add({ kind: "build-started", kernel }, 30);
    const compiled = new Map([[kernel, { done: 12, of: 340 }]]);
    const view = viewOf(events, { running: true, compiled, now });
    expect(view.now).toMatchObject({
      stage: "search",
      git: "Bisecting: 7 revisions left to test after this (roughly 3 steps)",
      work: [{ kind: "build", id: kernel, text: "compiling 12/340 files" }],
    });
    expect(view.steps.at(-1)).toMatchObject({
      n: null,
      verdict: null,
      asked: 4,
      build: { state: "building", progress: { done: 12, of: 340 } },
    });
  });

  it("tells what waits for its turn from what is at work", () => {
    const { events } = story().add({ kind: "build-started", kernel }, 30);
    const shown = (...placed: string[]) => {
      const view = viewOf(events, { running: true, placed: new Set(placed), now });
      return [view.now?.work[0]?.text, view.steps.at(-1)?.build.state];
    };
    expect(shown("another")).toEqual(["waits for its turn", "waiting"]);
    expect(shown(kernel)).toEqual(["preparing", "building"]);
    const run = runIdOf(kernel, 0);
    const begun = story().build("middle").add({ kind: "run-started", run, kernel }).events;
    const ran = (...placed: string[]) => {
      const view = viewOf(begun, { running: true, placed: new Set(placed), now });
      return [view.now?.work[0]?.text, view.steps.at(-1)?.runs.length];
    };
    expect(ran()).toEqual(["waits for its turn", 0]);
    expect(ran(run)).toEqual(["running, 0 of 4 done", 1]);
  });

  it("has a dot for a run under way, until nobody is at work", () => {
    const { events } = story()
      .build("middle")
      .runs("middle", "x.")
      .add({ kind: "run-started", run: runIdOf(kernel, 2), kernel });
    const marks = (running: boolean) =>
      viewOf(events, { running, now })
        .steps.at(-1)
        ?.runs.map(({ mark }) => mark);
    expect(marks(true)).toEqual(["bug", "clean", "running"]);
    expect(marks(false)).toEqual(["bug", "clean"]);
    expect(viewOf(events, idle).now).toBeNull();
  });

  it("tells of runs that somebody added until they are answered", () => {
    const added = {
      kind: "runs-added",
      kernel,
      commit: commit("middle"),
      more: 2,
      runs: 4,
    } as const;
    const open = story()
      .test("search", "middle", "..")
      .add({ ...added, why: "is it flaky?" })
      .add({ kind: "run-started", run: runIdOf(kernel, 2), kernel });
    const view = viewOf(open.events, { running: true, now });
    expect(view.now).toMatchObject({
      text: expect.stringMatching(/^running [0-9a-f]{12} again$/),
      work: [{ kind: "run", text: "running, 2 of 4 done" }],
    });
    const rows = view.steps;
    expect(rows.map(({ verdict }) => verdict)).toEqual(["after", "before", null]);
    expect(rows.at(-1)).toMatchObject({
      stage: "search",
      why: "the user asked for 2 more runs: is it flaky?",
      asked: 4,
      runs: [{ mark: "clean" }, { mark: "clean" }, { mark: "running" }],
    });
    const { steps } = viewOf(open.runs("middle", "..").answer("search", "middle").events, idle);
    expect(steps.map(({ verdict }) => verdict)).toEqual(["after", "before", "before"]);
    expect(steps.at(-1)?.why).toBe("the user asked for 2 more runs: is it flaky?");
  });

  it("counts for an answer only the runs before it", () => {
    const { events } = story()
      .build("middle")
      .runs("middle", "..")
      .answer("search", "middle")
      .choose("culprit", "middle", 4)
      .runs("middle", "x")
      .answer("culprit", "middle");
    const rows = viewOf(events, idle).steps.filter((row) => row.kernel === kernel);
    expect(rows.map(({ n, runs, crashed }) => [n, runs.length, crashed])).toEqual([
      [4, 2, 0],
      [5, 3, 1],
    ]);
  });

  it("waits where somebody says so", () => {
    const { events } = story();
    const { head } = viewOf(events, { ...idle, waiting: "queued" });
    expect(head).toMatchObject({ state: "queued", group: "waiting" });
  });
});
