import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { compilerOf } from "../../src/cli/by-hand/build-part.ts";
import { scriptOf } from "../../src/cli/by-hand/script.ts";
import { command, comment, fileText } from "../../src/cli/by-hand/shell-text.ts";
import type { StepByHand } from "../../src/cli/by-hand/step-by-hand.ts";
import { umlProcess } from "../../src/machine/uml-command.ts";

const folder = mkdtempSync(join(tmpdir(), "firstbad-by-hand-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sh = (script: string) => execFileSync("sh", ["-s"], { input: script, cwd: folder });

describe("text for a shell", () => {
  test("gives a program the words that were meant, whatever is in them", () => {
    const nasty = fc.string({
      unit: fc.constantFrom("'", '"', "\\", "$", "`", "\n", " ", "x", "-", "*"),
    });
    fc.assert(
      fc.property(fc.array(nasty, { minLength: 1, maxLength: 5 }), (words) => {
        const said = sh(`${command(["printf", "%s\\0", "--", ...words])}\n`).toString("utf8");
        expect(said.split("\0").slice(1, -1)).toEqual(words);
      }),
      { numRuns: 20 },
    );
  });

  test("writes files to the byte", () => {
    const text = fc.string({
      unit: fc.constantFrom("END", "END2", "\n", "'", "$x", "`false`", "\\"),
    });
    const bytes = fc.oneof(
      text.map((all) => Buffer.from(`${all}\n`)),
      fc.uint8Array().map((all) => Buffer.from(all)),
    );
    fc.assert(
      fc.property(bytes, (all) => {
        sh(`${fileText("written 'here", all)}\n`);
        expect(readFileSync(join(folder, "written 'here"))).toEqual(all);
      }),
      { numRuns: 30 },
    );
  });

  test("says to people what stays a comment", () => {
    expect(sh(`${comment("a\necho b", "$(echo c)\r\nd\u2028echo e")}\n`).toString()).toBe("");
  });
});

test.each([
  ["gcc (Debian 12.2.0-14) 12.2.0, GNU ld 2.40", "gcc", ""],
  ["gcc-11 (Debian 11.3.0-12) 11.3.0, GNU ld", "gcc-11", ""],
  ["aarch64-linux-gnu-gcc (Debian 12) 12.2.0", "aarch64-linux-gnu-gcc", "aarch64-linux-gnu-"],
  ["something else", "gcc", ""],
  [null, "gcc", ""],
])("what called itself %j is called %s", (identity, name, prefix) => {
  const tools = prefix === "" ? [] : [`CROSS_COMPILE=${prefix}`];
  const called = { command: name, prefix, tools };
  expect(compilerOf({ compiler: identity, toolchain: null })).toEqual(called);
});

test("what was clang builds with LLVM's tools, by the name that it had", () => {
  const compiler = "Debian clang version 14.0.6, Debian LLD 14.0.6";
  const called = { command: "clang-14", prefix: "", tools: ["LLVM=1"] };
  expect(compilerOf({ compiler, toolchain: "clang-14" })).toEqual(called);
});

describe("the script of a step", () => {
  const step: StepByHand = {
    about: ["Step 1 of the bisection x:", "a subject\nrm -rf /"],
    repo: "/home/me/it's $HOME/linux",
    commit: "1".repeat(40),
    patches: ["--- a/x\n+++ b/x\n"],
    arch: "um",
    target: "linux",
    image: "linux",
    config: { kind: "resolved", text: "CONFIG_PRINTK=y\n" },
    compiler: "gcc-11 (Debian 11.3.0-12) 11.3.0, GNU ld 2.40",
    toolchain: "gcc-11",
    reproducer: { kind: "c", bytes: Buffer.from("int main(void) {}\n"), flags: [], repeat: 1 },
    init: Buffer.from("int main(void) {}\n"),
    run: umlProcess(
      {
        ...{ image: "out/linux", initramfs: "initramfs", console: "", cmdline: "panic_on_warn=1" },
        ...{ memory: 64 * 1024 ** 2, seconds: 5, deadline: 65 },
      },
      1024 ** 3,
    ),
    cmdline: "panic_on_warn=1",
    system: { shown: ["/usr"], links: [{ path: "/bin", target: "usr/bin" }] },
  };

  const kinds: [string, Partial<StepByHand>][] = [
    ["a kernel of its own config", {}],
    ["a shell script", { reproducer: { kind: "shell", bytes: Buffer.from("true\n"), repeat: 1 } }],
    ["a program", { reproducer: { kind: "program", path: "/home/me/it's", repeat: 1 } }],
    ["a config over nothing", { config: { kind: "asked", base: null, text: "CONFIG_A=y\n" } }],
    ["fragments", { config: { kind: "asked", base: "allnoconfig", text: "CONFIG_A=y\n" } }],
    ["a default", { config: { kind: "asked", base: "defconfig", text: "CONFIG_A=y\n" } }],
    ["a board", { run: null }],
  ];

  test.each(kinds)("is one that a shell understands, of %s", (_, more) => {
    const script = scriptOf({ ...step, ...more });
    execFileSync("sh", ["-n"], { input: script });
    expect(script).toContain("git --git-dir=git");
    expect(script).not.toMatch(/^rm -rf/m);
    expect(script).not.toContain("src/process/etc");
  });

  test("compiles C with its flags, and has it started as often as the job says", () => {
    const bytes = Buffer.from("int main(void) {}\n");
    const script = scriptOf({
      ...step,
      reproducer: { kind: "c", bytes, flags: ["-DN=it's", "-lm"], repeat: 0 },
    });
    expect(script).toContain(`reproducer.c '-DN=it'\\''s' -lm`);
    expect(script).toContain("echo 0 >reproducer.repeat");
    expect(script).toContain("file /reproducer.repeat reproducer.repeat 0644 0 0");
    expect(scriptOf(step)).not.toContain("reproducer.repeat");
  });

  test("has the compiler, the fixed names and times, and the machine's own line", () => {
    const script = scriptOf(step);
    expect(script).toMatch(/^cc="\$\{with\}"gcc-11;/m);
    expect(script).toContain("'KBUILD_BUILD_TIMESTAMP=Thu Jan  1 00:00:00 UTC 1970'");
    expect(script).toContain("/machine/linux panic_on_warn=1 mem=65536K");
    expect(script).toContain(`'/home/me/it'\\''s $HOME/linux'`);
  });
});
