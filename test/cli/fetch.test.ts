import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { fixedHistory } from "../bisection/fixed-history.ts";
import { bug, history } from "../bisection/kernels.ts";
import { firstbadWith } from "./firstbad.ts";
import type { LabScript } from "./scripted/local-lab.ts";
import { scriptedEnv, writeScriptedJob } from "./scripted/scripted-job.ts";

const git = (folder: string, ...words: readonly string[]) =>
  execFileSync("git", ["-C", folder, ...words], { encoding: "utf8", stdio: "pipe" });

beforeAll(() => {
  for (const { folder } of [history, fixedHistory]) {
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true");
  }
});

let home: string;
let repository: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "firstbad-fetch-"));
  repository = join(home, "linux.git");
});

/** The repository with the history up to `commit` alone, and the rest in its remote `origin`. */
async function upTo(commit: string, { folder } = history): Promise<void> {
  await rm(repository, { recursive: true, force: true });
  execFileSync("git", ["init", "-q", "--bare", repository]);
  git(repository, "remote", "add", "origin", `file://${folder}`);
  git(repository, "fetch", "-q", "--no-tags", "origin", `${commit}:refs/heads/master`);
}

const firstbad = (...words: readonly string[]) => firstbadWith(scriptedEnv(home), home, words);

function job(
  ends: { readonly crashes: string; readonly clean?: string },
  script: Partial<LabScript>,
): Promise<string> {
  return writeScriptedJob(home, { repo: repository, ...ends }, { bug, ...script });
}

const { hash } = history;

test("a commit that is to be tested is fetched, and kept", async () => {
  await upTo(hash("a4"));
  const path = await job({ crashes: hash("a4") }, { culprit: hash("a6") });
  const without = await firstbad("test", hash("a9"), "--job", path);
  expect([without.code, without.stderr]).toEqual([128, expect.stringContaining("fetch origin")]);
  const fetched = await firstbad("test", hash("a9"), "--job", path, "--fetch", "origin");
  expect([fetched.code, fetched.stderr]).toEqual([
    1,
    expect.stringContaining("was not in the repository: it was fetched from origin\n"),
  ]);
  expect((await firstbad("test", hash("a9"), "--job", path)).code).toBe(1);
});

test("the commit of a configuration that is made smaller is fetched", async () => {
  await upTo(hash("a4"));
  const options = { needed: ["KASAN"], idle: ["UBSAN"] };
  const path = await job({ crashes: hash("a9") }, { culprit: hash("a6"), options });
  expect((await firstbad("minimize", path)).stderr).toContain("#commit-not-found");
  const fetched = await firstbad("minimize", path, "--fetch", "origin");
  expect([fetched.code, fetched.stderr]).toEqual([0, expect.stringContaining("it was fetched")]);
});

test("a bisection whose commits are gone goes on once they are fetched", async () => {
  await upTo(hash("a9"));
  const ends = { crashes: hash("a9"), clean: hash("a0") };
  const path = await job(ends, { culprit: hash("a6") });
  expect((await firstbad("bisect", path, "--budget", "builds=2")).code).toBe(5);
  await upTo(hash("a4"));
  const more = ["resume", "last", "--budget", "none"];
  expect((await firstbad(...more)).code).toBe(1);
  const ended = await firstbad(...more, "--fetch", "origin", "--json");
  expect([ended.code, ended.stderr]).toEqual([0, expect.stringContaining("any more: it was")]);
  const { culprit, notes } = JSON.parse(ended.stdout);
  expect(culprit).toBe(hash("a6"));
  expect(notes).toMatchObject([{ end: "crashes", commit: hash("a9"), how: "fetched" }]);
}, 120_000);

test("a head that is not there is fetched when a fix is asked for again", async () => {
  const { hash: at } = fixedHistory;
  await upTo(at("m15"), fixedHistory);
  git(repository, "update-ref", "refs/heads/other", at("m13"));
  const path = await job({ crashes: at("m10") }, { culprit: at("m3"), fix: at("m15") });
  expect((await firstbad("bisect", path, "--find", "fix", "--head", "other")).code).toBe(6);
  const again = ["resume", "last", "--head", at("m19")];
  expect((await firstbad(...again)).stderr).toContain("#commit-not-found");
  const ended = await firstbad(...again, "--fetch", "origin", "--json");
  expect([ended.code, JSON.parse(ended.stdout).culprit]).toEqual([0, at("m15")]);
}, 120_000);
