import { describe, expect, test } from "vitest";
import { functionsOfBug } from "../../src/bisection/functions.ts";
import { stateOf } from "../../src/bisection/state.ts";
import { tell } from "./drive-story.ts";
import { history, kernelsWith } from "./kernels.ts";

const given = { history, crashes: "a9", clean: "a0" };

describe("whether runs came to where the bug crashes", () => {
  test("is asked for once the bug is known, kept with each run, and told with the checks", async () => {
    const script = { ...kernelsWith("a6"), reached: (_: string, n: number) => n === 1 };
    const { events, concluded } = await tell({ ...given, runs: 4, script });
    expect([concluded.end, history.name(concluded.culprit ?? "")]).toEqual(["found", "a6"]);
    const finished = events.filter((event) => event.kind === "run-finished");
    const clean = finished.filter(({ outcome }) => outcome === "clean");
    expect(clean.every(({ reached }) => reached?.asked[0] === "eat_me")).toBe(true);
    expect(finished.filter(({ outcome, reached }) => outcome === "crashed" && reached)).toEqual([]);
    const checks = events.filter((event) => event.kind === "checked");
    const parents = checks.filter(({ check }) => check === "parent-clean");
    expect(parents.length).toBeGreaterThan(0);
    for (const { reached, of, crashed, why } of parents) {
      expect(reached).toEqual({ yes: 1, no: of - crashed - 1 });
      expect(why).not.toContain("none came");
    }
    const answers = events.flatMap((event) =>
      event.kind === "probe-answered" ? event.answers : [],
    );
    for (const { clean: count, reached } of answers) {
      expect(reached === undefined ? 0 : reached.yes + reached.no).toBe(count);
    }
    expect(functionsOfBug(stateOf(events))).toEqual(["eat_me"]);
    expect(functionsOfBug(stateOf(events.slice(0, 3)))).toEqual([]);
  });

  test("is said of a parent none of whose runs did", async () => {
    const script = { ...kernelsWith("a6"), reached: () => false };
    const { events } = await tell({ ...given, runs: 4, script });
    const parents = events.filter(
      (event) => event.kind === "checked" && event.check === "parent-clean",
    );
    expect(parents.length).toBeGreaterThan(0);
    for (const check of parents) {
      expect(check).toMatchObject({
        reached: { yes: 0 },
        why: expect.stringContaining("none came"),
      });
    }
  });
});
