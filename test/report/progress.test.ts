import { describe, expect, it } from "vitest";
import { kernelIdOf } from "../../src/event/index.ts";
import { Progress } from "../../src/report/index.ts";
import { commit, foundStory, Story } from "../syzbot/story.ts";

/** What `event` by event a bisection is worth at a level. */
function told({ events }: Story, level: "quiet" | "normal" | "verbose"): string[] {
  const progress = new Progress(level);
  return events.flatMap((event) => progress.linesOf(event));
}

describe("levels", () => {
  it("quiet tells the conclusion alone", () => {
    expect(told(foundStory(), "quiet")).toEqual([
      `${commit("culprit")} is the first bad commit`,
      "  pond: culprit",
      "  confidence 0.993, about 1 in 140 wrong",
    ]);
  });

  it("verbose tells what normal tells, in its order, and every run besides", () => {
    const normal = told(foundStory(), "normal");
    const verbose = told(foundStory(), "verbose");
    expect(verbose.filter((line) => normal.includes(line))).toEqual(normal);
    expect(verbose.filter((line) => /^\w{12}#\d+ /.test(line))).toHaveLength(26);
    expect(normal.some((line) => line.includes("#"))).toBe(false);
  });

  it("tells every level that a session stopped, and how to go on", () => {
    const story = new Story().start();
    story.add({ kind: "stopped", reason: "killed", message: "killed by\nthe system" });
    for (const level of ["quiet", "normal", "verbose"] as const) {
      const lines = told(story, level).slice(-2);
      expect(lines).toEqual([
        "stopped: killed by the system",
        "resume with: firstbad resume pond-1",
      ]);
    }
  });
});

it("says in what kernels differ, and of which that cannot be told", () => {
  const story = new Story().start();
  const kernels = ["a", "b"].map((name) => kernelIdOf(commit(name)));
  const [a, b] = kernels;
  const why = "the code of fs/pipe.o differs";
  story.add({ kind: "kernels-equal", kernels, how: "tokens" });
  story.add({ kind: "kernels-differ", kernels, known: true, why });
  story.add({ kind: "kernels-differ", kernels, known: false, why: "1200 objects differ" });
  expect(told(story, "verbose").slice(1)).toEqual([
    `the same kernel but for line numbers, runs count for all: ${a}, ${b}`,
    `${a} and ${b} differ in more than line numbers: ${why}`,
    `${a} and ${b} count as different: 1200 objects differ`,
  ]);
  expect(told(story, "normal")).toHaveLength(3);
});

describe("options that did not survive", () => {
  it("are told with the first kernel, and where they change", () => {
    const progress = new Progress();
    const built = (seq: number, kernel: string, ...dropped: string[]) =>
      progress
        .linesOf({
          version: 1,
          seq,
          at: "2026-01-01T00:00:00.000Z",
          kind: "kernel-built",
          kernel,
          signature: "0".repeat(64),
          compiler: "gcc",
          dropped,
          seconds: 1,
          cached: false,
        })
        .slice(1);
    expect(built(0, "aaaaaaaaaaaa", "CONFIG_KASAN=y", "CONFIG_KCSAN=y")).toEqual([
      "aaaaaaaaaaaa: not in, though asked for: CONFIG_KASAN=y, CONFIG_KCSAN=y",
    ]);
    expect(built(1, "bbbbbbbbbbbb", "CONFIG_KASAN=y", "CONFIG_KCSAN=y")).toEqual([]);
    expect(built(2, "cccccccccccc")).toEqual([
      "cccccccccccc: all options that were asked for are in",
    ]);
  });
});

describe("a heartbeat", () => {
  it("tells what is under way, since when, and what is left", () => {
    const progress = new Progress();
    const story = new Story()
      .start()
      .test("reproduce", "crashing", "xx")
      .range("crashing", "clean");
    story.choose("search", "a", 2, { left: { suspects: 8, steps: 3 } });
    story.add({ kind: "build-started", kernel: commit("a").slice(0, 12) });
    for (const event of story.events) progress.follow(event);
    const now = Date.parse(story.events.at(-1)!.at) + 90_000;
    // 5 builds of 60.5 s and 2 runs of 4.25 s for each: under test, three steps, the parent.
    // A minute and a half of the first are over; only the whole build of the crashing commit was measured.
    expect(progress.heartbeat(now)).toBe(
      `still building ${commit("a").slice(0, 12)} for 1m30s; up to 4m45s left`,
    );
  });

  it("tells how sure it is by now, where that is reckoned", () => {
    const progress = new Progress();
    const best = { commit: commit("a"), probability: 0.4 };
    const belief = { best, suspects: 9, stated: 0.38 };
    const story = new Story().start().choose("search", "a", 2, { belief });
    for (const event of story.events) progress.follow(event);
    expect(progress.heartbeat(0)).toBe("still at work; about 1 step left; confidence 0.38 of 0.99");
  });

  it("forgets what died with a session", () => {
    const progress = new Progress();
    const story = new Story().start();
    story.add({ kind: "build-started", kernel: commit("a").slice(0, 12) }).resume(60);
    for (const event of story.events) progress.follow(event);
    expect(progress.heartbeat(0)).toBe("still at work");
  });
});
