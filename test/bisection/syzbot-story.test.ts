import { describe, expect, test } from "vitest";
import type { BisectionEvent, EventOf } from "../../src/event/index.ts";
import type { ScriptedRun } from "../../src/simulate/scripted-lab.ts";
import { type Story, tell } from "./drive-story.ts";
import { bug, history, kernelsWith } from "./kernels.ts";

const policies = ["syzbot-2022", "syzbot-2026"] as const;

type Rest = Parameters<typeof kernelsWith>[1];

function storyOf(policy: string, culprit: string | null, rest: Rest & Partial<Story> = {}): Story {
  const { clean, runs, ...trouble } = rest;
  return {
    history,
    crashes: "a9",
    policy,
    ...(clean && { clean }),
    ...(runs && { runs }),
    script: kernelsWith(culprit, trouble),
  };
}

/** `story` in which the runs of `name` show what `shown` says; null: what they would anyway. */
function withRuns(story: Story, name: string, shown: (n: number) => ScriptedRun | null): Story {
  const { run } = story.script;
  return {
    ...story,
    script: {
      ...story.script,
      run: (commit, n) => (history.name(commit) === name ? shown(n) : null) ?? run(commit, n),
    },
  };
}

/** The tests of a story: stage, commit, runs that were finished, verdict. */
function testsOf(events: readonly BisectionEvent[]): (readonly [string, string, number, string])[] {
  return events.flatMap((event) =>
    event.kind === "probe-answered"
      ? event.answers.map(({ commit, crashed, clean, foreign, missing, verdict }) => {
          const runs = crashed + clean + foreign + missing;
          return [event.stage, history.name(commit), runs, verdict] as const;
        })
      : [],
  );
}

const checksOf = (events: readonly BisectionEvent[]) =>
  events.flatMap((event) => (event.kind === "checked" ? [[event.check, event.result]] : []));

const named = ({ culprit }: EventOf<"concluded">) => culprit && history.name(culprit);

describe.each(policies)("%s", (policy) => {
  test("walks releases, searches as git does, and builds the culprit's parent without running it", async () => {
    const { events, concluded } = await tell(storyOf(policy, "a6"));
    expect(concluded).toMatchObject({
      end: "found",
      confidence: policy === "syzbot-2022" ? null : 1,
    });
    expect(named(concluded)).toBe("a6");
    // a9 has the bug, v6.2 not; the culprit's parent is v6.2 itself.
    expect(testsOf(events)).toEqual([
      ["reproduce", "a9", 20, "after"],
      ["release", "m5", 10, "before"],
      ["search", "u3", 10, "before"],
      ["search", "a7", 10, "after"],
      ["search", "a6", 10, "after"],
    ]);
    expect(checksOf(events)).toEqual([
      ["culprit-crashes", "passed"],
      ["signatures-differ", "passed"],
    ]);
  });

  test("builds a parent that was never tested, and nothing is run of it", async () => {
    const { events, concluded } = await tell(storyOf(policy, "t1", { clean: "a2" }));
    expect(named(concluded)).toBe("t1");
    const planned = events.findIndex(
      (event) => event.kind === "kernel-planned" && event.purpose === "check",
    );
    expect(events[planned]).toMatchObject({ commit: history.hash("a1") });
    expect(events.slice(planned + 1, planned + 4).map(({ kind }) => kind)).toEqual([
      "build-started",
      "kernel-built",
      "checked",
    ]);
    expect(testsOf(events).map(([, name]) => name)).not.toContain("a1");
  });

  test("does not rely on a culprit whose kernel is its parent's", async () => {
    const { events, concluded } = await tell(storyOf(policy, "a6", { sameKernel: ["m5", "a6"] }));
    expect(concluded).toMatchObject({
      end: "unconfirmed",
      why: "the culprit's kernel is its parent's: it changed nothing",
    });
    expect(named(concluded)).toBe("a6");
    expect(checksOf(events).at(-1)).toEqual(["signatures-differ", "failed"]);
    // Every commit is run, whatever its kernel.
    expect(events.some(({ kind }) => kind === "kernels-equal")).toBe(false);
  });

  test("does not rely on a merge, and compares it with nothing", async () => {
    const { events, concluded } = await tell(storyOf(policy, "m5", { clean: "a2" }));
    expect(concluded).toMatchObject({ end: "unconfirmed" });
    expect(concluded.why).toContain("merge");
    expect(named(concluded)).toBe("m5");
    expect(checksOf(events)).toEqual([["culprit-crashes", "passed"]]);
  });

  test("cannot compare with a parent that does not build, and names the culprit all the same", async () => {
    const { events, concluded } = await tell(storyOf(policy, "u1", { broken: ["a4"] }));
    expect(named(concluded)).toBe("u1");
    expect(concluded.end).toBe("found");
    expect(checksOf(events).at(-1)).toEqual(["signatures-differ", "unknown"]);
  });

  test("ends at commits that cannot be tested as git does", async () => {
    const { concluded } = await tell(storyOf(policy, "a7", { broken: ["a7"] }));
    expect(concluded.end).toBe("ties");
    expect(concluded.candidates.map(history.name)).toContain("a7");
  });

  test("says that a crash was not reproduced, whatever the reason", async () => {
    for (const story of [
      storyOf(policy, null),
      storyOf(policy, "a6", { broken: ["a9"] }),
      storyOf(policy, "a6", { hangsAtBoot: ["a9"] }),
    ]) {
      const { events, concluded } = await tell(story);
      expect(concluded.end).toBe("not-reproduced");
      expect(testsOf(events).length).toBe(1);
    }
  });

  test("runs a kernel that never boots as often as any other", async () => {
    const { events } = await tell(storyOf(policy, "a6", { hangsAtBoot: ["m5"] }));
    expect(testsOf(events)[1]).toEqual(["release", "m5", 10, "untestable"]);
  });

  test("takes a crash since the oldest release for one that is older", async () => {
    const { concluded } = await tell(storyOf(policy, "a0"));
    expect(concluded).toMatchObject({ end: "since-oldest", candidates: [history.hash("a0")] });
  });

  test("ends without a name where no release can be tested", async () => {
    const story = storyOf(policy, "a6", { broken: ["m5"], hangsAtBoot: ["a2", "a0"] });
    const { concluded } = await tell(story);
    expect(concluded).toMatchObject({ end: "untestable", culprit: null });
    expect(concluded.candidates).toEqual(policy === "syzbot-2022" ? [history.hash("a9")] : []);
  });

  test("looks at the oldest release alone in 2026, at all that crash in 2022", async () => {
    const { concluded } = await tell(storyOf(policy, "a0", { broken: ["a0"] }));
    expect(concluded.end).toBe(policy === "syzbot-2022" ? "since-oldest" : "untestable");
  });

  test("tests the clean end that the user gives under its own rules", async () => {
    const story = storyOf(policy, "a6", { clean: "a0" });
    const { events, concluded } = await tell(story);
    expect(testsOf(events)[1]).toEqual(["clean-end", "a0", 10, "before"]);
    expect(named(concluded)).toBe("a6");
    const { concluded: crashing } = await tell(storyOf(policy, "a1", { clean: "a2" }));
    expect(crashing.end).toBe("clean-end-crashes");
  });

  test("runs each commit as often as the user says", async () => {
    const { events } = await tell(storyOf(policy, "a6", { runs: 3 }));
    expect(new Set(testsOf(events).map(([, , runs]) => runs))).toEqual(new Set([3]));
  });

  test("runs every commit 20 times once the reproducer was seen to be flaky", async () => {
    // Most runs of the crashing commit crash; one of four of the next that has the bug.
    const story = withRuns(storyOf(policy, "a6"), "a7", (n) => (n % 4 === 0 ? null : "clean"));
    const { events } = await tell(story);
    expect(testsOf(events).map(([, name, runs]) => [name, runs])).toEqual([
      ["a9", 20],
      ["m5", 10],
      ["u3", 10],
      ["a7", 10],
      ["a6", 20],
    ]);
  });
});

describe("one unrelated crash in ten runs", () => {
  const unrelated = (policy: string) =>
    withRuns(storyOf(policy, "a6"), "u3", (n) => (n === 4 ? { crash: "WARNING in other" } : null));

  test("leads 2022 to another commit", async () => {
    const { events, concluded } = await tell(unrelated("syzbot-2022"));
    expect(testsOf(events)[2]).toEqual(["search", "u3", 10, "after"]);
    expect(concluded.end).toBe("found");
    expect(named(concluded)).not.toBe("a6");
  });

  test("makes 2026 go around the commit", async () => {
    const { events, concluded } = await tell(unrelated("syzbot-2026"));
    expect(testsOf(events)[2]).toEqual(["search", "u3", 10, "untestable"]);
    expect(named(concluded) ?? names(concluded)).toContain("a6");
  });

  const names = ({ candidates }: EventOf<"concluded">) => candidates.map(history.name);
});

describe("a flaky reproducer", () => {
  test("is not reproduced by 2026 where one of 20 runs crashes, and is by 2022", async () => {
    const once = (policy: string) =>
      withRuns(storyOf(policy, "a6"), "a9", (n) => (n === 7 ? null : "clean"));
    const { concluded } = await tell(once("syzbot-2026"));
    expect(concluded).toMatchObject({
      end: "not-reproduced",
      why: "too few crashes, 1, in 20 runs of the crashing commit",
    });
    const { events } = await tell(once("syzbot-2022"));
    expect(events.find(({ kind }) => kind === "bug-identified")).toMatchObject({
      title: bug,
      crashed: 1,
      of: 20,
    });
  });

  test("makes 2026 less sure, and what it is not sure of is not relied upon", async () => {
    // 3 of 20 runs crash where it was reported, and every run of the other commits that have the bug.
    const rarely = withRuns(storyOf("syzbot-2026", "a6"), "a9", (n) => (n < 3 ? null : "clean"));
    const { events, concluded } = await tell(rarely);
    expect(testsOf(events).map(([, name, runs]) => [name, runs])).toContainEqual(["u3", 20]);
    expect(named(concluded)).toBe("a6");
    // One clean step, of u3, with 20 clean runs.
    expect(concluded).toMatchObject({ end: "found", confidence: 1 - 0.85 ** 20 });
  });

  test("is not relied upon where its clean runs say too little", async () => {
    // 2 of 10 runs of the culprit crash, 7 of 10 of every other commit are clean and 3 do not boot.
    const story = storyOf("syzbot-2026", "a9", { runs: 10 });
    const run = (commit: string, n: number): ScriptedRun => {
      if (history.name(commit) === "a9") return n < 2 ? { crash: bug } : "clean";
      return n < 3 ? "boot-failed" : "clean";
    };
    const { events, concluded } = await tell({ ...story, script: { ...story.script, run } });
    const clean = testsOf(events).filter(([stage]) => stage === "search").length;
    expect(clean).toBe(3);
    const confidence = (1 - 0.8 ** 7) ** clean;
    expect(concluded).toMatchObject({
      end: "unconfirmed",
      why: `the confidence ${confidence.toFixed(2)} is below 0.66`,
    });
    expect(concluded.confidence).toBeCloseTo(confidence, 12);
    expect(named(concluded)).toBe("a9");
  });
});

describe("connections that are lost", () => {
  const losing = (policy: string) =>
    withRuns(storyOf(policy, "a6"), "u3", (n) => (n < 3 ? "lost" : null));

  test("count as the bug in 2022", async () => {
    const { events } = await tell(losing("syzbot-2022"));
    expect(testsOf(events)[2]).toEqual(["search", "u3", 10, "after"]);
  });

  test("are ignored in 2026, but where the crashing commit showed nothing else", async () => {
    const { events, concluded } = await tell(losing("syzbot-2026"));
    expect(testsOf(events)[2]).toEqual(["search", "u3", 10, "before"]);
    expect(named(concluded)).toBe("a6");
    const script = kernelsWith("a6");
    const run: typeof script.run = (commit, n) =>
      script.run(commit, n) === "clean" ? "clean" : "lost";
    const story = { ...storyOf("syzbot-2026", "a6"), script: { ...script, run } };
    const { events: lost, concluded: found } = await tell(story);
    expect(named(found)).toBe("a6");
    expect(lost.some(({ kind }) => kind === "crash-symbolized")).toBe(false);
  });
});

test("the log of 2022 ends with the crash that the culprit showed last, that of 2026 with its commonest", async () => {
  const titles = (n: number) => (n < 6 ? null : { crash: n === 9 ? "BUG: bad x" : "WARNING in y" });
  const crashOf = async (policy: string) => {
    const { events } = await tell(withRuns(storyOf(policy, "a6"), "a6", titles));
    const shown = events.find((event) => event.kind === "crash-symbolized");
    return shown?.kind === "crash-symbolized" ? shown.title : null;
  };
  expect(await crashOf("syzbot-2022")).toBe("BUG: bad x");
  expect(await crashOf("syzbot-2026")).toBe(bug);
});
