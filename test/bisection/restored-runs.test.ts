import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chances } from "../../src/bisection/restored-runs.ts";
import type { BisectionEvent } from "../../src/event/index.ts";
import { tell } from "./drive-story.ts";
import { bug, history, kernelsWith } from "./kernels.ts";

const crash = { crash: bug } as const;
const given = { history, crashes: "a9", clean: "a0" };
const script = kernelsWith("a6");

/** The runs of each commit, by its name: `r` for a restored one, `b` for one that booted. */
function runsOf(events: readonly BisectionEvent[]): Record<string, string> {
  const runs: Record<string, string> = {};
  const names = new Map<string, string>();
  for (const event of events) {
    if (event.kind === "kernel-planned") names.set(event.kernel, history.name(event.commit));
    if (event.kind !== "run-finished") continue;
    const name = names.get(event.kernel) ?? "";
    runs[name] = `${runs[name] ?? ""}${event.restored ? "r" : "b"}`;
  }
  return runs;
}

describe("runs that go on from a snapshot", () => {
  test("are every other one of the crashing commit; the culprit and its parents boot as often", async () => {
    const { events, concluded } = await tell({
      ...given,
      runs: 4,
      script: { ...script, restored: script.run },
    });
    expect([concluded.end, history.name(concluded.culprit ?? "")]).toEqual(["found", "a6"]);
    const { a9, a6, m5, ...searched } = runsOf(events);
    expect(a9?.slice(0, 4)).toBe("brbr");
    for (const [name, runs] of Object.entries(searched))
      expect([name, runs]).toEqual([name, "rrrr"]);
    for (const runs of [a6, m5]) {
      expect(runs?.replaceAll("r", "").length).toBeGreaterThanOrEqual(
        runs?.replaceAll("b", "").length ?? 0,
      );
    }
    expect(a6).toBe("rrrrbbbb");
  });

  test("are none any more where they crash more rarely than those that boot", async () => {
    const { events, concluded } = await tell({
      ...given,
      runs: 4,
      script: { ...script, restored: () => "clean" },
    });
    expect([concluded.end, history.name(concluded.culprit ?? "")]).toEqual(["found", "a6"]);
    const { a9, ...others } = runsOf(events);
    expect(a9).toContain("r");
    expect(Object.values(others).join("")).toMatch(/^b+$/);
  });

  test("are not enough for a culprit: one that crashes only there is unconfirmed", async () => {
    const { concluded } = await tell({
      ...given,
      runs: 4,
      // From a3 on, which the crashing commit cannot tell: there all crash.
      script: { ...script, restored: kernelsWith("a3").run },
    });
    expect([concluded.end, history.name(concluded.culprit ?? "")]).toEqual(["unconfirmed", "a3"]);
    expect(concluded.why).toContain("it crashed in restored machines alone");
  });

  test("are not enough for a parent: one that crashes when it boots is no clean one", async () => {
    const { concluded } = await tell({
      ...given,
      runs: 4,
      script: {
        ...kernelsWith("a3"),
        restored: (commit, n) => (commit === history.hash("a9") ? crash : script.run(commit, n)),
      },
    });
    expect([concluded.end, concluded.culprit]).toEqual(["untestable", null]);
    expect(concluded.why).toContain("found before the change contains the one found after it");
  });

  test.each(["syzbot-2022", "syzbot-2026"])(
    "are none for %s, which runs no parents",
    async (policy) => {
      const { events } = await tell({
        ...given,
        policy,
        script: { ...script, restored: script.run },
      });
      expect(Object.values(runsOf(events)).join("")).toMatch(/^b+$/);
    },
  );
});

describe("two samples that may be of the same", () => {
  test.each([
    [[0, 2], [2, 2], 1 / 6, 1],
    [[2, 2], [2, 2], 1, 1],
    [[0, 0], [3, 7], 1, 1],
    [[1, 4], [4, 4], 1 / 14, 1],
    [[10, 40], [15, 40], 0.1674, 0.9264],
  ])("%j restored, %j booted", ([a, n], [b, m], rarer, moreOften) => {
    const found = chances({ crashed: a!, of: n! }, { crashed: b!, of: m! });
    expect(found.rarer).toBeCloseTo(rarer, 3);
    expect(found.moreOften).toBeCloseTo(moreOften, 3);
  });

  test("are told apart the same way from either side", () => {
    const sample = fc
      .tuple(fc.nat(200), fc.nat(200))
      .map(([crashed, clean]) => ({ crashed, of: crashed + clean }));
    fc.assert(
      fc.property(sample, sample, (one, other) => {
        expect(chances(one, other).rarer).toBeCloseTo(chances(other, one).moreOften, 8);
        expect(chances(one, other).rarer + chances(one, other).moreOften).toBeGreaterThan(1 - 1e-9);
      }),
    );
  });
});
