import { expect, test } from "vitest";
import { showText } from "../../src/report/index.ts";
import { tell } from "../bisection/drive-story.ts";
import { history, kernelsWith } from "../bisection/kernels.ts";

test("people are told in how many clean runs the crashing function was reached", async () => {
  const { events } = await tell({
    ...{ history, crashes: "a9", clean: "a0", runs: 4 },
    script: { ...kernelsWith("a6"), reached: (_, n) => n === 1 },
  });
  const shown = showText(events, { log: null, running: false, suspicion: null });
  // The table of tests, and the checks of parents.
  expect(shown).toMatch(/ good +0\/\d+, reached in 1 /);
  expect(shown).toMatch(/passed +parent [0-9a-f]{12} does not +0\/\d+, reached in 1 /);
  expect(shown).not.toMatch(/ bad +.*reached/);
});
