import { describe, expect, test } from "vitest";
import { addedRunsSaid } from "../../src/bisection/added-runs.ts";
import { deliverOverride } from "../../src/bisection/deliver-override.ts";
import { stateOf } from "../../src/bisection/state.ts";
import { verifyDecisions } from "../../src/bisection/verify.ts";
import type { BisectionEvent, EventOf } from "../../src/event/index.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { Progress } from "../../src/report/index.ts";
import { policyNamed } from "../../src/search/policies.ts";
import { readLog, summaryOf, writeGitLog, writeLog2022 } from "../../src/syzbot/index.ts";
import { cutAfter, expectNothingRepeated } from "./cut-after.ts";
import {
  beginStory,
  bodiesOf,
  conclusionOf,
  goOn,
  type Onlooker,
  type Story,
} from "./drive-story.ts";
import { contains, history, kernelsWith } from "./kernels.ts";

type Events = readonly BisectionEvent[];

/** That `more` runs of the commit called `name` are wanted, as it stands after `events`. */
function wish(events: Events, name: string, more: number): EventOf<"runs-added"> {
  return addedRunsSaid(stateOf(events), { commit: history.hash(name), more, why: "it is flaky" });
}

const isAnswered = (events: Events, name: string) =>
  events.some(
    (event) =>
      event.kind === "probe-answered" &&
      event.answers.some(({ commit }) => commit === history.hash(name)),
  );

/** Asks for `more` runs of `name` once that is answered; `and`: when else. */
const asking =
  (name: string, more: number, and: (events: Events) => boolean = () => true): Onlooker =>
  (events) => {
    if (events.some(({ kind }) => kind === "runs-added")) return null;
    return isAnswered(events, name) && and(events) ? wish(events, name, more) : null;
  };

async function told(given: Story) {
  const folder = await beginStory(given);
  await goOn(given, folder);
  const events = await readFileJournal(folder);
  return { folder, events, concluded: conclusionOf(events) };
}

const runsOf = (events: Events, name: string) =>
  events.filter(
    (event) => event.kind === "run-finished" && history.hash(name).startsWith(event.kernel),
  ).length;

const newestAnswer = (events: Events, name: string) =>
  events
    .flatMap((event) => (event.kind === "probe-answered" ? event.answers : []))
    .findLast(({ commit }) => commit === history.hash(name));

async function expectVerified(folder: string, events: Events, policy: string): Promise<void> {
  for await (const { differs } of verifyDecisions(folder, events, policyNamed(policy))) {
    expect(differs).toBeNull();
  }
}

/** The bug of `a6`, which `m5` and all before never show. */
const story = (rest: Partial<Story>): Story => ({
  history,
  crashes: "a9",
  clean: "a0",
  runs: 4,
  script: kernelsWith("a6"),
  ...rest,
});

/** Kernels with the bug of `a3`, of which the one called `late` shows it from its fifth run on alone. */
function showingLate(late: string): Story["script"] {
  const honest = kernelsWith("a3");
  return {
    ...honest,
    run: (commit, n, given) =>
      history.name(commit) === late && n < 4 ? "clean" : honest.run(commit, n, given),
  };
}

describe.each(["git", "adaptive", "syzbot-2022"])("runs that somebody adds, with %s", (policy) => {
  test("are made beside the search, which ends as it would have", async () => {
    const plain = await told(story({ policy }));
    const { folder, events, concluded } = await told(story({ policy, onlooker: asking("a9", 7) }));
    expect(concluded).toMatchObject({ end: "found", culprit: history.hash("a6") });
    const own = runsOf(plain.events, "a9");
    expect(newestAnswer(events, "a9")).toMatchObject({ verdict: "after", crashed: own + 7 });
    expect(runsOf(events, "a9")).toBe(own + 7);
    expectNothingRepeated(events);
    await expectVerified(folder, events, policy);
  });

  test("change what is known of a commit, and what the search comes to", async () => {
    const plain = await told(story({ policy, script: kernelsWith("a3") }));
    const first = plain.events.find(
      (event) => event.kind === "probe-answered" && event.stage === "search",
    );
    const late = first?.kind === "probe-answered" ? first.answers[0]! : null;
    expect(late).toMatchObject({ verdict: "after" });
    const name = history.name(late!.commit);
    const given = story({ policy, script: showingLate(name), onlooker: asking(name, 4) });
    const { folder, events, concluded } = await told(given);
    const verdicts = events.flatMap((event) =>
      event.kind === "probe-answered"
        ? event.answers.filter(({ commit }) => commit === late!.commit)
        : [],
    );
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(["before", "after"]);
    expect(concluded).toMatchObject({ end: "found", culprit: history.hash("a3") });
    await expectVerified(folder, events, policy);
  });

  test("after the conclusion open it again; what is known goes into the next", async () => {
    const given = story({ policy });
    const { folder, events } = await told(given);
    const before = runsOf(events, "a6");
    const { held } = await deliverOverride(folder, wish(events, "a6", 9));
    expect(held).toBe(false);
    expect(stateOf(await readFileJournal(folder)).concluded).toBeNull();
    await goOn(given, folder);
    const after = await readFileJournal(folder);
    expect(conclusionOf(after)).toMatchObject({ end: "found", culprit: history.hash("a6") });
    expect(runsOf(after, "a6")).toBe(before + 9);
    const check = after.findLast(
      (event) => event.kind === "checked" && event.check === "culprit-crashes",
    );
    if (policy !== "syzbot-2022") expect(check).toMatchObject({ crashed: before + 9 });
    expectNothingRepeated(after);
    await expectVerified(folder, after, policy);
  });

  test("are made once, wherever the bisection is cut off", async () => {
    const given = story({ policy, runs: 3, onlooker: asking("a9", 3) });
    const whole = await told(given);
    const { end, culprit } = whole.concluded;
    const asked = whole.events.findIndex(({ kind }) => kind === "runs-added");
    const answered = whole.events.findIndex(
      (event, n) => n > asked && event.kind === "probe-answered" && isAnswered([event], "a9"),
    );
    expect(answered).toBeGreaterThan(asked + 6);
    for (let count = asked; count <= answered + 1; count++) {
      const folder = await cutAfter(whole.folder, count);
      await goOn(given, folder);
      const events = await readFileJournal(folder);
      expect(conclusionOf(events), `cut after ${count}`).toMatchObject({ end, culprit });
      expect(bodiesOf(events.slice(0, count))).toEqual(bodiesOf(whole.events.slice(0, count)));
      expect(newestAnswer(events, "a9")).toMatchObject(newestAnswer(whole.events, "a9")!);
      expectNothingRepeated(events);
    }
  });
});

describe("runs that somebody adds", () => {
  test("end nothing that is under way, and are not ended by what is chosen next", async () => {
    // So many that the graph, which is loaded beside them, is there long before they are made.
    const { events } = await told(story({ onlooker: asking("a0", 400) }));
    const at = events.findIndex(({ kind }) => kind === "runs-added");
    const chosen = events.findIndex((event, n) => n > at && event.kind === "probe-chosen");
    const answered = events.findIndex(
      (event, n) =>
        n > at &&
        event.kind === "probe-answered" &&
        event.answers.some(({ commit }) => commit === history.hash("a0")),
    );
    expect(at).toBeLessThan(chosen);
    expect(chosen).toBeLessThan(answered);
    const begun = events.flatMap((event) => (event.kind === "run-started" ? [event.run] : []));
    const ended = events.flatMap((event) => (event.kind === "run-finished" ? [event.run] : []));
    expect(ended.toSorted()).toEqual(begun.toSorted());
    const short = history.hash("a0").slice(0, 12);
    for (let n = at; n < Math.min(answered, chosen + 60); n++) {
      const heard = events.slice(0, n + 1);
      const open = heard.flatMap((event) => (event.kind === "run-started" ? [event.run] : []));
      const over = heard.flatMap((event) => (event.kind === "run-finished" ? [event.run] : []));
      const under = open.filter((run) => run.startsWith(short) && !over.includes(run));
      for (const { running } of [stateOf(heard), summaryOf(heard)]) {
        expect([...running.keys()].filter((run) => run.startsWith(short))).toEqual(under);
      }
    }
  });

  test("twice are added up", async () => {
    const { folder, events } = await told(story({}));
    const before = runsOf(events, "a6");
    await deliverOverride(folder, wish(events, "a6", 2));
    await deliverOverride(folder, wish(await readFileJournal(folder), "a6", 3));
    await goOn(story({}), folder);
    expect(runsOf(await readFileJournal(folder), "a6")).toBe(before + 5);
  });

  test("of equal kernels are made once and told of both", async () => {
    const script = kernelsWith("a6", { sameKernel: ["a6", "a7"] });
    const given = story({ policy: "adaptive", script });
    const { folder, events } = await told(given);
    await deliverOverride(folder, wish(events, "a6", 5));
    await goOn(given, folder);
    const after = await readFileJournal(folder);
    expect(runsOf(after, "a6") + runsOf(after, "a7")).toBe(
      runsOf(events, "a6") + runsOf(events, "a7") + 5,
    );
    expect(conclusionOf(after)).toMatchObject(
      expect.objectContaining({ end: conclusionOf(events).end }),
    );
  });

  test("take no more than the bisection may, and keep it from no conclusion", async () => {
    const plain = await told(story({ policy: "adaptive" }));
    const runs = plain.events.filter(({ kind }) => kind === "run-finished").length;
    const given = story({
      policy: "adaptive",
      budget: { builds: 100, runs: runs + 3 },
      onlooker: asking("a0", 50),
    });
    const { events, concluded } = await told(given);
    expect(events.filter(({ kind }) => kind === "run-finished").length).toBeLessThanOrEqual(
      runs + 3,
    );
    expect(["found", "budget"]).toContain(concluded.end);
  });

  test("are told to people: the wish, why a commit is run again, what came of it", async () => {
    const { events } = await told(story({ onlooker: asking("a0", 7) }));
    const progress = new Progress("normal");
    const lines = events.flatMap((event) => progress.linesOf(event));
    const short = history.hash("a0").slice(0, 12);
    expect(lines).toContain(`the user asks for 7 more runs of ${short} a0: a commit: it is flaky`);
  });

  test("are a block of their own in syzbot's log, and no step of git's", async () => {
    const { events } = await told(story({ onlooker: asking("m5", 7) }));
    const log = writeLog2022(events);
    const read = readLog(Buffer.from(log), "log");
    expect(read.filter(({ kind }) => kind === "line-unrecognised")).toEqual([]);
    const plain = await told(story({}));
    const steps = (text: string) => text.match(/^(Bisecting: |# git bisect ).*$/gm);
    expect(steps(log)).toEqual(steps(writeLog2022(plain.events)));
    expect(log.match(new RegExp(`^testing commit ${history.hash("m5")}`, "gm"))).toHaveLength(2);
  });

  test("do not widen the range of git's log: a commit is told once for one verdict", async () => {
    const { folder, events } = await told(story({ policy: "git" }));
    const tested = events.flatMap((event) =>
      event.kind === "probe-answered" && event.stage === "search" ? event.answers : [],
    );
    const bad = tested.find(({ verdict }) => verdict === "after");
    await deliverOverride(folder, wish(events, history.name(bad!.commit), 3));
    await goOn(story({ policy: "git" }), folder);
    const marks = (all: Events) =>
      writeGitLog(all)
        .split("\n")
        .filter((line) => line.startsWith("git bisect "));
    expect(marks(await readFileJournal(folder))).toEqual(marks(events));
  });
});

describe("more runs are refused with a reason", () => {
  test.each([
    ["of a commit that was not tested", story({}), "f1", "was not tested"],
    [
      "of one that does not build",
      story({ script: kernelsWith("a6", { broken: ["m5", "a4", "a6", "a7", "t3"] }) }),
      "m5",
      "does not build",
    ],
    [
      "of one that does not boot",
      story({ script: kernelsWith("a3", { hangsAtBoot: ["m5", "a4", "t3"] }) }),
      "m5",
      "does not boot",
    ],
    [
      "where the bug is a build that fails",
      story({
        script: {
          ...kernelsWith(null),
          build: (commit) => (contains(history.name(commit), "a6") ? "failed" : "built"),
        },
        expect: { build: "fails" },
      }),
      "a9",
      "nothing is run",
    ],
  ])("%s", async (_, given, name, why) => {
    const { events } = await told(given);
    expect(() => wish(events, name, 1)).toThrow(
      expect.objectContaining({ code: "runs-refused", message: expect.stringContaining(why) }),
    );
  });

  test("where the kernel that stands for the commit is another by now", async () => {
    const { folder, events } = await told(story({}));
    const body = {
      ...wish(events, "a6", 1),
      kernel: `${history.hash("a6").slice(0, 12)}+01234567`,
    };
    await expect(deliverOverride(folder, body)).rejects.toMatchObject({ code: "runs-refused" });
    expect(await readFileJournal(folder)).toEqual(events);
  });
});
