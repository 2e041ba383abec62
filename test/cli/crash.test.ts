import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readFixture } from "../crash/fixture.ts";
import { seeds } from "../crash/mutate.ts";
import { startProgram } from "../process/start-program.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "firstbad-crash-"));
const [gpf, quiet] = ["gpf", "quiet"].map((name) => {
  const { console } = readFixture(readFileSync(join(root, `test/crash/fixtures/${name}.txt`)));
  writeFileSync(join(folder, name), console);
  return join(folder, name);
}) as [string, string];

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `firstbad crash` in the checkout, with `input` on its standard input. */
function crash(words: readonly string[], input: Uint8Array | string = ""): Promise<Ended> {
  const child = startProgram(join(root, "bin/firstbad"), ["crash", ...words], { cwd: root });
  const said = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said.stderr += text));
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...said })));
}

const lines = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

const console_ = [
  "größer",
  "[    2.0][   T7] BUG: Bad rss-counter state mm:ffff88800a3b01fa idx:1 val:2",
  "[    3.0][   T7] kernel BUG at vela.c:1!",
  "[    3.1][   T7] RIP: 0010:vela_tick+0x1/0x2",
  "[    3.2][   T7] Call Trace:",
  "[    3.3][   T7]  vela_run+0x1/0x2",
  "[    3.4][   T7]  \u001b[31mvela_go+0x1/0x2",
  "[    3.5][   T7] end",
  "",
].join("\n");

describe("firstbad crash", () => {
  it("puts source lines into a report where the kernel's binary is given", async () => {
    const tree = mkdtempSync(join(tmpdir(), "firstbad-tree-"));
    const source =
      "__attribute__((noinline)) void vela_tick(void) {}\nint main() { vela_tick(); }\n";
    writeFileSync(join(tree, "vela.c"), source);
    const vmlinux = join(tree, "vmlinux");
    execFileSync("gcc", ["-g", "-no-pie", "-o", vmlinux, join(tree, "vela.c")]);
    const symbols = execFileSync("nm", ["-n", "--defined-only", vmlinux], { encoding: "utf8" });
    const [, from = "", to = ""] = /^(\w+) T vela_tick\n(\w+) /m.exec(symbols) ?? [];
    const size = (BigInt(`0x${to}`) - BigInt(`0x${from}`)).toString(16);
    const report = `kernel BUG at vela.c:1!\nRIP: 0010:vela_tick+0x0/0x${size}\nCall Trace:\n gone+0x1/0x2\n`;
    const { stdout, stderr } = await crash(["--vmlinux", vmlinux, "-"], report);
    expect(stdout).toContain(`  RIP: 0010:vela_tick+0x0/0x${size} vela.c:1\n`);
    expect(stderr).toContain("gone");
  });

  it("shows the first crash of a console, or all", async () => {
    const first = await crash(["-"], console_);
    expect(first.stdout).toBe(`BUG: Bad rss-counter state
  is      UNKNOWN, bytes 9 to 125
  blames  vela.c

  BUG: Bad rss-counter state mm:ffff88800a3b01fa idx:1 val:2
  kernel BUG at vela.c:1!
  RIP: 0010:vela_tick+0x1/0x2
  Call Trace:
   vela_run+0x1/0x2
   [31mvela_go+0x1/0x2
  end
`);
    const all = await crash(["--all", "-"], console_);
    expect(all.stdout).toContain("\nkernel BUG in vela_tick\n  is      BUG, bytes 85 to 125\n");
    expect(all.stdout).toContain("  frames  vela_tick < vela_run\n");
    expect([first.code, all.code]).toEqual([0, 0]);
  });

  it("says where there is none, and which of several files it speaks of", async () => {
    const { stdout, code } = await crash([gpf, quiet]);
    expect(stdout).toContain(`==> ${gpf} <==\ngeneral protection fault in vela_walk\n`);
    expect(stdout).toContain(`==> ${quiet} <==\nno crash\n`);
    expect(code).toBe(0);
  });

  it("gives an object a file", async () => {
    const found = lines((await crash(["--json", gpf, quiet])).stdout);
    expect(found.map(({ id, title, alt, type }) => ({ id, title, alt, type }))).toEqual([
      {
        id: gpf,
        title: "general protection fault in vela_walk",
        alt: ["bad-access in vela_walk"],
        type: "DoS",
      },
      { id: quiet, title: "", alt: [], type: null },
    ]);
    expect(found[1]).toMatchObject({ report: "", start: null, executor: null, crashes: [] });
  });

  it.each([
    ["a file that is not there", ["/nowhere"], 1, "console-not-readable"],
    ["a folder", ["."], 1, "console-not-readable"],
    ["no file", [], 129, "firstbad crash FILE"],
    ["a file beside --jsonl", ["--jsonl", gpf], 129, "takes no files"],
  ])("refuses %s", async (_, words, code, says) => {
    const ended = await crash(words);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(says);
  });
});

describe("firstbad crash --jsonl", () => {
  it("answers each line with one, in order, with byte offsets", async () => {
    const questions = [
      { id: "a", log: console_ },
      { id: 7, log_b64: Buffer.from("\xff\0\nBUG: Bad page map\n", "latin1").toString("base64") },
      { log: "fine\n" },
    ];
    const input = questions.map((each) => JSON.stringify(each)).join("\n");
    const { stdout, code } = await crash(["--jsonl"], input);
    const answers = lines(stdout);
    expect(answers.map(({ id, title, start }) => [id, title, start])).toEqual([
      ["a", "BUG: Bad rss-counter state", 9],
      [7, "BUG: Bad page map", 3],
      [null, "", null],
    ]);
    expect(answers[0].crashes.map(({ title }: { title: string }) => title)).toEqual([
      "BUG: Bad rss-counter state",
      "kernel BUG in vela_tick",
    ]);
    expect(code).toBe(0);
  });

  it("answers bad lines with an error, goes on, and ends with 1", async () => {
    const input = `{"id": "x"}\nvela\n\n{"id": "z", "log_b64": "?"}\n[1]\n{"id": "y", "log": "fine"}\n`;
    const { stdout, code } = await crash(["--jsonl"], input);
    const answers = lines(stdout);
    expect(answers.map(({ id, line, title }) => [id, line, title])).toEqual([
      ["x", 1, undefined],
      [null, 2, undefined],
      ["z", 4, undefined],
      [null, 5, undefined],
      ["y", undefined, ""],
    ]);
    expect(answers.slice(0, 4).every(({ error }) => typeof error === "string")).toBe(true);
    expect(code).toBe(1);
  });

  it("answers while it is asked", async () => {
    const child = startProgram(join(root, "bin/firstbad"), ["crash", "--jsonl"], { cwd: root });
    const next = () => new Promise((resolve) => child.stdout.once("data", resolve));
    for (const seed of seeds.slice(0, 3)) {
      child.stdin.write(`${JSON.stringify({ log_b64: seed.toString("base64") })}\n`);
      expect(String(await next())).toMatch(/^\{"id":null,"title":/);
    }
    child.stdin.end();
  });
});
