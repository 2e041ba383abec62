import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { madeFolder } from "../history/made-repository.ts";
import { jobOf, madeLab, madeProgram, never, runOnce } from "./made-program.ts";

const planOf = (commit = "") => ({ kernel: commit.slice(0, 12), commit, patches: [] });
const control = { signal: never };

describe("a lab for programs", () => {
  test("builds equal trees once, whatever the commit", async () => {
    const { repo, commits } = madeProgram({ a: "1" }, { a: "2" }, { a: "1" });
    const lab = await madeLab(jobOf(repo, { build: "cp a b", run: "cat b" }));
    const built = [];
    for (const commit of commits) built.push(await lab.build(planOf(commit), control));
    expect(built).toMatchObject([{ cached: false }, { cached: false }, { cached: true }]);
    const signatures = built.map((one) => (one.kind === "built" ? one.signature : ""));
    expect(signatures[0]).toBe(signatures[2]);
    expect(signatures[0]).not.toBe(signatures[1]);
  });

  test("another way to build is another program", async () => {
    const { repo, commits } = madeProgram({ a: "1" });
    const cache = madeFolder();
    const signatures = new Set<string>();
    for (const program of [
      { build: "true", run: "true" },
      { build: "cp a b", run: "true" },
      { build: "true", run: "true", env: { CFLAGS: "-O2" } },
      { run: "true" },
    ]) {
      const lab = await madeLab(jobOf(repo, program), { cache });
      const built = await lab.build(planOf(commits[0]), control);
      signatures.add(built.kind === "built" ? built.signature : "none");
    }
    expect(signatures.size).toBe(4);
  });

  test("builds upon what the last commit left", async () => {
    const { repo, commits } = madeProgram({ a: "1" }, { a: "2" });
    const lab = await madeLab(jobOf(repo, { build: "cat a >> all", run: "cat all" }));
    for (const commit of commits) {
      const { console } = await runOnce(lab, commit);
      expect(readFileSync(console, "utf8")).toBe(commit === commits[0] ? "1" : "12");
    }
  });

  test.each(["stale", ".git"])(
    "a build that fails for what others left (%s) is done again in a clean tree",
    async (stale) => {
      const { repo, commits } = madeProgram({ a: "1" }, { a: "2" });
      const lab = await madeLab(
        jobOf(repo, { build: `test ! -e ${stale} && mkdir ${stale}`, run: "true" }),
      );
      for (const commit of commits) {
        expect(await lab.build(planOf(commit), control)).toMatchObject({ kind: "built" });
      }
    },
  );

  test("a build that fails in a clean tree too is the commit's own, with its reason", async () => {
    const { repo, commits } = madeProgram({ "a.c": "int main(void) { return 0 }\n" });
    const lab = await madeLab(jobOf(repo, { build: "gcc a.c", run: "./a.out" }));
    const failed = await lab.build(planOf(commits[0]), control);
    expect(failed).toMatchObject({ kind: "failed", stage: "build", compiler: null });
    expect(failed.kind === "failed" && failed.excerpt.join()).toContain("error: expected");
  });

  test("a build that hangs fails in its time", async () => {
    const { repo, commits } = madeProgram({ a: "1" });
    const job = jobOf(repo, { build: "sleep 60", run: "true", "build-seconds": 0.3 });
    const lab = await madeLab(job);
    expect(await lab.build(planOf(commits[0]), control)).toMatchObject({
      kind: "failed",
      excerpt: ["the build did not end within 0.3 s"],
    });
  });

  test("a tree that went away is built again", async () => {
    const { repo, commits } = madeProgram({ a: "1" });
    const lab = await madeLab(jobOf(repo, { build: "cp a b", run: "test -e b" }));
    await lab.build(planOf(commits[0]), control);
    rmSync(join(lab.cache, "trees"), { recursive: true });
    const { outcome } = await runOnce(lab, commits[0] ?? "");
    expect(outcome).toBe("clean");
    await lab.close();
    expect(readdirSync(join(lab.cache, "running"))).toEqual([]);
  });

  test("without a build, runs are in one tree that is kept", async () => {
    const { repo, commits } = madeProgram({ a: "1" }, { a: "2" });
    const lab = await madeLab(jobOf(repo, { run: "cat a >> all; cat all" }));
    expect(lab.slots.runs).toBe(1);
    const outputs = [];
    for (const commit of commits) {
      outputs.push(readFileSync((await runOnce(lab, commit)).console, "utf8"));
    }
    expect(outputs).toEqual(["1", "12"]);
  });

  test("what a killed lab left half done is not built upon", async () => {
    const { repo, commits } = madeProgram({ a: "1" }, { a: "2" });
    const cache = madeFolder();
    const script = join(import.meta.dirname, "killed-build.ts");
    expect(() =>
      execFileSync(process.execPath, [script, repo, commits[0] ?? "", cache], { stdio: "pipe" }),
    ).toThrow(expect.objectContaining({ signal: "SIGKILL" }));
    const lab = await madeLab(jobOf(repo, { build: "test ! -e half", run: "true" }), { cache });
    expect(await lab.build(planOf(commits[1]), control)).toMatchObject({ kind: "built" });
    const failed = readdirSync(join(cache, "program-slots"), { recursive: true });
    expect(failed.map(String).filter((path) => path.endsWith("failed.log"))).toEqual([]);
  });

  test("says whether a crash is the expected one, by its report too", async () => {
    const { repo, commits } = madeProgram({ a: "1" });
    const run = "echo 'lost: 17 records'; exit 3";
    for (const [expected, pattern] of [
      [true, "^lost: [0-9]+ records$"],
      [true, "exit status"],
      [false, "found"],
    ] as const) {
      const lab = await madeLab(jobOf(repo, { run }, { expect: { pattern } }));
      expect((await runOnce(lab, commits[0] ?? "")).crashes).toMatchObject([{ expected }]);
      await lab.close();
    }
  });

  test("on the host, a program has the user's environment, and a tree of its own", async () => {
    const { repo, commits } = madeProgram({ a: "1" });
    const run = 'test -n "$HOME" && echo "$HOME in $PWD"';
    const lab = await madeLab(jobOf(repo, { build: "pwd > built-in", run }), { isolation: "host" });
    const { outcome, console } = await runOnce(lab, commits[0] ?? "");
    expect(outcome).toBe("clean");
    expect(readFileSync(console, "utf8")).toContain(`${process.env.HOME} in ${lab.cache}`);
  });
});
