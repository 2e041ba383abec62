import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { verifyDecisions } from "../../src/bisection/verify.ts";
import type { BisectionEvent, EventOf } from "../../src/event/index.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { policyNamed } from "../../src/search/policies.ts";
import { cutAfter, expectNothingRepeated } from "./cut-after.ts";
import { beginStory, bodiesOf, conclusionOf, goOn, type Story } from "./drive-story.ts";
import { configuredKernels, history, namesOn } from "./small-config.ts";

const needed = ["KASAN", "EVENTS", "EVENTS_FAST"];

const alone: Story = {
  history,
  crashes: "a9",
  goal: "config",
  script: configuredKernels("a3", needed),
};

function minimisedOf(events: readonly BisectionEvent[]): EventOf<"minimised"> {
  const found = events.find((event) => event.kind === "minimised");
  if (found === undefined) throw new Error("nothing was made smaller");
  return found;
}

describe("a configuration that is made smaller", () => {
  let folder: string;
  let events: readonly BisectionEvent[];
  beforeAll(async () => {
    folder = await beginStory(alone);
    await goOn(alone, folder);
    events = await readFileJournal(folder);
  });

  test("has what the crash needs, and what that needs, and nothing else", async () => {
    expect(conclusionOf(events)).toMatchObject({ end: "minimised", culprit: null });
    const { result, kept, open, of, tried } = minimisedOf(events);
    expect(kept.toSorted()).toEqual(
      ["CONFIG_EVENTS", "CONFIG_EVENTS_FAST", "CONFIG_KASAN", "CONFIG_TTY"].toSorted(),
    );
    expect({ open, of }).toEqual({ open: 0, of: 32 });
    expect(tried).toBeLessThan(20);
    const text = await readFile(join(folder, result?.file ?? ""), "utf8");
    expect(namesOn(text)).toEqual(
      expect.arrayContaining(["PRINTK", "TTY", "EVENTS", "EVENTS_FAST", "HELPER", "KASAN"]),
    );
  });

  test("is tried with kernels that are nobody's evidence", () => {
    const tried = events.filter(
      (event) => event.kind === "kernel-planned" && event.purpose === "minimise",
    );
    expect(tried).toHaveLength(minimisedOf(events).tried);
    expect(events.filter(({ kind }) => kind === "bug-identified")).toHaveLength(2);
  });

  test("is the same after a cut at any event, and no finished run is repeated", async () => {
    const short = { ...alone, minimize: { tries: 2 } };
    const whole = await beginStory(short);
    await goOn(short, whole);
    const told = await readFileJournal(whole);
    const { kept, result, open } = minimisedOf(told);
    expect(open).toBeGreaterThan(0);
    for (let count = 1; count <= told.length; count++) {
      const cut = await cutAfter(whole, count);
      await goOn(short, cut);
      const again = await readFileJournal(cut);
      expect(minimisedOf(again), `cut after event ${count}`).toMatchObject({ kept, result, open });
      expect(conclusionOf(again).why).toEqual(conclusionOf(told).why);
      expect(bodiesOf(again.slice(0, count))).toEqual(bodiesOf(told.slice(0, count)));
      expectNothingRepeated(again);
    }
  });

  test("comes of decisions that are the same when they are taken again", async () => {
    let decisions = 0;
    for await (const { differs } of verifyDecisions(folder, events, policyNamed("git"))) {
      expect(differs).toBeNull();
      decisions += 1;
    }
    expect(decisions).toBeGreaterThan(10);
  });
});
