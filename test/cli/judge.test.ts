import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { beginStory, goOn } from "../bisection/drive-story.ts";
import { history, kernelsWith } from "../bisection/kernels.ts";
import { firstbad } from "./firstbad.ts";

let home: string;
let folder: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "firstbad-judge-"));
  const story = { history, crashes: "a9", clean: "a0", script: kernelsWith("a6") };
  folder = await beginStory(story, join(home, "bisections"));
  await goOn(story, folder);
});

describe("firstbad judge", () => {
  test.each([
    [["wrong"], "judged wrong\n"],
    [[history.hash("a4")], /^judged wrong: it is [0-9a-f]{12}/],
    [[history.hash("a6"), "--why", "reverted"], "judged right: reverted\n"],
  ])("keeps %j", async (words, said) => {
    const { code, stdout } = await firstbad(home, "judge", "last", ...words);
    expect(code).toBe(0);
    if (typeof said === "string") expect(stdout).toBe(said);
    else expect(stdout).toMatch(said);
  });

  test("and accuracy goes by the last word", async () => {
    const { stdout } = await firstbad(home, "accuracy", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      concluded: 1,
      all: { right: 1, of: 1 },
    });
  });

  test("refuses a commit that there is not, and keeps nothing then", async () => {
    const before = await readFile(join(folder, "events.ndjson"), "utf8");
    const { code, stderr } = await firstbad(home, "judge", "last", "--", "--upload-pack=x");
    expect(code).toBe(1);
    expect(stderr).toContain("commit-not-found");
    expect(await readFile(join(folder, "events.ndjson"), "utf8")).toBe(before);
  });

  test("refuses a bisection without an answer", async () => {
    const story = { history, crashes: "a9", clean: "a0", script: kernelsWith("a6") };
    await beginStory(story, join(home, "bisections"));
    const { code, stderr } = await firstbad(home, "judge", "last", "right");
    expect(code).toBe(1);
    expect(stderr).toContain("judge-refused");
    expect(stderr).toContain("is not concluded");
  });
});
