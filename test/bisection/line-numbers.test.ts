import { describe, expect, test } from "vitest";
import { verifyDecisions } from "../../src/bisection/verify.ts";
import type { BisectionEvent, EventOf } from "../../src/event/index.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { policyNamed } from "../../src/search/policies.ts";
import { cutAfter, expectNothingRepeated } from "./cut-after.ts";
import { beginStory, bodiesOf, conclusionOf, goOn, type Story, tell } from "./drive-story.ts";
import { history, kernelsWith } from "./kernels.ts";

/** The first commit whose runs crash is a4, which differs from a3 in line numbers: a3 hides the bug. */
const hiding = (policy: string, sameTokens: readonly string[] = ["a3", "a4"]): Story => ({
  history,
  crashes: "a9",
  clean: "a0",
  policy,
  script: kernelsWith("a4", { sameTokens }),
});

/** a3 brings the bug and hides it as often as the policy looks first; a4 adds a comment. */
function luckyParent(policy: string): Story {
  const script = kernelsWith("a3", { sameTokens: ["a3", "a4"] });
  const lucky = policy === "git" ? 4 : 2;
  const run: typeof script.run = (commit, n, given) =>
    history.name(commit) === "a3" && n < lucky ? "clean" : script.run(commit, n, given);
  return { ...hiding(policy), script: { ...script, run } };
}

const kernelsIn = (events: readonly BisectionEvent[], kind: "kernels-equal" | "kernels-differ") =>
  events
    .filter((event) => event.kind === kind)
    .map((event) => (event as EventOf<typeof kind>).kernels.map(nameOf).sort());
const nameOf = (kernel: string) =>
  ["a2", "a3", "a4", "m5", "u1"].find((name) => history.hash(name).startsWith(kernel)) ?? kernel;

describe("a commit that adds a comment", () => {
  const policies = ["git", "adaptive", "syzbot-2022", "syzbot-2026"];

  test.each(policies)("is no finding of policy %s, whatever its runs showed", async (policy) => {
    const blind = await tell(hiding(policy, []));
    expect(blind.concluded).toMatchObject({ end: "found", culprit: history.hash("a4") });
    const { events, concluded } = await tell(hiding(policy));
    expect(kernelsIn(events, "kernels-equal")).toEqual([["a3", "a4"]]);
    if (policy.startsWith("syzbot")) {
      expect(concluded).toMatchObject({
        end: "unconfirmed",
        why: "the culprit differs from its parent only in line numbers: it changed nothing",
      });
    } else expect(concluded.culprit).not.toBe(history.hash("a4"));
  });

  test.each(["git", "adaptive"])(
    "leads policy %s to the commit below it that brought the bug",
    async (policy) => {
      const { events, concluded } = await tell(luckyParent(policy));
      expect(concluded).toMatchObject({ end: "found", culprit: history.hash("a3") });
      expect(kernelsIn(events, "kernels-equal")).toEqual([["a3", "a4"]]);
    },
  );

  test("is not run where its parent was", async () => {
    const script = kernelsWith("m5", { sameTokens: ["a3", "a4"] });
    const { events, concluded } = await tell({ ...hiding("adaptive"), script });
    expect(concluded).toMatchObject({ end: "found", culprit: history.hash("m5") });
    const ran = events.flatMap((event) => (event.kind === "run-finished" ? [event.kernel] : []));
    const both = ["a3", "a4"].filter((name) => ran.map(nameOf).includes(name));
    expect(both.length).toBeLessThan(2);
  });
});

test("a culprit that is another in more than line numbers is told to be", async () => {
  const { events } = await tell(hiding("adaptive", ["a2"]));
  expect(kernelsIn(events, "kernels-differ")).toContainEqual(["a3", "a4"]);
  const check = events.find(
    (event) => event.kind === "checked" && event.check === "signatures-differ",
  );
  expect(check).toMatchObject({ result: "passed", why: "they differ in more than line numbers" });
});

describe("a comparison of kernels", () => {
  test.each(["git", "adaptive"])(
    "is made once by policy %s, wherever it is cut off",
    async (policy) => {
      const story = luckyParent(policy);
      const whole = await beginStory(story);
      await goOn(story, whole);
      const reference = await readFileJournal(whole);
      const last = conclusionOf(reference);
      const from = reference.findIndex(({ kind }) => /^kernels-/.test(kind)) - 3;
      expect(from).toBeGreaterThan(0);
      for (let count = from; count < from + 9; count += 1) {
        const folder = await cutAfter(whole, count);
        await goOn(story, folder);
        const events = await readFileJournal(folder);
        const { end, culprit, why } = last;
        expect(conclusionOf(events), `cut after event ${count}`).toMatchObject({
          end,
          culprit,
          why,
        });
        expect(bodiesOf(events.slice(0, count))).toEqual(bodiesOf(reference.slice(0, count)));
        expectNothingRepeated(events);
        expect(kernelsIn(events, "kernels-equal")).toEqual([["a3", "a4"]]);
      }
    },
  );

  test("is a fact, which the decisions after it follow from", async () => {
    const story = luckyParent("adaptive");
    const folder = await beginStory(story);
    await goOn(story, folder);
    const events = await readFileJournal(folder);
    for await (const verified of verifyDecisions(folder, events, policyNamed("adaptive"))) {
      expect(verified.differs).toBeNull();
    }
  });
});
