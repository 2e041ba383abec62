import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { BisectionEvent } from "../../src/event/index.ts";
import { askHolderOf } from "../../src/journal/ask.ts";
import { readFileJournal } from "../../src/journal/file-journal.ts";
import { askHolder, nameOfFolder } from "../../src/process/held-name.ts";
import { history } from "../bisection/kernels.ts";
import { firstbad } from "./firstbad.ts";

let home: string;
let holder: ChildProcess;
let stdout = "";
let exited: Promise<number | null>;
let folder: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "firstbad-steer-"));
  const root = join(home, "bisections");
  await mkdir(root);
  // Runs between the ends take ten minutes: nobody waits for them.
  const program = join(import.meta.dirname, "slow-bisection.ts");
  holder = spawn(process.execPath, [program, "0", "600000", root], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  stdout = "";
  holder.stdout?.on("data", (bytes: Buffer) => {
    stdout += bytes;
  });
  exited = once(holder, "close").then(([code]) => code);
  folder = join(
    root,
    (await vi.waitFor(async () => (await readdir(root)).find(Boolean) ?? Promise.reject(), wait))!,
  );
});
afterEach(() => holder.kill("SIGKILL"));

const wait = { timeout: 30_000, interval: 30 };
const events = () => readFileJournal(folder);
const has = (all: readonly BisectionEvent[], kind: string) =>
  all.some((event) => event.kind === kind);

/** The commit whose runs are under way, none of `known`. */
function underWay(...known: readonly string[]): Promise<string> {
  return vi.waitFor(async () => {
    const all = await events();
    const last = all.findLast((event) => event.kind === "run-started");
    const commit = history.name(
      all.flatMap((e) =>
        e.kind === "kernel-planned" && e.kernel === last?.kernel ? [e.commit] : [],
      )[0] ?? "",
    );
    const open = all.findLastIndex((event) => event.kind === "run-started");
    const ended = all.findLastIndex((event) => event.kind === "probe-answered");
    if (["", "a0", "a9", ...known].includes(commit) || ended > open) throw new Error("not yet");
    return commit;
  }, wait);
}

describe("a bisection that another process drives", () => {
  test("takes what is said of the commit under test, ends its runs, and goes on with another", async () => {
    const first = await underWay();
    const {
      code,
      stdout: said,
      stderr,
    } = await firstbad(home, "skip", history.hash(first), "--why", "it is slow");
    expect({ code, said }).toEqual({
      code: 0,
      said: `the user says that ${history.hash(first).slice(0, 12)} ${first}: a commit is not to be tested: it is slow\nthe bisection goes on with it\n`,
    });
    expect(stderr).toContain("the only bisection that is not concluded");
    await underWay(first);
    const undone = await firstbad(home, "undo", "last", "--json");
    expect(JSON.parse(undone.stdout)).toMatchObject({ verdict: "untestable", running: true });
    expect(await underWay()).toBe(first);
    expect((await events()).filter(({ kind }) => kind === "stopped")).toEqual([]);
  });

  test("comes to its end by what people say alone, and no run is finished", async () => {
    const known: string[] = [];
    const bad = ["a6", "a7", "m8"];
    for (;;) {
      const next = await Promise.race([exited.then(() => null), underWay(...known)]);
      if (next === null) break;
      known.push(next);
      const side = bad.includes(next) ? "bad" : "good";
      expect(await firstbad(home, side, "last", history.hash(next))).toMatchObject({ code: 0 });
    }
    expect(await exited).toBe(0);
    expect(stdout).toContain(`${history.hash("a6")} is the first bad commit`);
    const ran = (await events()).flatMap((e) => (e.kind === "run-finished" ? [e.kernel] : []));
    expect(new Set(ran)).toEqual(
      new Set(["a9", "a0"].map((name) => history.hash(name).slice(0, 12))),
    );
  });

  test("runs a commit again that somebody asks for, beside what is under test", async () => {
    const first = await underWay();
    const [clean, short] = [history.hash("a0"), history.hash("a0").slice(0, 12)];
    const asked = await firstbad(home, "more", "last", clean, "--runs", "1", "--why", "flaky?");
    expect(asked).toMatchObject({
      code: 0,
      stdout: `the user asks for 1 more run of ${short} a0: a commit: flaky?\nthe bisection goes on with it\n`,
    });
    // All machines are taken: the next that is free runs it, before what is chosen then.
    await firstbad(home, "skip", "last", history.hash(first));
    const begun = await vi.waitFor(async () => {
      const all = await events();
      const said = all.findIndex(({ kind }) => kind === "overridden");
      const run = all.slice(said).find(({ kind }) => kind === "run-started");
      return run ?? Promise.reject(new Error("no run began"));
    }, wait);
    expect(begun).toMatchObject({ kernel: short });
    await vi.waitFor(async () => {
      const answers = (await events()).flatMap((event) =>
        event.kind === "probe-answered" ? event.answers : [],
      );
      expect(answers.filter(({ commit }) => commit === clean)).toHaveLength(2);
    }, wait);
    for (const [words, why] of [
      [["last", history.hash("f1")], "was not tested"],
      [["last", clean, "--runs", "1001"], "1001 times"],
      [["nobody", clean], "2 commits are named"],
    ] as const) {
      const refused = await firstbad(home, "more", ...words);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(why);
      expect(refused.stderr).toContain("runs-refused");
    }
  });

  test("refuses the crashing commit and what is outside of the range", async () => {
    const first = await underWay();
    for (const [name, why] of [
      ["a9", "the bug is known by it"],
      ["f1", "outside of the range"],
    ]) {
      const { code, stdout, stderr } = await firstbad(
        home,
        "good",
        "last",
        history.hash(name!),
        "--json",
      );
      expect({ code, ...JSON.parse(stdout) }).toMatchObject({
        code: 1,
        reason: "override-refused",
      });
      expect(stderr).toContain(why);
    }
    expect(await underWay()).toBe(first);
    expect(has(await events(), "overridden")).toBe(false);
  });

  test("answers only those who may read its folder, and bears any line", async () => {
    const first = await underWay();
    expect((await stat(join(folder, "key"))).mode & 0o777).toBe(0o600);
    const event = { kind: "override-undone", override: 0 };
    const name = await nameOfFolder(folder);
    for (const line of [
      "",
      "nonsense",
      JSON.stringify({ version: 1, key: "", event }),
      JSON.stringify({ version: 1, key: "0".repeat(64), event }),
      JSON.stringify({ version: 2, key: "0".repeat(64), event }),
    ]) {
      const answer = JSON.parse((await askHolder(name, line, 5)) ?? "null");
      expect(answer, line).toMatchObject({ kind: "refused", code: "override-refused" });
    }
    expect(await askHolder(name, "x".repeat(3 * 1024 * 1024), 5)).toBeNull();
    await writeFile(join(folder, "key"), "stolen");
    await expect(askHolderOf(folder, { kind: "override-undone", override: 0 })).rejects.toThrow(
      "key",
    );
    expect(await underWay()).toBe(first);
  });

  test("hands over to the command once it is killed", async () => {
    const first = await underWay();
    holder.kill("SIGKILL");
    await exited;
    const { stdout } = await firstbad(home, "bad", "last", history.hash(first));
    expect(stdout).toContain("resume with: firstbad resume ");
    const shown = await firstbad(home, "show", "last");
    expect(shown.stdout).toMatch(new RegExp(`${history.hash(first).slice(0, 12)}  bad \\(user\\)`));
  });
});
