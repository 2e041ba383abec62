import { describe, expect, test } from "vitest";
import type { BisectionEvent, EventOf } from "../../src/event/index.ts";
import { type Story, tell } from "./drive-story.ts";
import { mainLine, mendable, type Region, type Trouble } from "./mendable.ts";

const lines = mainLine(120);
const region: Region = { from: "m40", to: "m90", how: "build" };
const usual: Trouble = { lines, culprit: "m63", regions: [region] };

function of<K extends BisectionEvent["kind"]>(events: readonly BisectionEvent[], kind: K) {
  return events.filter((event) => event.kind === kind) as unknown as EventOf<K>[];
}

async function told(story: Story) {
  const { events, concluded } = await tell(story);
  const name = (hash: string | null) => (hash === null ? null : story.history.name(hash));
  const ends = of(events, "repair-ended");
  return {
    events,
    concluded,
    culprit: name(concluded.culprit),
    candidates: concluded.candidates.map(name),
    ends: ends.map(({ result, fixes }) => [result, ...fixes.map(({ fix }) => name(fix))]),
    doubted: of(events, "fix-doubted").map(({ fix, why }) => [name(fix), why]),
    built: of(events, "kernel-built").length + of(events, "build-failed").length,
  };
}

describe("a stretch of history that cannot be tested is mended", () => {
  test("where it does not build, by the commit that repaired it, and the culprit in it is found", async () => {
    const { culprit, concluded, ends, events } = await told(mendable(usual));
    expect([concluded.end, culprit]).toEqual(["found", "m63"]);
    expect(ends).toEqual([["repaired", "m90"]]);
    const repaired = of(events, "kernel-planned").filter(
      ({ backports }) => backports !== undefined,
    );
    expect(repaired.length).toBeGreaterThan(1);
    for (const { patches, backports } of repaired) {
      expect(patches).toHaveLength(1);
      expect(backports).toMatchObject([{ title: "m90: a commit", source: "found" }]);
    }
  });

  test("not at all where nobody asks for that: the culprit stays among all that cannot be tested", async () => {
    const story = mendable(usual, { fixes: {} });
    const { concluded, candidates, events } = await told(story);
    expect(concluded.end).toBe("ties");
    expect(candidates).toContain("m63");
    expect(of(events, "repair-begun")).toEqual([]);
  });

  const topic = [
    ...Array.from({ length: 8 }, (_, n) => ({
      name: `t${n}`,
      parents: [n === 0 ? "m50" : `t${n - 1}`],
    })),
    { name: "m85", parents: ["m84", "t7"] },
  ];

  test.each<[string, Trouble, [string, string | null], unknown]>([
    [
      "where it does not boot",
      { ...usual, regions: [{ ...region, how: "boot" }] },
      ["found", "m63"],
      [["repaired", "m90"]],
    ],
    [
      "where the bug shows in three of ten runs alone",
      { ...usual, rate: 0.3 },
      ["found", "m63"],
      [["repaired", "m90"]],
    ],
    [
      "where the fix is on a branch that was merged later",
      { ...usual, lines: mainLine(120, topic), regions: [{ ...region, to: "t3" }] },
      ["found", "m63"],
      [["repaired", "t3"]],
    ],
    [
      "where two stretches lie over each other",
      {
        ...usual,
        regions: [
          { from: "m40", to: "m70", how: "build" },
          { from: "m55", to: "m90", how: "build" },
        ],
      },
      ["found", "m63"],
      expect.arrayContaining([expect.arrayContaining(["m90"])]),
    ],
    [
      "where one does not build, and a part of it does not boot",
      {
        ...usual,
        regions: [
          { from: "m40", to: "m90", how: "build" },
          { from: "m50", to: "m80", how: "boot" },
        ],
      },
      ["found", "m63"],
      [
        ["repaired", "m90"],
        ["repaired", "m80"],
      ],
    ],
    [
      "where the culprit broke the build itself, as the fix does not bring the bug to its parent",
      { ...usual, culprit: "m40" },
      ["found", "m40"],
      [["repaired", "m90"]],
    ],
  ])("%s", async (_, trouble, [end, culprit], ends) => {
    const story = await told(mendable(trouble));
    expect([story.concluded.end, story.culprit], story.concluded.why).toEqual([end, culprit]);
    expect(story.ends).toEqual(ends);
    expect(story.doubted).toEqual([]);
  });

  test("a fix that does not apply to the older part is used for the newer one", async () => {
    const [old, written, fixed] = ["one\n".repeat(9), "two\n".repeat(9), "two\nmended\n".repeat(9)];
    const files: Record<string, Record<string, string>> = {
      m1: { "drv.h": old },
      m55: { "drv.h": written },
      m90: { "drv.h": fixed },
    };
    const own = lines.map((line) => ({ ...line, files: files[line.name] ?? {} }));
    const { concluded, culprit, ends, events, candidates } = await told(
      mendable({ ...usual, lines: own }),
    );
    expect([concluded.end, culprit], `${concluded.why} ${candidates}`).toEqual(["found", "m63"]);
    expect(ends.every(([result]) => result === "partly" || result === "repaired")).toBe(true);
    const refused = of(events, "backport-tried").filter(({ result }) => result === "conflict");
    for (const { why } of refused) expect(why).toBe("it does not apply: conflicts in drv.h");
  });

  test("a fix that brings the bug is found out, not used, and not taken for the stretch's beginning", async () => {
    const { concluded, candidates, doubted, culprit } = await told(
      mendable({ ...usual, culprit: "m90" }),
    );
    expect(concluded.end).toBe("ties");
    expect(culprit).toBeNull();
    expect(candidates).toContain("m90");
    expect(doubted).toEqual([
      ["m90", expect.stringContaining("is clean without it and crashes with it")],
    ]);
  });

  test("a fix that brings the bug and cannot be applied before the stretch is named beside its beginning", async () => {
    const { concluded, candidates } = await told(
      mendable({ ...usual, culprit: "m90", breaks: { fix: "m90", at: "m39" } }),
    );
    expect(concluded.end).toBe("ties");
    expect(candidates).toEqual(["m40", "m90"]);
    expect(concluded.why).toContain("with ");
  });

  test("a fix that may bring the bug is named beside the stretch where nothing tells whether it does", async () => {
    const { concluded, candidates, culprit } = await told(
      mendable({
        lines: mainLine(24),
        culprit: "m22",
        regions: [
          { from: "m17", to: "m22", how: "build" },
          { from: "m6", to: "m20", how: "boot" },
        ],
        rate: 0.5,
      }),
    );
    expect([concluded.end, culprit]).toEqual(["ties", null]);
    expect(candidates).toContain("m22");
    expect(concluded.why).toContain("with ");
  });

  test("nothing is mended for ever: the builds for it are bounded", async () => {
    const story = mendable(usual, { fixes: { repair: { builds: 3 } } });
    const { concluded, candidates, ends, events } = await told(story);
    expect(concluded.end).toBe("ties");
    expect(candidates).toContain("m63");
    expect(ends.length).toBeGreaterThan(0);
    for (const [result] of ends) expect(result).toBe("given-up");
    const planned = of(events, "kernel-planned").filter(({ purpose }) => purpose === "repair");
    expect(planned.length).toBeLessThanOrEqual(3 * ends.length);
  });

  test("a stretch that nobody mended is given up", async () => {
    const fixless = { ...usual, regions: [{ ...region, to: "nowhere" }] };
    // The last commit was built, in spite of it all.
    const story = mendable(fixless);
    const build = story.script.build;
    const last = story.history.hash("m119");
    const { concluded, ends } = await told({
      ...story,
      script: {
        ...story.script,
        build: (commit, patches) =>
          commit === last ? "built" : (build?.(commit, patches) ?? "built"),
      },
    });
    expect(concluded.end).toBe("ties");
    expect(ends.map(([result]) => result)).toContain("partly");
  });
});
