import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { bug, history } from "../bisection/kernels.ts";
import { firstbadWith } from "./firstbad.ts";
import { scriptedEnv, writeScriptedJob } from "./scripted/scripted-job.ts";

const culprit = history.hash("a3");
let [home, folder] = ["", ""];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "firstbad-presence-"));
  folder = await mkdtemp(join(tmpdir(), "firstbad-job-"));
  const kernel = { repo: history.folder, crashes: history.hash("a9"), clean: "v6.0" };
  await writeScriptedJob(folder, kernel, { bug, culprit });
});

function firstbad(...words: string[]) {
  return firstbadWith(scriptedEnv(home), folder, words);
}

describe("firstbad presence", () => {
  test("goes by the culprit of a bisection that is named, and names releases in ranges", async () => {
    expect((await firstbad("bisect", "--quiet")).code).toBe(0);
    const { code, stdout } = await firstbad(
      ...["presence", "last", "--releases", "v6.0..v6.2", "--trees", history.hash("f2")],
      ...["--quiet", "--json"],
    );
    expect(code).toBe(0);
    const { end, presence } = JSON.parse(stdout);
    expect(end).toBe("surveyed");
    expect(presence.cause).toBe(culprit);
    const states = presence.trees.map(({ name, state }: { name: string; state: string }) => [
      name,
      state,
    ]);
    expect(states).toEqual([
      ["v6.0", "not-affected"],
      ["v6.1", "not-affected"],
      ["v6.2", "affected"],
      [history.hash("f2"), "not-affected"],
    ]);
  }, 60_000);

  test("ends with the budget, and goes on with a larger one", async () => {
    const words = ["--trees", "v6.0,v6.1,v6.2", "--cause", culprit, "--quiet", "--json"];
    const cut = await firstbad("presence", ...words, "--budget", "builds=2");
    expect({ code: cut.code, end: JSON.parse(cut.stdout).end }).toEqual({ code: 5, end: "budget" });
    const whole = await firstbad("resume", "last", "--budget", "none", "--quiet", "--json");
    expect(whole.code).toBe(0);
    const states = JSON.parse(whole.stdout).presence.trees.map(
      (tree: { state: string }) => tree.state,
    );
    expect(states).toEqual(["not-affected", "not-affected", "affected"]);
  }, 60_000);

  test.each([
    [[], "no tree is named"],
    [["--releases", "v6.0..main"], "no range of releases"],
    [["--releases", "--upload-pack=x"], "commit-not-found"],
    [["--trees", "v7.7"], "commit-not-found"],
  ])("refuses %j", async (words, said) => {
    const { code, stderr } = await firstbad("presence", ...words);
    expect(code).toBe(1);
    expect(stderr).toContain(said);
  });
});
