import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { BisectionEvent, EventKind, UserEvent } from "../../src/event/index.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { cutAfter, expectNothingRepeated } from "./cut-after.ts";
import { beginStory, bodiesOf, conclusionOf, goOn, type Story, tell } from "./drive-story.ts";
import { history, kernelsWith } from "./kernels.ts";
import { longHistory, longKernels } from "./long-history.ts";

type Trouble = Parameters<typeof longKernels>[1];

const longStory = (culprit: string, trouble: Trouble = {}, policy = "adaptive"): Story => ({
  history: longHistory,
  crashes: "n119",
  clean: "n0",
  policy,
  script: longKernels(culprit, trouble),
});

const count = (events: readonly BisectionEvent[], kind: EventKind) =>
  events.filter((event) => event.kind === kind).length;
const ran = (events: readonly BisectionEvent[], name: string) =>
  events.some(
    (event) => event.kind === "run-finished" && longHistory.hash(name).startsWith(event.kernel),
  );

describe("a bisection that reckons with probabilities", () => {
  const culprits = ["n63", "t50.2", "n57", "n5", "n118"];

  test("names culprits anywhere with fewer kernels in all, and fewer runs each time, than git's", async () => {
    let [ours, theirs] = [0, 0];
    for (const culprit of culprits) {
      const adaptive = await tell(longStory(culprit));
      const git = await tell(longStory(culprit, {}, "git"));
      expect(adaptive.concluded).toMatchObject({
        end: "found",
        culprit: longHistory.hash(culprit),
      });
      expect(git.concluded.culprit).toBe(longHistory.hash(culprit));
      expect(count(adaptive.events, "run-finished")).toBeLessThan(
        count(git.events, "run-finished"),
      );
      // Those that only prove the culprit are not what the search took.
      const proof = adaptive.events.filter(
        (event) => event.kind === "kernel-planned" && event.change !== undefined,
      );
      ours += count(adaptive.events, "kernel-built") - proof.length;
      theirs += count(git.events, "kernel-built");
    }
    expect(ours).toBeLessThan(theirs);
  });

  test.each<[string, string, Trouble]>([
    ["crashes in three of ten runs", "n101", { rate: 0.3 }],
    ["crashes in three of ten runs, on a topic branch", "t20.1", { rate: 0.3 }],
    ["crashes beside an unrelated crash in a tenth of all runs", "n63", { unrelated: 0.1 }],
    ["is rare beside unrelated crashes", "n90", { rate: 0.5, unrelated: 0.1 }],
    ["came in a merge", "n57", {}],
    ["lies beside a stretch that does not build", "n63", { broken: stretch(70, 80) }],
    ["lies between stretches that do not build", "n63", { broken: [...stretch(40, 58), "n90"] }],
  ])("finds a bug that %s", async (_, culprit, trouble) => {
    const { concluded } = await tell(longStory(culprit, trouble));
    expect(concluded).toMatchObject({ end: "found", culprit: longHistory.hash(culprit) });
    // The table and the chance of a lookalike take a little of what the evidence gives.
    expect(concluded.confidence).toBeGreaterThan(0.98);
    expect(concluded.posterior).toBeGreaterThan(0.99);
    expect(concluded.table).toMatch(/./);
  });

  test("names several commits with their odds where the parent cannot be tested", async () => {
    const { concluded } = await tell(longStory("n63", { broken: ["n62"] }));
    expect(concluded).toMatchObject({ end: "ties", culprit: null, confidence: null });
    expect(concluded.candidates.map(longHistory.name)).toEqual(
      expect.arrayContaining(["n62", "n63"]),
    );
    expect(concluded.odds).toHaveLength(concluded.candidates.length);
    const sum = concluded.odds?.reduce((total, odd) => total + odd, 0);
    expect(sum).toBeGreaterThan(0.98);
    expect(sum).toBeLessThanOrEqual(1.000001);
  });

  test("asks for the clean end in its own time, and checks culprit and parents by what it knows", async () => {
    const { events } = await tell(longStory("n57"));
    const probes = events.filter((event) => event.kind === "probe-chosen");
    expect(probes.map(({ stage }) => stage).slice(0, 2)).toEqual(["reproduce", "search"]);
    expect(probes.every(({ stage, belief }) => (stage === "search") === (belief != null))).toBe(
      true,
    );
    expect(probes.at(-1)?.belief?.best.commit).toBe(longHistory.hash("n57"));
    const checks = events.filter((event) => event.kind === "checked");
    expect(
      checks.map(({ check, result, parent }) => [
        check,
        result,
        parent && longHistory.name(parent),
      ]),
    ).toEqual([
      ["culprit-crashes", "passed", null],
      ["parent-clean", "passed", "n56"],
      ["parent-clean", "passed", "t50.3"],
      ["signatures-differ", "passed", "n56"],
      ["signatures-differ", "passed", "t50.3"],
      ["changes-code", "passed", null],
      ["is-compiled", "unknown", null],
      ["touches-stack", "unknown", null],
      ["no-detector", "unknown", null],
      ["revert-on-culprit", "passed", null],
      ["revert-on-crashing", "passed", null],
    ]);
  });

  test("counts equal kernels once, and runs them once", async () => {
    const sameKernel = ["a0", "a1", "a2", "a3", "a4", "t1", "t2", "t3", "u1", "u2", "u3"];
    const script = kernelsWith("a6", { sameKernel });
    const { events, concluded } = await tell({ ...small, script });
    expect(concluded).toMatchObject({ end: "found", culprit: history.hash("a6") });
    expect(count(events, "kernels-equal")).toBeGreaterThan(0);
  });
});

describe("before anything of a range is run", () => {
  const pointing = (...places: string[]): Story => {
    const story = longStory("n63");
    const report = (title: string) =>
      [`BUG: ${title}`, ...places.map((at, n) => ` eat_${n}+0x1/0x2 ${at}:1`)].join("\n");
    return { ...story, script: { ...story.script, report } };
  };
  const priorOf = (events: readonly BisectionEvent[]) =>
    events.find((event) => event.kind === "prior-set");

  test("commits that change the file that the crash points at are suspected first", async () => {
    const blind = await tell(longStory("n63"));
    const { events, concluded } = await tell(pointing("n63.c", "n40.c"));
    expect(concluded).toMatchObject({ end: "found", culprit: longHistory.hash("n63") });
    expect(concluded.confidence).toBeGreaterThan(0.99);
    expect(count(events, "kernel-built")).toBeLessThan(count(blind.events, "kernel-built") - 2);
    expect(priorOf(events)?.guilty).toBe("n63.c");
    expect(priorOf(events)?.lines.slice(0, 2)).toEqual([
      "50 % on 1 commit that changes n63.c, which the crash points at",
      "25 % on 1 commit that changes a file on the stack of the crash",
    ]);
  });

  test("a report that misleads costs kernels and not the answer", async () => {
    const { concluded } = await tell(pointing("n20.c"));
    expect(concluded).toMatchObject({ end: "found", culprit: longHistory.hash("n63") });
  });

  test("what the user suspects is suspected first, and is told with what it found", async () => {
    const suspect = ["n63.c", "n0.c"];
    const blind = await tell(longStory("n63"));
    const { events, concluded } = await tell({ ...longStory("n63"), part: { suspect } });
    expect(concluded).toMatchObject({ end: "found", culprit: longHistory.hash("n63") });
    expect(count(events, "kernel-built")).toBeLessThan(count(blind.events, "kernel-built") - 2);
    expect(priorOf(events)?.lines).toEqual([
      "30 % on 1 commit that changes n63.c, which you suspect",
      "no commit of the range changes n0.c, which you suspect",
      "commits that change no source code are believed less",
    ]);
  });

  test("a suspicion that misleads costs kernels and not the answer", async () => {
    const { concluded } = await tell({ ...longStory("n63"), part: { suspect: ["n20.c"] } });
    expect(concluded).toMatchObject({ end: "found", culprit: longHistory.hash("n63") });
  });

  test("a suspicion of what history does not have is an error", async () => {
    const story = { ...longStory("n63"), part: { suspect: ["n63.cc"] } };
    await expect(tell(story)).rejects.toMatchObject({ code: "path-matches-nothing" });
  });

  test("a report without source lines is none", async () => {
    const { events } = await tell(longStory("n63"));
    expect(priorOf(events)).toMatchObject({
      guilty: null,
      lines: ["commits that change no source code are believed less"],
    });
  });

  test("weights that were changed on disk are noticed", async () => {
    const story = pointing("n63.c");
    const whole = await beginStory(story);
    await goOn(story, whole);
    const reference = await readFileJournal(whole);
    const set = reference.findIndex(({ kind }) => kind === "prior-set");
    const folder = await cutAfter(whole, set + 1);
    const path = join(folder, priorOf(reference)?.file ?? "");
    const bytes = await readFile(path);
    await writeFile(path, bytes.fill(1, 8, 9));
    await expect(goOn(story, folder)).rejects.toMatchObject({ code: "graph-damaged" });
  });
});

const small = { history, crashes: "a9", clean: "a0", policy: "adaptive" } as const;

describe("other ends of a bisection that reckons with probabilities", () => {
  test.each([
    { what: "no crash anywhere", culprit: null, end: "not-reproduced", candidate: "a9" },
    {
      what: "a crashing commit that does not build",
      culprit: "a6",
      broken: ["a9"],
      end: "untestable",
      candidate: "a9",
    },
    {
      what: "a clean end that crashes",
      clean: "a2",
      culprit: "a1",
      end: "clean-end-crashes",
      candidate: "a1",
    },
    {
      what: "a crashing merge base",
      clean: "f2",
      culprit: "a1",
      end: "clean-end-crashes",
      candidate: "a1",
    },
    {
      what: "releases walked back that all crash",
      clean: null,
      culprit: "a0",
      end: "since-oldest",
      candidate: "a0",
    },
  ])("$what: $end", async ({ clean = "a0", culprit, end, candidate, ...trouble }) => {
    const { clean: _, ...without } = small;
    const story = { ...without, ...(clean && { clean }), script: kernelsWith(culprit, trouble) };
    const { concluded } = await tell(story);
    expect(concluded).toMatchObject({ end, culprit: null, confidence: null });
    expect(concluded.candidates.map(history.name)).toEqual([candidate]);
  });

  const short = (one: string) => history.hash(one).slice(0, 12);
  /** Fixed in `fix`, kernels that have both do not crash. */
  const fixedIn = (culprit: string, fix: string) => {
    const [buggy, fixed] = [kernelsWith(culprit), kernelsWith(fix)];
    const run: typeof buggy.run = (commit, n, given) =>
      fixed.run(commit, n, given) === "clean" ? buggy.run(commit, n, given) : "clean";
    return { ...buggy, run };
  };

  test.each([
    {
      what: "the clean end itself",
      story: { ...longStory("n3"), clean: "n5" },
      ends: [longHistory.hash("n5")],
      why: /^the clean end [0-9a-f]{40} crashes too, in [2-9] of its runs$/,
    },
    {
      what: "the merge base, where the clean end was fixed on a branch of its own",
      story: { ...small, clean: "f2", script: fixedIn("a1", "f1") },
      ends: [history.hash("a1")],
      why: new RegExp(
        `^the merge base crashes: the bug was fixed between it and ${history.hash("f2")}$`,
      ),
    },
    {
      what: "where a topic branch forked that the clean end contains",
      story: { ...small, clean: "a3", script: kernelsWith("a1") },
      ends: [history.hash("a1")],
      why: new RegExp(
        `^${short("a1")}, which the clean end ${history.hash("a3")} contains, crashes: `,
      ),
    },
  ])("names $what, when it crashes", async ({ story, ends, why }) => {
    const { concluded } = await tell(story);
    expect(concluded).toMatchObject({ end: "clean-end-crashes", candidates: ends, culprit: null });
    expect(concluded.why).toMatch(why);
  });

  test.each([
    ["on a topic branch that forked before the clean end", "a2", "t2"],
    ["first on a topic branch that forked before the clean end", "a3", "t1"],
    ["in a merge of one that forked before the clean end", "a3", "m5"],
    ["beside topic branches that forked before and after the clean end", "a3", "u1"],
  ])("finds a culprit %s", async (_, clean, culprit) => {
    const { concluded } = await tell({ ...small, clean, script: kernelsWith(culprit) });
    expect(concluded).toMatchObject({ end: "found", culprit: history.hash(culprit) });
  });

  test.each([
    ["walking releases back", null, "a3"],
    ["with a clean end on a branch of its own", "f2", "a4"],
    ["at the crashing commit itself", "m8", "a9"],
    ["with a clean end that does not build", "a0", "a6", ["a0"]],
  ])("%s: found", async (_, clean, culprit, broken: string[] = []) => {
    const { clean: __, ...without } = small;
    const script = kernelsWith(culprit, { broken });
    const { concluded } = await tell({ ...without, ...(clean && { clean }), script });
    expect(concluded).toMatchObject({ end: "found", culprit: history.hash(culprit) });
  });

  test("in a part of history, parents that the graph does not have are run before it is found", async () => {
    const part = { paths: ["a3.c", "a6.c", "m8.c", "a1.c"] };
    const { events, concluded } = await tell({ ...small, part, script: kernelsWith("a6") });
    expect(concluded).toMatchObject({ end: "found", culprit: history.hash("a6") });
    const parents = events.flatMap((event) =>
      event.kind === "probe-chosen" && event.stage === "parent"
        ? event.probes.map(({ commit }) => history.name(commit))
        : [],
    );
    expect(parents).toEqual(["m5"]);
  });
});

describe("what the user says to a bisection that reckons with probabilities", () => {
  const said = (verdict: "before" | "after" | "untestable", ...names: string[]): UserEvent => ({
    kind: "overridden",
    commits: names.map(longHistory.hash),
    verdict,
    why: null,
    source: "user",
  });
  /** Says these one after the other once the range is known. */
  const saying =
    (...words: readonly ((events: readonly BisectionEvent[]) => UserEvent | null)[]) =>
    (events: readonly BisectionEvent[]) => {
      const before = count(events, "overridden") + count(events, "override-undone");
      const isEarly = count(events, "graph-loaded") === 0;
      return isEarly || events.at(-1)?.kind === "run-started"
        ? null
        : (words[before]?.(events) ?? null);
    };

  test("a ban of many commits keeps the search away from them, and from no others", async () => {
    const banned = stretch(70, 85);
    const story = { ...longStory("n63"), onlooker: saying(() => said("untestable", ...banned)) };
    const { events, concluded } = await tell(story);
    expect(concluded).toMatchObject({ end: "found", culprit: longHistory.hash("n63") });
    expect(banned.filter((name) => ran(events, name))).toEqual([]);
  });

  test("a word about the culprit's parent decides its check, and the result says so", async () => {
    const story = { ...longStory("n63"), onlooker: saying(() => said("before", "n62")) };
    const { events, concluded } = await tell(story);
    expect(concluded).toMatchObject({ end: "found", culprit: longHistory.hash("n63") });
    expect(concluded.why).toContain("what the user said");
    const check = events.find((event) => event.kind === "checked" && event.parent !== null);
    expect(check).toMatchObject({ result: "passed", why: "the user says so" });
  });

  test("a wrong word costs runs until they outweigh it, and can be taken back", async () => {
    const wrong = said("before", "n80");
    const unaware = await tell(longStory("n63"));
    const misled = await tell({ ...longStory("n63"), onlooker: saying(() => wrong) });
    expect(misled.concluded.culprit).toBe(longHistory.hash("n63"));
    expect(count(misled.events, "run-finished")).toBeGreaterThan(
      count(unaware.events, "run-finished"),
    );
    const story = {
      ...longStory("n63"),
      onlooker: saying(
        () => wrong,
        (events) => {
          const override = events.find(({ kind }) => kind === "overridden");
          return count(events, "probe-answered") < 4 || override === undefined
            ? null
            : { kind: "override-undone", override: override.seq };
        },
      ),
    };
    const { events, concluded } = await tell(story);
    expect(count(events, "override-undone")).toBe(1);
    expect(concluded).toMatchObject({ end: "found", culprit: longHistory.hash("n63") });
  });
});

describe("a bisection that reckons with probabilities and is cut off", () => {
  test("after any event takes the same decisions and repeats no finished run", async () => {
    const story: Story = {
      ...small,
      script: kernelsWith("a3", { broken: ["u2"], foreign: ["t1"], rate: 0.6 }),
      // Proofs are cut off elsewhere.
      checks: { revert: false, deeper: false },
    };
    const whole = await beginStory(story);
    await goOn(story, whole);
    const reference = await readFileJournal(whole);
    expect(conclusionOf(reference)).toMatchObject({ end: "found", culprit: history.hash("a3") });
    const decisions = (events: readonly BisectionEvent[]) =>
      bodiesOf(events.filter(({ kind }) => kind === "probe-chosen" || kind === "concluded"));
    for (let kept = 1; kept <= reference.length; kept++) {
      const folder = await cutAfter(whole, kept);
      await goOn(story, folder);
      const events = await readFileJournal(folder);
      expect(decisions(events), `cut after event ${kept}`).toEqual(decisions(reference));
      expectNothingRepeated(events);
    }
  }, 240_000);
});

function stretch(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, n) => `n${from + n}`);
}
