import { describe, expect, test } from "vitest";
import { parseJob } from "../../src/job/read.ts";
import { suggest } from "../../src/job/suggest.ts";

const path = "/jobs/firstbad.yaml";
const valid = `version: 1
kernel: {repo: linux, crashes: v6.3, config: {base: allnoconfig, fragments: [a.config]}, arch: um}
reproducer: {c: repro.c, seconds: 5}
machine: {type: uml}
`;
const parse = (text: string) => parseJob(text, { path });

describe("a job file", () => {
  test("is read with defaults, and paths from its own folder", () => {
    expect(parse(valid)).toEqual({
      kind: "kernel",
      version: 1,
      kernel: {
        repo: "/jobs/linux",
        crashes: "v6.3",
        config: { base: "allnoconfig", fragments: ["/jobs/a.config"] },
        arch: "um",
      },
      reproducer: { c: "/jobs/repro.c", seconds: 5 },
      machine: { type: "uml", memory: 128 * 1024 ** 2, cmdline: "panic_on_warn=1", boot: 60 },
      find: "cause",
      policy: "git",
      confidence: 0.99,
    });
  });

  test.each([
    ["64M", 64 * 1024 ** 2],
    ["1G", 1024 ** 3],
    ["512k", 512 * 1024],
    ["100000", 100_000],
  ])("memory %s is %d bytes", (memory, bytes) => {
    const text = valid.replace("{type: uml}", `{type: uml, memory: ${memory}}`);
    expect(parse(text)).toMatchObject({ machine: { memory: bytes } });
  });

  test.each([
    [
      "an unknown key",
      valid.replace("crashes:", "crashs:"),
      "kernel.crashs: unknown key, did you mean `crashes`?",
    ],
    [
      "an unknown key at the top",
      `${valid}polcy: git\n`,
      "polcy: unknown key, did you mean `policy`?",
    ],
    [
      "a key that is missing",
      valid.replace("crashes: v6.3,", ""),
      "kernel.crashes: expected string",
    ],
    [
      "a wrong type",
      valid.replace("seconds: 5", "seconds: soon"),
      "reproducer.seconds: expected number",
    ],
    [
      "two reproducers",
      valid.replace("c: repro.c", "c: a.c, shell: b.sh"),
      "reproducer: needs exactly one of",
    ],
    ["no reproducer", valid.replace("c: repro.c, ", ""), "reproducer: needs exactly one of"],
    [
      "a size that is none",
      valid.replace("{type: uml}", "{type: uml, memory: lots}"),
      "machine.memory: expected a size",
    ],
    [
      "a make target that is none",
      valid.replace("allnoconfig", "-f/etc/passwd"),
      "kernel.config.base: expected a make target",
    ],
    [
      "a line break for the kernel",
      `${valid.replace("{type: uml}", '{type: uml, cmdline: "a\\nb"}')}`,
      "machine.cmdline: control characters",
    ],
    [
      "a URL",
      valid.replace("repo: linux", "repo: https://example.org/linux.git"),
      "kernel.repo: expected a path",
    ],
    ["a later version", valid.replace("version: 1", "version: 2"), "version: expected 1"],
    ["a policy that is none", `${valid}policy: guess\n`, "policy: "],
  ])("is refused with its key named: %s", (_, text, message) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: "job-invalid" }));
    expect(() => parse(text)).toThrow(message);
  });

  test("names every problem at once", () => {
    const text = valid.replace("crashes:", "crashs:").replace("uml}", "ulm}");
    expect(() => parse(text)).toThrow(/crashs(.|\n)*machine\.type/);
  });

  test.each([
    ["nothing", ""],
    ["a list", "- a\n"],
    ["a torn flow", "{version: 1"],
    [
      "aliases that would grow without end",
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefghi"].map((c, i) => `${c}: &${c} [${Array(9).fill(`*${"abcdefgh"[i]}`)}]`).join("\n")}\n`,
    ],
  ])("is refused where it is not YAML with keys: %s", (_, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: "job-not-yaml" }));
  });

  test("flags go over what it says", () => {
    const overrides = [
      { path: ["kernel", "clean"], value: "v6.1" },
      { path: ["runs"], value: 7 },
    ];
    const job = parseJob(valid, { path, overrides });
    expect(job).toMatchObject({ kernel: { clean: "v6.1" }, runs: 7 });
  });
});

describe("a suggestion", () => {
  const known = ["bisect", "resume", "list", "show", "log"];
  test.each([
    ["bisetc", "bisect"],
    ["reusme", "resume"],
    ["lst", "list"],
    ["shwo", "show"],
    ["zzzzzz", null],
    ["a word that no command, no flag and no key of the job file is as long as", null],
  ])("for %s", (word, expected) => {
    expect(suggest(word, known)).toBe(expected);
  });
});
