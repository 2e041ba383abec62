import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { history } from "../bisection/kernels.ts";
import { firstbad } from "./firstbad.ts";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "firstbad-simulate-"));
  const hash = (i: number) => i.toString(16).padStart(40, "0");
  const rows = Array.from({ length: 200 }, (_, i) => [
    i,
    hash(i + 1),
    i === 0 ? [] : [i - 1],
    i === 0 ? [] : [i % 9],
    1_600_000_000 + i,
  ]);
  const paths = Array.from({ length: 9 }, (_, k) => `drivers/area${k % 3}/file${k}.c`);
  const lines = [{ format: "bisect-dag-1", name: "line", paths }, ...rows];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  await writeFile(join(home, "line.jsonl.gz"), gzipSync(text));
  await writeFile(join(home, "damaged"), "{}\n");
});

interface Row {
  readonly policy: string;
  readonly bugs: number;
  readonly correct: number;
}

async function simulated(...words: readonly string[]) {
  const { code, stdout, stderr } = await firstbad(home, "simulate", ...words);
  return { code, stdout, stderr };
}

describe("firstbad simulate", () => {
  test("prints an object a policy, with every figure, the same each time", async () => {
    const words = ["--graph", join(home, "line.jsonl.gz"), "--bugs", "6", "--preset", "clean"];
    const { code, stdout } = await simulated(...words, "--json");
    expect(code).toBe(0);
    const rows = JSON.parse(stdout) as Row[];
    expect(rows.map(({ policy }) => policy)).toEqual([
      "adaptive",
      "git",
      "syzbot-2022",
      "syzbot-2026",
    ]);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual([
        "policy",
        "bugs",
        "correct",
        "builds",
        "runs",
        "minutes",
        "minutesP95",
        "claimed",
        "claimedRight",
        "inconclusive",
        "usable",
        "decisionMsP95",
      ]);
      expect([row.bugs, row.correct]).toEqual([6, 6]);
    }
    const again = JSON.parse((await simulated(...words, "--json")).stdout) as Row[];
    const untimed = (all: readonly Row[]) => all.map((row) => ({ ...row, decisionMsP95: 0 }));
    expect(untimed(again)).toEqual(untimed(rows));
  });

  test("prints a table for people, of the policies asked for, in any world", async () => {
    const { code, stdout } = await simulated(
      ...["--graph", join(home, "line.jsonl.gz"), "--bugs", "4", "--seed", "2"],
      ...["--policy", "git", "--policy", "adaptive", "--prior", "none"],
      ...["--crash-rate", "0.5", "--unrelated-rate", "0.02", "--broken", "0.1"],
      ...["--cost", "2,0.5,4", "--builders", "2"],
    );
    expect(code).toBe(0);
    const [head, ...lines] = stdout.split("\n");
    expect(head).toMatch(/^policy +right +builds +runs +minutes/);
    expect(lines.slice(0, 2).map((line) => line.split(" ")[0])).toEqual(["adaptive", "git"]);
  });

  test("reads a repository and what its commits change", async () => {
    const { code, stdout } = await simulated(
      ...["--repo", history.folder, "--bad", history.hash("a9"), "--good", history.hash("a0")],
      ...["--bugs", "3", "--preset", "clean", "--cost", "laptop", "--json", "--policy", "adaptive"],
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ policy: "adaptive", bugs: 3, correct: 3 }]);
  });

  test.each([
    [["--graph", "nowhere"], 1, "cannot be read"],
    [["--graph", "damaged"], 1, "damaged at line 1"],
    [[], 1, "--graph FILE, or --repo DIR with --bad REV"],
    [["--graph", "x", "--repo", "y"], 129, "cannot be used with"],
    [["--graph", "x", "--policy", "gti"], 129, "Allowed choices are"],
    [["--graph", "x", "--crash-rate", "2"], 129, "a number from 0 to 1"],
    [["--graph", "x", "--cost", "1,2"], 129, "BUILD,RUN,PARALLEL"],
  ])("%j ends with a reason", async (words, code, said) => {
    const ended = await simulated(...words);
    expect([ended.code, ended.stdout]).toEqual([code, ""]);
    expect(ended.stderr).toContain(said);
  });
});
