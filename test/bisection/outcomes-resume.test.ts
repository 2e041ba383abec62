import { describe, expect, test } from "vitest";
import { verifyDecisions } from "../../src/bisection/verify.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { policyNamed } from "../../src/search/policies.ts";
import { cutAfter, expectNothingRepeated } from "./cut-after.ts";
import { beginStory, bodiesOf, conclusionOf, goOn, type Story } from "./drive-story.ts";
import { coin, contains, history } from "./kernels.ts";

const isAfter = (commit: string) => contains(history.name(commit), "t2");

const stories: readonly (Story & { readonly what: string })[] = [
  {
    what: "a number",
    history,
    crashes: "a9",
    clean: "a0",
    expect: { number: "^took (.*) ms$", worse: "higher" },
    script: {
      run: (commit, n) => ({
        ended: "clean",
        console: `took ${(isAfter(commit) ? 100 : 80) + 25 * coin(commit, n)} ms\n`,
      }),
    },
  },
  {
    what: "a build that fails",
    history,
    crashes: "a9",
    clean: "a0",
    expect: { build: "fails" },
    script: {
      build: (commit) => (isAfter(commit) ? "failed" : "built"),
      run: () => "infrastructure",
    },
  },
];

describe.each(["adaptive", "git"])("cut off anywhere, policy %s", (policy) => {
  test.each(stories)("ends the same with $what", { timeout: 180_000 }, async (given) => {
    const story = { ...given, policy };
    const whole = await beginStory(story);
    await goOn(story, whole);
    const reference = await readFileJournal(whole);
    expect(conclusionOf(reference)).toMatchObject({ end: "found", culprit: history.hash("t2") });
    // Where what is new is decided, and here and there between.
    const decisions = ["bug-identified", "checked"];
    for (let count = 1; count <= reference.length; count++) {
      const last = reference[count - 1];
      if (count % 17 !== 0 && !decisions.includes(last?.kind ?? "")) continue;
      const folder = await cutAfter(whole, count);
      await goOn(story, folder);
      const events = await readFileJournal(folder);
      const { at, seq, ...expected } = reference.at(-1)!;
      expect(conclusionOf(events), `cut after event ${count}`).toMatchObject(expected);
      expect(bodiesOf(events.slice(0, count))).toEqual(bodiesOf(reference.slice(0, count)));
      expectNothingRepeated(events);
    }
    for await (const { differs } of verifyDecisions(whole, reference, policyNamed(policy))) {
      expect(differs).toBeNull();
    }
  });
});
