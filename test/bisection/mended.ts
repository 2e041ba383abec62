import fc from "fast-check";
import { expect } from "vitest";
import { verifyDecisions } from "../../src/bisection/verify.ts";
import type { BisectionEvent } from "../../src/event/index.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { policyNamed } from "../../src/search/policies.ts";
import { cutAfter, expectNothingRepeated } from "./cut-after.ts";
import { beginStory, bodiesOf, conclusionOf, goOn, type Story } from "./drive-story.ts";
import { mainLine, mendable } from "./mendable.ts";

async function expectAsDecided(folder: string, events: readonly BisectionEvent[]): Promise<void> {
  for await (const { differs } of verifyDecisions(folder, events, policyNamed("adaptive"))) {
    expect(differs).toBeNull();
  }
}

async function toldIn(story: Story): Promise<[string, readonly BisectionEvent[]]> {
  const folder = await beginStory(story);
  await goOn(story, folder);
  return [folder, await readFileJournal(folder)];
}

/** Fails where a repair that is cut off after every `step`th event goes on to another end, or repeats a run. */
export async function expectSameWhereverCut(step: number): Promise<void> {
  const story = mendable({
    lines: mainLine(14),
    culprit: "m4",
    regions: [{ from: "m4", to: "m10", how: "build" }],
  });
  const [whole, events] = await toldIn(story);
  await expectAsDecided(whole, events);
  const { end, culprit, why } = conclusionOf(events);
  expect([end, culprit]).toEqual(["found", story.history.hash("m4")]);
  const begun = events.findIndex(({ kind }) => kind === "repair-begun");
  expect(begun).toBeGreaterThan(0);
  // The parent is compared with the fix as well, which is the last that is cut off.
  expect(events.filter((event) => event.kind === "backport-tried").length).toBeGreaterThan(1);
  for (let count = begun; count < events.length; count += step) {
    const folder = await cutAfter(whole, count);
    await goOn(story, folder);
    const resumed = await readFileJournal(folder);
    expect(conclusionOf(resumed), `cut after event ${count}`).toMatchObject({ end, culprit, why });
    expect(bodiesOf(resumed.slice(0, count))).toEqual(bodiesOf(events.slice(0, count)));
    expectNothingRepeated(resumed);
  }
}

// The bug shows in every run: that another commit is named is no matter of chance then.
const anyCase = fc.record({
  culprit: fc.nat(),
  regions: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 2, max: 14 }), fc.boolean()), {
    minLength: 1,
    maxLength: 3,
  }),
  merged: fc.boolean(),
  bringsBug: fc.boolean(),
  builds: fc.integer({ min: 2, max: 12 }),
});

const count = 24;
const topic = [
  ...Array.from({ length: 5 }, (_, n) => ({
    name: `t${n}`,
    parents: [n === 0 ? "m10" : `t${n - 1}`],
  })),
  { name: "m20", parents: ["m19", "t4"] },
];

/** Fails where another commit than the culprit is named, or a repair takes more than it may, in any history. */
export async function expectNoOtherNamed(numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(anyCase, async (given) => {
      const lines = mainLine(count, given.merged ? topic : []);
      const names = lines.map(({ name }) => name).slice(1, -1);
      const plain = names.filter((name) => name !== "m20");
      const pick = (n: number) => plain[n % plain.length] as string;
      const regions = given.regions.map(([from, length, boots]) => {
        const first = from % (plain.length - 2);
        const to = pick(Math.min(first + length, plain.length - 1));
        return { from: pick(first), to, how: boots ? ("boot" as const) : ("build" as const) };
      });
      const culprit = given.bringsBug ? (regions[0]?.to ?? "") : pick(given.culprit);
      const story = mendable(
        { lines, culprit, regions },
        { fixes: { repair: { builds: given.builds } } },
      );
      const [folder, events] = await toldIn(story);
      await expectAsDecided(folder, events);
      const concluded = conclusionOf(events);
      if (concluded.culprit !== null) expect(story.history.name(concluded.culprit)).toBe(culprit);
      if (concluded.end === "ties") {
        expect(concluded.candidates.map(story.history.name)).toContain(culprit);
      }
      expect(["found", "ties", "untestable"]).toContain(concluded.end);
      const kinds = events.map((event) =>
        event.kind === "kernel-planned" && event.purpose === "repair" ? "planned" : event.kind,
      );
      const repairs = kinds.filter((kind) => kind === "repair-begun").length;
      expect(repairs).toBeLessThanOrEqual(4);
      // The broken commit itself is tried with each fix beside.
      expect(kinds.filter((kind) => kind === "planned").length).toBeLessThanOrEqual(
        repairs * (given.builds + 3),
      );
    }),
    // A story takes seconds: the case that fails is told, and no smaller one is searched for minutes.
    { numRuns, endOnFailure: true },
  );
}
