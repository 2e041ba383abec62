import { describe, expect, test } from "vitest";
import type { BisectionEvent, EventOf } from "../../src/event/index.ts";
import { openFileJournal, readFileJournal } from "../../src/journal/file-journal.ts";
import { explanationOf } from "../../src/report/index.ts";
import { cutAfter, expectNothingRepeated } from "./cut-after.ts";
import { beginStory, bodiesOf, conclusionOf, goOn, type Story, tell } from "./drive-story.ts";
import { fixedKernels, fixedHistory as history } from "./fixed-history.ts";

const policies = ["git", "syzbot-2022", "syzbot-2026", "adaptive"] as const;

interface Case {
  readonly what: string;
  readonly cause: string;
  readonly fixes: readonly string[];
  readonly crashes: string;
  readonly head?: string;
  readonly end?: string;
  /** What a policy names that takes branches without the bug for fixed; absent: the same. */
  readonly forks?: string;
  /** What is named, as the culprit or instead of one. */
  readonly named: string;
  readonly broken?: readonly string[];
  readonly rate?: number;
}

const cases: readonly Case[] = [
  { what: "on a line", cause: "m3", fixes: ["m15"], crashes: "m6", named: "m15" },
  {
    what: "right after the crashing commit",
    cause: "m3",
    fixes: ["m7"],
    crashes: "m6",
    named: "m7",
    forks: "s1",
  },
  { what: "at the head itself", cause: "m3", fixes: ["m19"], crashes: "m6", named: "m19" },
  { what: "on a branch that has the bug", cause: "m3", fixes: ["t2"], crashes: "m6", named: "t2" },
  {
    what: "behind a branch that never had the bug",
    cause: "m3",
    fixes: ["m8"],
    crashes: "m6",
    named: "m8",
    forks: "s1",
  },
  { what: "seldom crashing", cause: "m3", fixes: ["m15"], crashes: "m6", named: "m15", rate: 0.6 },
  {
    what: "of a stable tree, on the main line",
    cause: "m3",
    fixes: ["m14"],
    crashes: "k2",
    named: "m14",
  },
  {
    what: "on a branch that never had the bug",
    cause: "m3",
    fixes: ["s3"],
    crashes: "m6",
    named: "m9",
    forks: "s1",
  },
  {
    what: "around commits that do not build",
    cause: "m3",
    fixes: ["m15"],
    crashes: "m6",
    named: "m15",
    forks: "s1",
    broken: ["m11", "m12", "m17"],
  },
  {
    what: "that is not there yet",
    cause: "m3",
    fixes: [],
    crashes: "m6",
    end: "not-fixed-yet",
    named: "m19",
  },
  {
    what: "of a bug that only the stable tree has",
    cause: "d1",
    fixes: [],
    crashes: "d2",
    end: "merge-base-clean",
    named: "m2",
  },
];

describe.each(policies)("a fix, by %s", (policy) => {
  test.each(cases)("$what", async ({ cause, fixes, crashes, head = "m19", named, ...more }) => {
    const script = fixedKernels(cause, fixes, more);
    const { concluded, events } = await tell({ history, crashes, head, policy, script });
    const { end = "found", forks = named } = more;
    const expected = policy === "syzbot-2022" ? forks : named;
    expect(namedIn(concluded), whatWasTested(events)).toEqual([
      isUnsure(policy, expected) ? "unconfirmed" : end,
      expected,
    ]);
  });
});

/** What a story ended as, and the commit that it named. */
function namedIn({ end, culprit, candidates }: EventOf<"concluded">): [string, string] {
  return [end, history.name(culprit ?? candidates[0] ?? "")];
}

/** Policies of syzbot rely on no merge. */
function isUnsure(policy: string, named: string): boolean {
  return policy.startsWith("syzbot") && ["m9", "m12"].includes(named);
}

/** A branch that never had the bug is no fix, though its commits do not crash. */
describe("what cannot tell of a fix", () => {
  test.each(["git", "syzbot-2026", "adaptive"])("is not tested, by %s", async (policy) => {
    const script = fixedKernels("m3", ["m7"]);
    const { concluded, events } = await tell({
      history,
      crashes: "m6",
      head: "m19",
      policy,
      script,
    });
    expect(namedIn(concluded)).toEqual(["found", "m7"]);
    const judged = judgedIn(events);
    expect(judged.length).toBeGreaterThan(0);
    expect(judged.every(([name, verdict]) => name?.startsWith("s") && verdict === "before")).toBe(
      true,
    );
    const tested = events.flatMap((event) =>
      event.kind === "probe-answered"
        ? event.answers.map(({ commit }) => history.name(commit))
        : [],
    );
    for (const [name] of judged) expect(tested).not.toContain(name);
    const { steps } = explanationOf(events, { running: false, suspicion: null, graph: null });
    const forks = steps.filter((step) => step.kind === "fork");
    expect(forks.map(({ commit }) => history.name(commit))).toEqual(judged.map(([name]) => name));
    expect(tested.filter((name) => name === "m1")).toHaveLength(1);
  });

  test.each(["git", "syzbot-2026", "adaptive"])(
    "is known without a test where the cause is, by %s",
    async (policy) => {
      const script = fixedKernels("m3", ["m7"]);
      const { concluded, events } = await tell({
        history,
        crashes: "m6",
        head: "m19",
        cause: "m3",
        policy,
        script,
      });
      expect(namedIn(concluded)).toEqual(["found", "m7"]);
      expect(judgedIn(events).length).toBeGreaterThan(0);
      const planned = events.flatMap((event) =>
        event.kind === "kernel-planned" ? [history.name(event.commit)] : [],
      );
      expect(planned).not.toContain("m1");
    },
  );

  test.each(["git", "syzbot-2026", "adaptive"])(
    "is not told where the branch begins at what cannot be tested, by %s",
    async (policy) => {
      const script = fixedKernels("m3", ["m7"], { broken: ["m1"] });
      const { concluded, events } = await tell({
        history,
        crashes: "m6",
        head: "m19",
        policy,
        script,
      });
      expect(judgedIn(events).map(([, verdict]) => verdict)).toContain("untestable");
      expect(concluded.end).not.toBe("not-fixed-yet");
      const all = [concluded.culprit ?? "", ...concluded.candidates].map(history.name);
      expect(all, whatWasTested(events)).toContain("m7");
    },
  );
});

describe("the head of a search for a fix", () => {
  test.each([
    ["git", "untestable"],
    ["adaptive", "untestable"],
    ["syzbot-2022", "not-fixed-yet"],
    ["syzbot-2026", "not-fixed-yet"],
  ])("that cannot be tested, by %s: %s", async (policy, end) => {
    const script = fixedKernels("m3", ["m7"], { broken: ["m19"] });
    const { concluded } = await tell({ history, crashes: "m6", head: "m19", policy, script });
    expect(namedIn(concluded)).toEqual([end, "m19"]);
  });

  test.each(policies)("that moved is asked again and repeats nothing, by %s", async (policy) => {
    const script = fixedKernels("m3", ["m15"]);
    const story: Story = { history, crashes: "m6", head: "m14", policy, script };
    const folder = await beginStory(story);
    await goOn(story, folder);
    const first = await readFileJournal(folder);
    expect(namedIn(conclusionOf(first))).toEqual(["not-fixed-yet", "m14"]);
    const journal = await openFileJournal(folder);
    await journal.append({ kind: "head-moved", hash: history.hash("m19"), name: "main" });
    await journal.close();
    await goOn(story, folder);
    const events = await readFileJournal(folder);
    expect(events.slice(0, first.length)).toEqual(first);
    expect(namedIn(conclusionOf(events))).toEqual(["found", "m15"]);
    expectNothingRepeated(events);
    // The old head has the bug: nothing before it is looked at any more, unless to doubt it.
    const later = events.slice(first.length).flatMap((event) => {
      const isSearched = event.kind === "kernel-planned" && event.change === undefined;
      return isSearched ? [history.name(event.commit)] : [];
    });
    const earlier = later.filter((name) => Number(name.slice(1)) < 15);
    expect(earlier.length, earlier.join(" ")).toBeLessThanOrEqual(policy === "adaptive" ? 1 : 0);
  });
});

test.each(["git", "adaptive"])(
  "a fix by %s, cut off after any decision, is found as before",
  async (policy) => {
    const story: Story = {
      history,
      crashes: "m6",
      head: "m9",
      policy,
      runs: policy === "git" ? 1 : 2,
      script: fixedKernels("m3", ["m8"]),
    };
    const whole = await beginStory(story);
    await goOn(story, whole);
    const reference = await readFileJournal(whole);
    expect(judgedIn(reference).length).toBeGreaterThan(0);
    const { at, seq, ...expected } = reference.at(-1)!;
    const goesOn = async (count: number) => {
      const folder = await cutAfter(whole, count);
      await goOn(story, folder);
      const events = await readFileJournal(folder);
      expect(conclusionOf(events), `cut after event ${count}`).toMatchObject(expected);
      expect(bodiesOf(events.slice(0, count))).toEqual(bodiesOf(reference.slice(0, count)));
      expectNothingRepeated(events);
    };
    // Builds and runs are like those of any other story: here and there one is cut off.
    const counts = reference.flatMap(({ kind }, n) =>
      /^(build|kernel-built|run)/.test(kind) && n % 7 !== 0 ? [] : [n + 1],
    );
    for (let first = 0; first < counts.length; first += 8) {
      await Promise.all(counts.slice(first, first + 8).map(goesOn));
    }
  },
  300_000,
);

function judgedIn(events: readonly BisectionEvent[]): [string, string][] {
  return events.flatMap((event) =>
    event.kind === "fork-judged" ? [[history.name(event.commit), event.verdict]] : [],
  );
}

function whatWasTested(events: readonly BisectionEvent[]): string {
  return events
    .flatMap((event) => {
      if (event.kind === "probe-answered")
        return event.answers.map(
          (a) => `${history.name(a.commit)} ${a.crashed}/${a.clean} ${a.verdict}`,
        );
      if (event.kind === "fork-judged")
        return [`judged ${history.name(event.commit)} ${event.verdict}`];
      if (event.kind === "checked") return [`${event.check} ${event.result}: ${event.why}`];
      if (event.kind === "concluded" || event.kind === "probe-chosen") return [event.why];
      return [];
    })
    .join("\n");
}

test("a fix is brought to the crashing commit, which is clean then, before it is named", async () => {
  const script = fixedKernels("m3", ["m15"]);
  const { events, concluded } = await tell({
    history,
    crashes: "m6",
    head: "m19",
    policy: "adaptive",
    script,
  });
  expect(namedIn(concluded)).toEqual(["found", "m15"]);
  const made = events.filter((event) => event.kind === "checked");
  const applied = made.find(({ check }) => check === "fix-on-crashing");
  expect(applied).toMatchObject({ result: "passed", crashed: 0 });
  const itself = made.find(({ check }) => check === "fix-on-parent");
  expect(itself).toMatchObject({
    result: "passed",
    why: expect.stringContaining("nothing is built"),
  });
});

test("a fix that does not mend the crashing commit is not named for sure", async () => {
  const kernels = fixedKernels("m3", ["m15"]);
  const run: typeof kernels.run = (commit, n) => kernels.run(commit, n);
  const script = { ...kernels, run };
  const { concluded } = await tell({
    history,
    crashes: "m6",
    head: "m19",
    policy: "adaptive",
    script,
  });
  expect(concluded).toMatchObject({ end: "unconfirmed", why: "it crashes with it" });
});
