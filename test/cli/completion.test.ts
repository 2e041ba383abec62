import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { firstbad, program } from "./firstbad.ts";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "firstbad-completion-"));
  await mkdir(join(home, "job folder"));
  await writeFile(join(home, "job.yaml"), "");
  for (const id of ["2026-01-01-aaaaaaaaaaaa", "2026-01-02-bbbbbbbbbbbb", "$(touch run)"]) {
    await mkdir(join(home, "bisections", id), { recursive: true });
  }
});

/** Sources the script in bash as a user would, and asks for what may follow `words`. */
function offered(...words: readonly string[]): string[] {
  const script = `
    source <("$0" completion bash) || exit
    [[ $(complete -p firstbad) == "complete -F _firstbad firstbad" ]] || exit
    COMP_WORDS=("$0" "$@")
    COMP_CWORD=$#
    _firstbad "$0"
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { ...process.env, FIRSTBAD_HOME: home };
  const args = ["--noprofile", "--norc", "-c", script, program, ...words];
  const text = execFileSync("bash", args, { env, cwd: home, encoding: "utf8" });
  return text.split("\n").filter((line) => line !== "");
}

describe("a real bash completes", () => {
  const ids = ["2026-01-01-aaaaaaaaaaaa", "2026-01-02-bbbbbbbbbbbb"];
  test.each([
    [["bis"], ["bisect"]],
    [
      ["cache", ""],
      ["list", "prune"],
    ],
    [
      ["completion", ""],
      ["bash", "zsh", "fish"],
    ],
    [["cache", "prune", "--s"], ["--size"]],
    [["cache", "prune", "--size", ""], []],
    [["bisect", "--cl"], ["--clean"]],
    [
      ["bisect", "jo"],
      ["job folder", "job.yaml"],
    ],
    [["bisect", "--repo", "jo"], ["job folder"]],
    [["bisect", "--repo", "=", "jo"], ["job folder"]],
    [["bisect", "--events", "="], expect.arrayContaining(["job.yaml", "job folder"])],
    [
      ["log", "--format", "syzbot-"],
      ["syzbot-2022", "syzbot-2026"],
    ],
    [["log", "--format", "json", "la"], ["last"]],
    [["show", "2026-01"], [...ids].reverse()],
    [["resume", "-q", ids[0]!.slice(0, 12)], [ids[0]]],
    [["list", ""], []],
    [["skip", "2026-01-02"], ["2026-01-02-bbbbbbbbbbbb"]],
    [["explain", "last", "--j"], ["--json"]],
    [
      ["replay", "jo"],
      ["job folder", "job.yaml"],
    ],
    [["terms", "--term-g"], ["--term-good"]],
    // The value of a flag that reads like a command is none.
    [["bisect", "--policy", "list", "--dry"], ["--dry-run"]],
  ])("%j: %j", (words: string[], expected) => {
    const found = offered(...words);
    expect(Array.isArray(expected) ? found.sort() : found).toEqual(
      Array.isArray(expected) ? [...expected].sort() : expected,
    );
  });

  test("every command of the help, and no other", async () => {
    const { stdout } = await firstbad(home, "--help");
    const commands = stdout.slice(stdout.indexOf("\nCommands:")).matchAll(/^ {2}([a-z]+)/gm);
    const named = Array.from(commands, ([, name]) => name).filter((name) => name !== "help");
    expect(named.length).toBeGreaterThan(5);
    expect(offered("").sort()).toEqual(named.sort());
  });

  test("a folder whose name is a command is offered and not run", async () => {
    expect(offered("show", "$")).toEqual(["$(touch run)"]);
    const { stdout } = await firstbad(home, "list", "--ids");
    expect(stdout.split("\n")).toContain("$(touch run)");
    expect(offered("bisect", "ru")).toEqual([]);
  });
});

test.each(["zsh", "fish"])("the script for %s names commands with what they do", async (shell) => {
  const { code, stdout } = await firstbad(home, "completion", shell);
  expect(code).toBe(0);
  expect(stdout).toContain("go on with a bisection that was stopped or cut off");
  expect(stdout).toContain("all kernels that nobody uses");
});

test("a shell that there is no script for is refused", async () => {
  const { code, stderr } = await firstbad(home, "completion", "ksh");
  expect(code).toBe(129);
  expect(stderr).toContain("Allowed choices are bash, zsh, fish");
});
