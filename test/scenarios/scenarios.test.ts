import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const small = join(import.meta.dirname, "small.json");
/** Scenarios of others, where they lie beside the checkout. */
const corpus = join(root, "../shared/corpus/bisect-scenarios.json");
const files = [small, ...(existsSync(corpus) ? [corpus] : [])];

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

function scenarios(...words: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const given = [join(root, "scenarios/main.ts"), ...words];
    execFile(process.execPath, given, { maxBuffer: 1 << 26 }, (error, out, said) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, said }),
    );
  });
}

describe("scenarios of a file", () => {
  test.each(files)(
    "come to all that is expected of syzbot's rules, and to the same culprits: %s",
    async (file) => {
      const { code, out } = await scenarios(file, "--json");
      const results: { name: string; pass: boolean; policy?: string }[] = out
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(results.filter(({ pass }) => !pass)).toEqual([]);
      expect(code).toBe(0);
      const { scenarios: told } = JSON.parse(await readFile(file, "utf8"));
      for (const policy of ["syzbot-2026", "adaptive"]) {
        expect(results.filter((result) => result.policy === policy)).toHaveLength(told.length);
      }
    },
    600_000,
  );

  test("that come to something else are told, and fail", async () => {
    const file = await changed((scenario) => {
      scenario.expect.culprit = 790;
    });
    const { code, out } = await scenarios(file, "--policy", "git");
    expect(code).toBe(1);
    expect(out).toContain("git: 0 of 1 scenarios have the culprits");
    expect(out).toMatch(/FAILED +a merged branch .* culprit: 791, not 790/);
  });

  test.each([
    ["no file", () => "/nowhere.json", "cannot read /nowhere.json"],
    ["no JSON", () => written("{"), "is no JSON"],
    ["another form", () => written('{"scenarios": [{"name": 7}]}'), "scenarios.0.name"],
    [
      "a mode that is none",
      () => changed((one) => (one.given.mode = "both")),
      "scenarios.0.given.mode",
    ],
    [
      "a branch that is an option",
      () => changed((one) => (one.given.start_branch = "--all")),
      "start_branch",
    ],
    ["a key that is not known", () => changed((one) => (one.given.surprise = 1)), "surprise"],
    [
      "a range of three",
      () => changed((one) => (one.given.broken = [1, 2, 3])),
      "scenarios.0.given.broken",
    ],
    [
      "a commit that there is not",
      () => changed((one) => (one.given.start_commit = 99)),
      "no commit 99",
    ],
  ])("are refused: %s", async (_, make, message) => {
    const { code, said } = await scenarios(await make());
    expect(said).toContain(message);
    expect(code).toBe(129);
  });

  test("are asked for by a file and a policy that there is", async () => {
    expect((await scenarios()).said).toContain("usage:");
    const { code, said } = await scenarios(small, "--policy", "best");
    expect([code, said]).toEqual([129, expect.stringContaining("there is no policy best")]);
  });
});

async function written(text: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), "firstbad-scenario-file-")), "scenarios.json");
  await writeFile(file, text);
  return file;
}

// biome-ignore lint/suspicious/noExplicitAny: files of others may have any form
async function changed(change: (scenario: any) => void): Promise<string> {
  const {
    scenarios: [first],
  } = JSON.parse(await readFile(small, "utf8"));
  change(first);
  return written(JSON.stringify({ scenarios: [first] }));
}
