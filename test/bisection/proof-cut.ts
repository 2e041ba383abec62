import { expect } from "vitest";
import { verifyDecisions } from "../../src/bisection/verify.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { policyNamed } from "../../src/search/policies.ts";
import { cutAfter, expectNothingRepeated } from "./cut-after.ts";
import { beginStory, bodiesOf, conclusionOf, goOn, type Story } from "./drive-story.ts";
import { lineWith, story } from "./line-story.ts";
import { kernelsNeeding, longKernels, mergedHistory } from "./long-history.ts";

const driver = (...lines: readonly string[]) => `int a;\n${lines.join("\n")}\nint z;\n`;
const inLong = { history: mergedHistory, crashes: "n119", clean: "n0", policy: "adaptive" };

/** Stories that have every stage of a culprit's proof, by name. */
export const provenStories: Readonly<Record<string, () => Story>> = {
  "behind a check": () =>
    story(
      lineWith([
        { name: "n0", files: { "drv.c": driver("int m;") } },
        { name: "n20", files: { "drv.c": driver("int m;", "WARN_ON(m);") } },
      ]),
      (has) => has("n20") && has("n7"),
      { script: { report: () => "WARNING: CPU: 0 PID: 1 at drv.c:3 eat_me\n" } },
    ),
  "inside a merge": () => ({ ...inLong, script: kernelsNeeding("n55", "t50.2") }),
  "into a merge": () => ({
    ...inLong,
    script: longKernels("t50.2", { rate: 0.7, history: mergedHistory }),
    part: { "first-parent": true },
  }),
};

/**
 * Fails where a story that is cut off after every `step`th event of its proof goes on to another end, repeats a
 * run, or takes another decision.
 */
export async function expectSameProof(given: Story, step: number): Promise<void> {
  const whole = await beginStory(given);
  await goOn(given, whole);
  const events = await readFileJournal(whole);
  const { end, culprit, why, deeper } = conclusionOf(events);
  expect(end).toBe("found");
  const begun = events.findIndex(
    ({ kind }) => kind === "culprit-examined" || kind === "range-entered",
  );
  expect(begun).toBeGreaterThan(0);
  for await (const { differs } of verifyDecisions(whole, events, policyNamed("adaptive"))) {
    expect(differs).toBeNull();
  }
  for (let count = begun; count <= events.length; count += step) {
    const folder = await cutAfter(whole, count);
    await goOn(given, folder);
    const resumed = await readFileJournal(folder);
    const same = { end, culprit, why, ...(deeper && { deeper }) };
    expect(conclusionOf(resumed), `cut after event ${count}`).toMatchObject(same);
    expect(bodiesOf(resumed.slice(0, count))).toEqual(bodiesOf(events.slice(0, count)));
    expectNothingRepeated(resumed);
  }
}
