import { execFileSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { afterAll, describe, expect, test } from "vitest";
import { changeOf } from "../../src/history/change.ts";
import { openRepository } from "../../src/history/repository.ts";
import { makeHistory } from "../bisection/small-history.ts";

const lines = (third: string, fifth: string) => `1\n2\n${third}\n4\n${fifth}\n6\n7\n8\n9\n`;

/**
 *     a0 ── a1 ── a2 ── a3 ── m4 ── a5
 *      └── t1 ── t2 ──────────┘
 */
const history = makeHistory(
  [
    { name: "a0", files: { "drv.c": lines("three", "five"), "other.c": "x\n" } },
    { name: "a1", files: { "drv.c": lines("three", "FIVE") } },
    { name: "a2", files: { "drv.c": lines("THREE", "FIVE") } },
    { name: "a3", files: { "other.c": "y\n" } },
    { name: "t1", parents: ["a0"] },
    { name: "t2" },
    { name: "m4", parents: ["a3", "t2"], own: false },
    { name: "a5", files: { "other.c": "z\n" } },
  ],
  { merges: "files" },
);
afterAll(() => rm(history.folder, { recursive: true }));

async function changed(
  commit: string,
  how: "revert" | "apply" | "merge",
  of: string,
  side?: number,
) {
  const repository = await openRepository(history.folder);
  const change = { how, of: history.hash(of), ...(side && { side }) };
  return changeOf(repository, { commit: history.hash(commit), change, over: [] });
}

const treeOf = (name: string) =>
  execFileSync("git", ["-C", history.folder, "rev-parse", `${history.hash(name)}^{tree}`], {
    encoding: "utf8",
  }).trim();

describe("a commit", () => {
  test("is reverted on itself to its parent, whatever it is", async () => {
    for (const [name, parent] of [
      ["a1", "a0"],
      ["a5", "m4"],
      ["m4", "a3"],
    ] as const) {
      const made = await changed(name, "revert", name);
      expect(made).toMatchObject({ result: "applies", how: "as it is", tree: treeOf(parent) });
    }
    expect(await changed("m4", "revert", "m4", 2)).toMatchObject({ tree: treeOf("t2") });
  });

  test("is reverted where later ones built on its neighbourhood, three-way", async () => {
    const made = await changed("a5", "revert", "a1");
    expect(made).toMatchObject({ result: "applies", how: "three-way" });
    expect("patch" in made && made.patch).toContain("-FIVE\n+five\n");
  });

  test("is not reverted where they changed its very lines", async () => {
    expect(await changed("a5", "revert", "a3")).toEqual({
      result: "conflict",
      why: "conflicts in other.c",
    });
  });

  test("that is not there is brought there, and not a second time", async () => {
    expect(await changed("a0", "apply", "a1")).toMatchObject({ tree: treeOf("a1") });
    expect(await changed("a1", "apply", "a1")).toMatchObject({ result: "nothing" });
    expect(await changed("t1", "revert", "a1")).toMatchObject({ result: "nothing" });
  });

  test("is merged into another as git would", async () => {
    expect(await changed("a3", "merge", "t2")).toMatchObject({
      result: "applies",
      tree: treeOf("m4"),
    });
    expect(await changed("m4", "merge", "t1")).toMatchObject({ result: "nothing" });
  });

  test("without a parent on that side cannot be taken out", async () => {
    expect(await changed("a5", "revert", "a0")).toEqual({
      result: "unfit",
      why: "it has no parent",
    });
    expect(await changed("a5", "revert", "a1", 2)).toMatchObject({ result: "unfit" });
  });
});
