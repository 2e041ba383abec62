import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { madeFolder } from "../history/made-repository.ts";
import { madeProgram } from "../program/made-program.ts";
import { firstbad, firstbadWith } from "./firstbad.ts";

/** A history of ten commits whose `value` counts up; from `worseFrom` on it is worse. */
function history(worseFrom = 6) {
  const trees = Array.from({ length: 10 }, (_, n) => ({
    value: `${n}\n`,
    ...(n < worseFrom ? {} : { worse: "" }),
  }));
  return madeProgram(...trees);
}

let home: string;
let repo: string;
let commits: readonly string[];
beforeEach(() => {
  home = madeFolder();
  ({ repo, commits } = history());
});

const run = (...words: readonly string[]) =>
  firstbad(home, "run", "--json", "--repo", repo, ...words);
const good = () => ["--good", commits[0] ?? ""];

describe("firstbad run", () => {
  test("finds the first commit on which a command fails", async () => {
    const { code, stdout } = await run(...good(), "--", "test", "!", "-e", "worse");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ end: "found", culprit: commits[6] });
  });

  test("runs each commit once as git does, and the parent of the culprit until it is proved clean", async () => {
    const { stdout } = await run(...good(), "--policy", "git", "--", "test", "!", "-e", "worse");
    const { kernels, runs } = JSON.parse(stdout);
    expect({ kernels, runs }).toEqual({ kernels: 5, runs: 8 });
  });

  test("goes around commits that 125 says cannot be tested", async () => {
    const script = "test -e worse && exit 1; grep -q 4 value && exit 125; exit 0";
    const { stdout } = await run(...good(), "--", "sh", "-c", script);
    expect(JSON.parse(stdout)).toMatchObject({ end: "found", culprit: commits[6] });
  });

  test("names all that it may be where 125 hides it", async () => {
    const script = "grep -q 5 value && exit 125; test ! -e worse";
    const { code, stdout } = await run(...good(), "--", "sh", "-c", script);
    expect(code).toBe(2);
    expect(JSON.parse(stdout).candidates.toSorted()).toEqual([commits[5], commits[6]].toSorted());
  });

  test("takes a command of the user's own in, and runs it without the user's folder", async () => {
    const script = join(home, "check.sh");
    writeFileSync(script, `#!/bin/sh\ntest ! -e ${home} || exit 200\ntest ! -e worse\n`);
    chmodSync(script, 0o755);
    const words = ["run", "--json", "--repo", repo, ...good(), "--", "./check.sh"];
    const { stdout } = await firstbad(home, ...words);
    expect(JSON.parse(stdout)).toMatchObject({ end: "found", culprit: commits[6] });
    const [id = ""] = readdirSync(join(home, "bisections"));
    expect(readFileSync(join(home, "bisections", id, "inputs", "check.sh"), "utf8")).toContain(
      "worse",
    );
  });

  test.each([
    ["is not there", ["no-such-program-of-anyone"]],
    ["cannot be run", ["./value"]],
  ])("says that a command which %s is broken, and takes it for no evidence", async (_, words) => {
    const { code, stdout } = await run(...good(), "--", ...words);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ end: null, reason: "predicate-broken", runs: 0 });
  });

  test("takes 127 for bad where the command works on the good end", async () => {
    const script = "test -e worse && exit 127; exit 0";
    const { stdout } = await run(...good(), "--", "sh", "-c", script);
    expect(JSON.parse(stdout)).toMatchObject({ end: "found", culprit: commits[6] });
  });

  test("stops at a code of 128 or more, and goes on once that is mended", async () => {
    const flag = join(madeFolder(), "mended");
    const script = `test -e ${flag} || exit 200; test ! -e worse`;
    const words = [...good(), "--allow-host", "--", "sh", "-c", script];
    const stopped = await run(...words);
    expect(stopped.code).toBe(1);
    expect(JSON.parse(stopped.stdout)).toMatchObject({ reason: "predicate-stopped" });
    expect(stopped.stderr).toContain("warning: no sandbox");
    writeFileSync(flag, "");
    const resumed = await firstbad(home, "resume", "last", "--json");
    expect(JSON.parse(resumed.stdout)).toMatchObject({ end: "found", culprit: commits[6] });
    expect(resumed.stderr).toContain("warning: no sandbox");
  });

  test("runs a command as the user, with the user's environment, only where that is allowed", async () => {
    const env = { ...process.env, FIRSTBAD_HOME: home, MY_OWN: "yes" };
    const script = 'test "$MY_OWN" = yes || exit 200; test ! -e worse';
    const words = (...more: readonly string[]) => [
      ...["run", "--json", "--repo", repo, ...good(), ...more, "--", "sh", "-c", script],
    ];
    const allowed = await firstbadWith(env, home, words("--allow-host"));
    expect(JSON.parse(allowed.stdout)).toMatchObject({ end: "found", culprit: commits[6] });
    const sandboxed = await firstbadWith(env, home, words());
    expect(JSON.parse(sandboxed.stdout)).toMatchObject({ reason: "predicate-stopped" });
  });

  test("is refused without a sandbox, unless the host is allowed", async () => {
    const path = join(madeFolder(), "bin");
    const node = process.execPath.replace(/\/node$/, "");
    mkdirSync(path);
    for (const name of ["git", "sh", "env", "prlimit", "cp", "test", "dirname", "readlink"]) {
      symlinkSync(join("/usr/bin", name), join(path, name));
    }
    const env = { FIRSTBAD_HOME: home, PATH: `${node}:${path}` };
    const words = ["run", "--json", "--repo", repo, ...good(), "--", "test", "!", "-e", "worse"];
    const refused = await firstbadWith(env, home, words);
    expect(JSON.parse(refused.stdout)).toMatchObject({ reason: "host-not-allowed" });
    const allowed = await firstbadWith(env, home, ["run", "--allow-host", ...words.slice(1)]);
    expect(JSON.parse(allowed.stdout)).toMatchObject({ end: "found", culprit: commits[6] });
  });

  test("takes what is built from a job file", async () => {
    const program = {
      repo,
      crashes: "HEAD",
      clean: commits[0],
      build: "cp value built",
      run: "true",
    };
    writeFileSync(join(home, "job.yaml"), JSON.stringify({ version: 1, program }));
    const script = "test -e built || exit 200; test ! -e worse";
    const words = ["run", "--json", "job.yaml", "--", "sh", "-c", script];
    const { stdout } = await firstbad(home, ...words);
    expect(JSON.parse(stdout)).toMatchObject({ end: "found", culprit: commits[6] });
  });

  test.each([
    [["make", "check"], "put the command behind `--`"],
    [["a.yaml", "b.yaml", "--", "true"], "too many words before `--`: b.yaml"],
  ])("is told from a job by `--`: %o", async (words, said) => {
    const { code, stderr } = await firstbad(home, "run", ...words);
    expect(code).toBe(129);
    expect(stderr).toContain(said);
  });

  test("says what it would do", async () => {
    const { stdout } = await firstbad(
      ...([home, "run", "--repo", repo, ...good(), "--dry-run", "--", "make", "check"] as const),
    );
    expect(stdout).toMatch(/^run +make check, 86400 s$/m);
    expect(stdout).toMatch(/^build +none$/m);
  });
});
