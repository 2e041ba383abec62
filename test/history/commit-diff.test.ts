import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { diffOfCommit } from "../../src/history/commit-diff.ts";
import { openRepository } from "../../src/history/repository.ts";
import { makeHistory } from "../bisection/small-history.ts";

const history = makeHistory([
  { name: "root", files: { "pond.c": "int pond;\n" } },
  { name: "left", files: { "pond.c": "int frog;\n" } },
  { name: "right", parents: ["root"], files: { "duck.c": "int duck;\n" } },
  { name: "merge", parents: ["left", "right"], files: { "duck.c": "int duck;\n" } },
  { name: "large", files: { "large.c": "int heron;\n".repeat(200_000) } },
]);

const linesOf = async (name: string) => {
  const repository = await openRepository(history.folder);
  const { text, cut } = await diffOfCommit(repository, history.hash(name));
  const changed = text.split("\n").filter((line) => /^[+-](?![+-])/.test(line));
  return { text, cut, changed };
};

test("a diff is against the first parent, or against nothing", async () => {
  expect((await linesOf("root")).changed).toEqual(["+int pond;", "+root"]);
  expect((await linesOf("left")).changed).toEqual(["+left", "-int pond;", "+int frog;"]);
  expect((await linesOf("merge")).changed).toEqual(["+int duck;", "+merge"]);
});

test("a diff is cut after a whole line, and says so", async () => {
  const { text, cut, changed } = await linesOf("large");
  expect(cut).toBe(true);
  expect(text.length).toBeLessThanOrEqual(1024 * 1024);
  expect(text.endsWith("\n")).toBe(true);
  expect(changed.at(-1)).toBe("+int heron;");
});

test("a diff obeys nothing that the repository says", async () => {
  execFileSync("git", ["-C", history.folder, "config", "diff.external", "false"]);
  expect((await linesOf("left")).changed).toContain("+int frog;");
});

test("a commit that is not there fails", async () => {
  const repository = await openRepository(history.folder);
  await expect(diffOfCommit(repository, "0".repeat(40))).rejects.toMatchObject({
    code: "git-failed",
  });
});
