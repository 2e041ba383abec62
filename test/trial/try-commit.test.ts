import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Failure } from "../../src/failure/failure.ts";
import type { Lab, RunResult } from "../../src/lab/lab.ts";
import { createScriptedLab } from "../../src/simulate/scripted-lab.ts";
import { type TrialEvent, tryCommit } from "../../src/trial/try-commit.ts";
import { isWanted, type Wanted } from "../../src/trial/wanted.ts";

const commit = "a".repeat(40);
const bug = "KASAN: use-after-free Read in eat_me";
const other = "WARNING in someone_else";

/** What run `n` (from 1) does: a title, an outcome or this machine's trouble, after some milliseconds. */
interface Does {
  readonly after: number;
  readonly shows: string;
}

const outcomes = ["clean", "boot-failed", "no-output", "lost", "hung", "flooded"] as const;

function labOf(does: readonly Does[], slots: number): Lab & { readonly most: () => number } {
  let [underWay, most] = [0, 0];
  const lab = createScriptedLab({ run: () => "clean", slots: { builds: 1, runs: slots } });
  return {
    ...lab,
    most: () => most,
    async run({ run }, { signal }): Promise<RunResult> {
      most = Math.max(most, ++underWay);
      try {
        const { after, shows } = does[Number(run.split("#")[1])]!;
        await sleep(after, undefined, { signal }).catch(() => {
          throw new Failure("interrupted", "told to stop");
        });
        if (shows === "trouble") throw new Failure("out-of-memory", "killed");
        const outcome = outcomes.find((each) => each === shows);
        if (outcome !== undefined) return { outcome, crashes: [], seconds: 1 };
        const crash = { title: shows, type: "UNKNOWN", frame: null, stack: [] };
        return { outcome: "crashed", crashes: [crash], seconds: 1 };
      } finally {
        underWay -= 1;
      }
    },
  };
}

interface Given {
  readonly slots?: number;
  readonly allRuns?: boolean;
  readonly signal?: AbortSignal;
}

async function tried(does: readonly Does[], given: Given = {}) {
  const { slots = 1, allRuns = false, signal = new AbortController().signal } = given;
  const lab = labOf(does, slots);
  const events: TrialEvent[] = [];
  const wanted = { kind: "titles", titles: [bug] } as const;
  const trial = { commit, runs: does.length, wanted, allRuns, consoleOf: (n: number) => `${n}` };
  const result = await tryCommit(trial, lab, { signal, onEvent: (event) => events.push(event) });
  if (result.kind !== "ran") throw new Error("it was to build");
  return { ...result, events, most: lab.most() };
}

const at = (after: number, shows: string): Does => ({ after, shows });
const all = (...shows: string[]) => shows.map((each) => at(0, each));

describe("the verdict", () => {
  test.each<[Does[], string]>([
    [all("clean", "clean"), "before"],
    [all("clean", bug), "after"],
    [all(other, bug), "after"],
    [all(other, other), "untestable"],
    [all("clean", other), "before"],
    [all("clean", other, other), "untestable"],
    [all("clean", "lost", "clean", other), "before"],
    ...outcomes.slice(1).map((silent) => [all(silent, silent), "untestable"] as [Does[], string]),
  ])("%j: %s", async (does, verdict) => {
    expect((await tried(does)).verdict).toBe(verdict);
  });
});

describe("runs at once", () => {
  test("as many as there are machines, and no more than are asked for", async () => {
    const clean = [10, 10, 10, 10, 10].map((after) => at(after, "clean"));
    expect((await tried(clean, { slots: 2 })).most).toBe(2);
    expect((await tried(clean, { slots: 9 })).most).toBe(5);
  });

  test("end when one has shown the bug: no other is begun or waited for", async () => {
    const { runs, events } = await tried(
      [at(5, bug), at(60_000, "clean"), at(60_000, "clean"), at(0, "clean")],
      { slots: 3 },
    );
    expect(runs.map(({ n }) => n)).toEqual([1]);
    const begun = events.flatMap((event) => (event.kind === "run-started" ? [event.n] : []));
    expect(begun).toEqual([1, 2, 3]);
  });

  test("all end where all are asked for, told in the order of their numbers", async () => {
    const does = [at(20, bug), at(0, "clean"), at(10, bug)];
    const { runs, shown } = await tried(does, { slots: 3, allRuns: true });
    expect(runs.map(({ n, means }) => `${n} ${means}`)).toEqual(["1 bug", "2 clean", "3 bug"]);
    expect(shown).toEqual({ n: 1, title: bug, report: `${bug}\n` });
  });

  test("the crash that is shown is the bug's before another", async () => {
    const both = await tried(all(other, bug));
    expect(both.shown).toMatchObject({ n: 2, title: bug });
    expect((await tried(all("clean", other))).shown).toMatchObject({ n: 2, title: other });
    expect((await tried(all("clean"))).shown).toBeNull();
  });
});

describe("trouble of this machine", () => {
  test("is thrown, and ends the other runs", async () => {
    const ended = tried([at(60_000, "clean"), at(0, "trouble")], { slots: 2 });
    await expect(ended).rejects.toMatchObject({ code: "out-of-memory" });
  });

  test("in one run does not undo what another has shown", async () => {
    const does = [at(0, bug), at(20, "trouble"), at(0, "clean")];
    expect((await tried(does, { slots: 2, allRuns: true })).verdict).toBe("after");
  });

  test("is what a signal makes of it, whatever was seen", async () => {
    const stop = new AbortController();
    const does = [at(0, bug), at(60_000, "clean")];
    const ended = tried(does, { slots: 2, allRuns: true, signal: stop.signal });
    setTimeout(() => stop.abort(), 20);
    await expect(ended).rejects.toMatchObject({ code: "interrupted" });
  });
});

describe("what counts as the bug", () => {
  const crash = { title: bug, type: "KASAN", frame: "eat_me", stack: ["eat_me"] };
  const identity = { title: "x", titles: ["x"], kinds: [], stacks: [], crashed: 1, of: 1 };
  test.each<[string, Wanted, boolean]>([
    ["any crash", { kind: "any" }, true],
    [
      "what the job expects, which this is not",
      { kind: "expected", expectation: { kind: "title", title: "x" } },
      false,
    ],
    ["its title", { kind: "titles", titles: ["x", bug] }, true],
    ["no part of its title", { kind: "titles", titles: ["eat_me", `${bug}2`] }, false],
    ["another bug", { kind: "bug", id: "b", bug: identity }, false],
    ["a title of the bug", { kind: "bug", id: "b", bug: { ...identity, titles: [bug] } }, true],
    [
      "its type and function",
      { kind: "bug", id: "b", bug: { ...identity, kinds: [{ type: "KASAN", frame: "eat_me" }] } },
      true,
    ],
  ])("%s", (_, wanted, counts) => {
    expect(isWanted(wanted, crash)).toBe(counts);
  });
});

describe("what counts as the bug is no crash", () => {
  const { signal } = new AbortController();
  const trial = { commit, runs: 5, allRuns: false, consoleOf: (n: number) => `${n}` };
  const control = { signal, onEvent: () => {} };
  const number = { kind: "number", pattern: "(.*)", worse: "higher", atLeast: 0 } as const;

  test.each([
    ["mostly above the threshold", [5, 6, 2, 7, 8], 4, "after"],
    ["mostly below it", [5, 1, 2, 3, 8], 4, "before"],
    ["of which nobody says from where on they are bad", [5, 6, 7, 8, 9], undefined, "untestable"],
  ] as const)("numbers %s", async (_, numbers, threshold, verdict) => {
    const expectation = { ...number, ...(threshold !== undefined && { threshold }) };
    const lab = createScriptedLab({
      expect: expectation,
      run: (_commit, n) => ({ ended: "clean", console: `${numbers[n]}\n` }),
    });
    const wanted = { kind: "expected", expectation } as const;
    const result = await tryCommit({ ...trial, wanted }, lab, control);
    expect(result).toMatchObject({ kind: "ran", verdict });
    // One bad number is no reason to stop.
    expect(result.kind === "ran" && result.runs.map((run) => run.number)).toEqual(numbers);
  });

  test.each([
    [null, "built", "before"],
    [null, "failed", "after"],
    ["expected ';'", "failed", "after"],
    ["undeclared", "failed", "untestable"],
  ] as const)("a build that fails with %j: one that %s is %s", async (message, ends, verdict) => {
    const expectation = { kind: "build-fails", message } as const;
    const lab = createScriptedLab({ build: () => ends, run: () => "infrastructure" });
    const wanted = { kind: "expected", expectation } as const;
    const result = await tryCommit({ ...trial, wanted }, lab, control);
    expect(result).toMatchObject({ kind: "build-judged", verdict });
  });
});
