import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeEach, describe, expect, test } from "vitest";
import { bug, history } from "../bisection/kernels.ts";
import { startProgram } from "../process/start-program.ts";
import { type Ended, firstbadWith, program } from "./firstbad.ts";
import type { LabScript } from "./scripted/local-lab.ts";
import { scriptedEnv, writeScriptedJob } from "./scripted/scripted-job.ts";
import { TerminalSession } from "./terminal-session.ts";

const { hash } = history;

let home: string;
let env: NodeJS.ProcessEnv;
let job: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "firstbad-test-command-"));
  env = scriptedEnv(home);
});

/** Writes the job; the bug came with a6 where the script says nothing else. */
async function given(script: Partial<LabScript> = {}): Promise<void> {
  const ends = { repo: history.folder, crashes: hash("a9"), clean: hash("a0") };
  job = await writeScriptedJob(home, ends, { bug, culprit: hash("a6"), ...script });
}

/** Runs `firstbad test` in `folder`. */
function tested(folder: string, ...words: readonly string[]): Promise<Ended> {
  return firstbadWith(env, folder, ["test", "--job", job, ...words]);
}

async function json(...words: readonly string[]) {
  const { code, stdout } = await tested(home, ...words, "--json");
  return { code, ...JSON.parse(stdout) };
}

/** A clone whose HEAD is the crashing commit; with `--bare` it has no files. */
function clone(...options: readonly string[]): string {
  const folder = join(home, "clone");
  execFileSync("git", ["clone", "-q", "--no-checkout", ...options, history.folder, folder]);
  git(folder, "update-ref", "HEAD", hash("a9"));
  if (options.length === 0) git(folder, "reset", "-q", "--hard");
  return folder;
}

function git(folder: string, ...words: readonly string[]): string {
  return execFileSync("git", ["-C", folder, ...words], { encoding: "utf8", stdio: "pipe" });
}

describe("inside a foreign git bisect run", () => {
  async function bisectRun(folder: string, start: readonly string[], words: readonly string[]) {
    git(folder, "bisect", "start", ...start);
    const run = ["-C", folder, "bisect", "run", program, "test", "--job", job, ...words];
    const { stdout } = await promisify(execFile)("git", run, { env });
    return stdout;
  }

  test("git finds the commit that firstbad would", async () => {
    await given();
    const said = await bisectRun(clone(), [hash("a9"), hash("a0")], []);
    expect(said).toContain(`${hash("a6")} is the first bad commit`);
  });

  test("git skips what does not build, does not boot or crashes otherwise", async () => {
    await given({
      ...{ culprit: hash("a3"), broken: [hash("m5")] },
      ...{ dead: [hash("a4")], other: [hash("a7"), hash("u1")] },
    });
    const said = await bisectRun(clone(), [hash("a9"), hash("a0")], ["--title", bug]);
    expect(said).toContain(`${hash("a3")} is the first bad commit`);
    const log = git(join(home, "clone"), "bisect", "log");
    expect(log).toMatch(/^git bisect skip /m);
    for (const [, commit] of log.matchAll(/^git bisect skip (\w+)$/gm)) {
      expect([hash("m5"), hash("a4"), hash("a7"), hash("u1")]).toContain(commit);
    }
  });

  test("nothing needs to be checked out, in a bare repository even", async () => {
    await given();
    const said = await bisectRun(clone("--bare"), ["--no-checkout", hash("a9"), hash("a0")], []);
    expect(said).toContain(`${hash("a6")} is the first bad commit`);
  });

  test("git stops where this machine is in trouble", async () => {
    await given({ infrastructure: [hash("m5"), hash("a4"), hash("u1"), hash("a3")] });
    const ended = bisectRun(clone(), [hash("a9"), hash("a0")], []);
    await expect(ended).rejects.toMatchObject({ stderr: expect.stringContaining("128") });
    expect(git(join(home, "clone"), "bisect", "log")).not.toMatch(/^git bisect (good|skip) /m);
  });
});

describe("the exit code and the reason", () => {
  test.each<[string, Partial<LabScript>, string, string[], number, string]>([
    ["no crash", {}, "a4", [], 0, "bug-not-seen"],
    ["a crash", {}, "a9", [], 1, "bug-seen"],
    ["a crash in one run of four", { onlyRun: 3 }, "a9", [], 1, "bug-seen"],
    ["a crash in none of two runs", { onlyRun: 3 }, "a9", ["--runs", "2"], 0, "bug-not-seen"],
    ["any crash", { other: [hash("a4")] }, "a4", ["--any"], 1, "bug-seen"],
    ["the crash of that title", {}, "a9", ["--title", bug], 1, "bug-seen"],
    ["one of two titles", {}, "a9", ["--title", "x", "--title", bug], 1, "bug-seen"],
    ["another crash", { other: [hash("a9")] }, "a9", ["--title", bug], 125, "other-crash"],
    ["no kernel", { broken: [hash("a9")] }, "a9", [], 125, "does-not-build"],
    ["a kernel that does not boot", { dead: [hash("a9")] }, "a9", [], 125, "does-not-boot"],
    ["no memory", { infrastructure: [hash("a9")] }, "a9", [], 128, "out-of-memory"],
    ["no such commit", {}, "v9.9", [], 128, "commit-not-found"],
    ["no such bisection", {}, "a9", ["--like", "2020"], 128, "bisection-not-found"],
    ["no folder", {}, "a9", ["--keep", "/dev/null/x"], 128, "folder-not-writable"],
  ])("%s", async (_, script, name, words, code, reason) => {
    await given(script);
    expect(await json(hash(name), ...words)).toMatchObject({ code, reason });
  });

  test.each([
    [["--runs", "0"]],
    [["--nothing"]],
    [["a", "b"]],
    [["--title", "a", "--any"]],
    [["--like", "last", "--title", "a"]],
    [["--job", "/none/firstbad.yaml"]],
  ])("128 where the words are wrong: %j", async (words) => {
    await given();
    expect((await tested(home, ...words)).code).toBe(128);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("128 after %s, at once", async (signal) => {
    await given({ pace: { build: 60_000, run: 0 } });
    const child = startProgram(program, ["test", hash("a9"), "--job", job], { env });
    let said = "";
    for await (const chunk of child.stderr) {
      said += chunk;
      if (said.includes("the bug: any crash") && !child.killed) child.kill(signal);
    }
    const [code] = child.exitCode === null ? await once(child, "exit") : [child.exitCode];
    expect(code).toBe(128);
    expect(said).toContain("(interrupted: see docs/errors.md#interrupted)");
  });
});

describe("without a commit named", () => {
  test("what is checked out around the working folder is tested", async () => {
    await given();
    const folder = clone();
    git(folder, "checkout", "-q", hash("a4"));
    await mkdir(join(folder, "below"));
    const { code, stderr } = await tested(join(folder, "below"));
    expect(code).toBe(0);
    expect(stderr).toContain(`testing ${hash("a4").slice(0, 12)} a4: a commit (HEAD of `);
  });

  test("the commit of the job is, in no repository and in one that has nothing to do with it", async () => {
    await given();
    const stranger = join(home, "stranger");
    execFileSync("git", ["init", "-q", stranger]);
    for (const folder of [home, stranger]) {
      const { code, stderr } = await tested(folder);
      expect(code).toBe(1);
      expect(stderr).toContain(`testing ${hash("a9").slice(0, 12)} a9: a commit`);
    }
  });

  test("nothing is where a clone has a commit that the job's repository has not", async () => {
    await given();
    const folder = clone();
    git(folder, "checkout", "-q", hash("a4"));
    const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
    git(folder, ...who, "commit", "-q", "--allow-empty", "-m", "one more");
    const { code, stderr } = await tested(folder);
    expect(code).toBe(128);
    expect(stderr).toContain("fetch it there");
  });
});

describe("the runs", () => {
  test("stop with the first that shows the bug, and go on where all are asked for", async () => {
    await given({ onlyRun: 1 });
    const early = await json(hash("a9"), "--runs", "5", "--machines", "1");
    expect(early.runs.map(({ means }: { means: string }) => means)).toEqual(["clean", "bug"]);
    const all = await json(hash("a9"), "--runs", "5", "--all-runs");
    expect(all).toMatchObject({ code: 1, why: `1/5 runs crashed: ${bug}` });
  });

  test("leave their consoles and the report where the result says", async () => {
    await given();
    const { runs, report } = await json(hash("a9"));
    expect(report).toMatch(`${home}/tests/`);
    expect(await readFile(report, "utf8")).toContain("pipe_poll");
    expect(await readFile(runs[0].console, "utf8")).toContain(`BUG: ${bug}`);
    const kept = join(home, "kept here");
    await tested(home, hash("a9"), "--keep", kept, "--all-runs");
    const short = hash("a9").slice(0, 12);
    const consoles = [1, 2, 3, 4].map((n) => `${short}-${n}.txt`);
    expect((await readdir(kept)).sort()).toEqual([...consoles, `${short}-report.txt`]);
  });

  test("are a hundred at most, but for the first of its kind; all where a folder is named", async () => {
    await given({ onlyRun: 102 });
    const { runs } = await json(hash("a9"), "--runs", "105", "--all-runs");
    const gone = runs.filter(({ console }: { console: string | null }) => console === null);
    expect(gone.map(({ n }: { n: number }) => n)).toEqual([101, 102, 104, 105]);
    const [test] = await readdir(join(home, "tests"));
    expect(await readdir(join(home, "tests", test!, "consoles"))).toHaveLength(101 + 1);
    const kept = join(home, "all");
    await tested(home, hash("a9"), "--runs", "105", "--all-runs", "--keep", kept);
    expect(await readdir(kept)).toHaveLength(105 + 1);
  });

  test("of older tests than the last twenty leave nothing, with several at once", async () => {
    await given();
    for (let n = 0; n < 25; n++) {
      await mkdir(join(home, "tests", `2020-01-01-${String(n).padStart(12, "0")}`), {
        recursive: true,
      });
    }
    const ended = await Promise.all([1, 2, 3].map(() => tested(home, hash("a9"))));
    expect(ended.map(({ code }) => code)).toEqual([1, 1, 1]);
    const left = await readdir(join(home, "tests"));
    expect(left).toHaveLength(20);
    expect(left.filter((name) => !name.startsWith("2020"))).toHaveLength(3);
  });

  test("are compared with the bug of a bisection", async () => {
    await given({ other: [hash("a4")] });
    await firstbadWith(env, home, ["bisect", job, "--runs", "1"]);
    expect(await json(hash("a9"), "--like", "last")).toMatchObject({ code: 1 });
    expect(await json(hash("a4"), "--like", "last")).toMatchObject({ code: 125 });
  });
});

describe.each([
  [80, 24],
  [50, 15],
])("on a terminal of %d columns and %d rows", (columns, rows) => {
  let session: TerminalSession;

  function start(): void {
    const command = `"${program}" test ${hash("a9")} --job "${job}" -m 2 --runs 6`;
    session = new TerminalSession(command, { env, cwd: home, columns, rows });
  }

  test("shows the build and the runs, and at the end the log and the result alone", async () => {
    await given({ onlyRun: 4, pace: { build: 1500, run: 700 } });
    start();
    await session.shows(/^── test [0-9a-f]{12} a9: a commit ─+\n0\/6 runs, \d s elapsed\nbuild /m);
    await session.shows(/^build {2}\d s {2}compiling \d+\/495 files$/m);
    await session.shows(/^✓✓ 2\/6 runs, \d s elapsed\nrun 3 {2}\d s\nrun 4 {2}\d s$/m);
    expect(await session.ended).toBe(1);
    const text = (await session.screen.lines()).join("\n");
    expect(text).toMatch(/^run 5\/6 {2}× {2}KASAN/m);
    expect(text).toMatch(/: bad: 1\/[56] runs crashed: KASAN: use-after-free Read in eat_me$/m);
    expect(text).not.toMatch(/^──|elapsed$|^build |^run \d {2}/m);
  });

  test("leaves nothing of the window after Ctrl-C", async () => {
    await given({ pace: { build: 60_000, run: 0 } });
    start();
    await session.shows(/^build {2}\d s {2}compiling/m);
    session.press("\u0003");
    expect(await session.ended).toBe(128);
    const text = (await session.screen.lines()).join("\n");
    expect(text).toContain("(interrupted: see docs/errors.md#interrupted)");
    expect(text).not.toMatch(/^──|elapsed$|^build /m);
  });
});

test("what is printed: what is tested, each run, the verdict, the crash, where the rest is", async () => {
  await given({ onlyRun: 1 });
  const { stdout, stderr } = await tested(home, hash("a9"), "--machines", "1");
  const folder = `${home}/tests/${(await readdir(join(home, "tests")))[0]}/consoles`;
  const short = hash("a9").slice(0, 12);
  expect(stderr).toBe(`testing ${short} a9: a commit (${hash("a9")})
the bug: any crash
built in 2m0s
run 1/4  ✓  clean (20 s)
run 2/4  ×  ${bug} (20 s)
`);
  expect(stdout).toBe(`${short} a9: a commit: bad: 1/2 runs crashed: ${bug}
runs  ✓×
  BUG: ${bug}
  CPU: 0 PID: 23 Comm: repro Not tainted
  Call Trace:
   pipe_poll+0x1d/0x60
   do_sys_poll+0x1f4/0x3a0
   entry_SYSCALL_64+0x34/0x8e
consoles  ${folder}
report    ${folder}/${short}-report.txt
`);
});
