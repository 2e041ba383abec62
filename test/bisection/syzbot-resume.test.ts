import { expect, test } from "vitest";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { cutAfter, expectNothingRepeated } from "./cut-after.ts";
import { beginStory, bodiesOf, conclusionOf, goOn, type Story } from "./drive-story.ts";
import { history, kernelsWith } from "./kernels.ts";

/** A commit that does not build, and a culprit whose parent is built and never run. */
const storyOf = (policy: string): Story => ({
  history,
  crashes: "a9",
  clean: "a2",
  runs: 2,
  policy,
  script: kernelsWith("t1", { broken: ["a3"] }),
});

test.each(["syzbot-2022", "syzbot-2026"])(
  "a bisection by %s, cut off after any event, goes on to the same conclusion",
  async (policy) => {
    const story = storyOf(policy);
    const whole = await beginStory(story);
    await goOn(story, whole);
    const reference = await readFileJournal(whole);
    const { at, seq, ...expected } = reference.at(-1)!;
    expect(expected).toMatchObject({ end: "found", culprit: history.hash("t1") });
    expect(
      reference.some((event) => event.kind === "kernel-planned" && event.purpose === "check"),
    ).toBe(true);
    for (let count = 1; count <= reference.length; count++) {
      const folder = await cutAfter(whole, count);
      await goOn(story, folder);
      const events = await readFileJournal(folder);
      expect(conclusionOf(events), `cut after event ${count}`).toMatchObject(expected);
      expect(bodiesOf(events.slice(0, count))).toEqual(bodiesOf(reference.slice(0, count)));
      expectNothingRepeated(events);
    }
  },
);
