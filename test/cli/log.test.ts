import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { startProgram } from "../process/start-program.ts";
import { foundStory } from "../syzbot/story.ts";

const root = join(import.meta.dirname, "../..");
const dialects = join(root, "test/syzbot/dialects");
const home = mkdtempSync(join(tmpdir(), "firstbad-log-"));

interface Ended {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs `firstbad log` with `input` on its standard input. */
function log(words: readonly string[], input: Uint8Array | string = ""): Promise<Ended> {
  const env = { ...process.env, FIRSTBAD_HOME: home };
  const child = startProgram(join(root, "bin/firstbad"), ["log", ...words], { env, cwd: root });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return new Promise((resolve) => {
    child.on("close", (code) => {
      const said = Buffer.concat(stderr).toString();
      resolve({ code, stdout: Buffer.concat(stdout), stderr: said });
    });
  });
}

describe("a log through JSON and back", () => {
  test.each(["2018-05", "2021-07", "2026-01", "2026-01-fix"])("%s", async (name) => {
    const path = join(dialects, `${name}.log`);
    const json = await log(["--from", path, "--format", "json"]);
    const back = await log(["--from", "-", "--format", "syzbot"], json.stdout);
    expect({ code: back.code, stderr: back.stderr }).toEqual({ code: 0, stderr: "" });
    expect(back.stdout.equals(readFileSync(path))).toBe(true);
  });

  test("bytes that are no UTF-8", async () => {
    const bytes = readFileSync(join(dialects, "2021-07.log"));
    const hostile = Buffer.concat([bytes, Buffer.from([0xff, 0x1b, 0x5b, 0x0a])]);
    const json = await log(["--from", "-", "--format", "json"], hostile);
    const back = await log(["--from", "-", "--format", "syzbot"], json.stdout);
    expect(back.stdout.equals(hostile)).toBe(true);
  });

  test("git's", async () => {
    const path = join(dialects, "git-terms.log");
    const json = await log(["--from", path, "--format", "json"]);
    const back = await log(["--from", "-", "--format", "git"], json.stdout);
    expect(back.stdout.equals(readFileSync(path))).toBe(true);
  });
});

describe("a bisection of ours", () => {
  const folder = join(home, "bisections", "pond-1");
  mkdirSync(folder, { recursive: true });
  const journal = foundStory()
    .events.map((event) => `${JSON.stringify(event)}\n`)
    .join("");
  writeFileSync(join(folder, "events.ndjson"), journal);

  test.each([
    ["git", "git bisect start '"],
    ["syzbot", "bisecting cause commit starting from "],
    ["syzbot-2022", "bisecting cause commit starting from "],
    ["syzbot-2026", "heron starts bisection 2031-03-04 05:06:07 +0000 UTC"],
    ["json", '{"version":1,"seq":0,'],
  ])("has a log in the form %s, from its id and from its events", async (format, words) => {
    const { code, stdout } = await log(["pond-1", "--format", format]);
    expect(code).toBe(0);
    expect(stdout.toString()).toContain(words);
    const again = await log(["--from", "-", "--format", format], journal);
    expect(again.stdout.equals(stdout)).toBe(true);
  });
});

it("tells which lines were not understood, and converts all others", async () => {
  const text = readFileSync(join(dialects, "2021-07.log"), "utf8");
  const { code, stdout, stderr } = await log(
    ["--from", "-", "--format", "syzbot-2026"],
    text.replace("\n", "\nthe frog was here\nso was the heron\n"),
  );
  expect(code).toBe(0);
  expect(stderr).toBe("-: 2 lines not understood: 2, 3\n");
  expect(stdout.toString()).toContain("representative crash: ");
});

describe("what cannot be done", () => {
  test.each([
    ["neither an id nor a file", [], "", 129, "--from FILE"],
    ["both", ["pond-1", "--from", "-"], "", 129, "--from FILE"],
    ["no such file", ["--from", "none.log"], "", 1, "log-not-readable"],
    ["a folder", ["--from", "src"], "", 1, "log-not-readable"],
    ["no log", ["--from", "-"], "Dear heron,\n", 1, "log-not-readable"],
    ["no events", ["--from", "-"], '{"version":1}\n', 1, "journal-damaged"],
    [
      "git's form where git had not begun",
      ["--from", "-", "--format", "git"],
      `bisecting cause commit starting from ${"a".repeat(40)}\n`,
      1,
      "log-without-range",
    ],
  ])("%s", async (_, words, input, code, said) => {
    const ended = await log(words, input);
    expect({ code: ended.code, stdout: ended.stdout.toString() }).toEqual({ code, stdout: "" });
    expect(ended.stderr).toContain(said);
  });
});

/** The commands of `docs/logs.md`, each with what it prints below it. */
function examples(): [string, string][] {
  const page = readFileSync(join(root, "docs/logs.md"), "utf8");
  const blocks = page.matchAll(/```console\n\$ (.*)\n([^`]*)```/g);
  return Array.from(blocks, ([, command = "", output = ""]) => [command, output]);
}

describe("docs/logs.md", () => {
  test.each(examples())("%s", async (command, output) => {
    const words = command.split(" ");
    expect(words.slice(0, 2)).toEqual(["firstbad", "log"]);
    const printed = (await log(words.slice(2))).stdout.toString();
    const [beginning = "", ending = ""] = output.split("…\n");
    expect(printed.startsWith(beginning)).toBe(true);
    expect(printed.endsWith(ending)).toBe(true);
  });

  it("has examples", () => {
    expect(examples().length).toBeGreaterThanOrEqual(3);
  });
});
