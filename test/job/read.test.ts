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
        compiler: "auto",
        compilers: [],
      },
      reproducer: { c: "/jobs/repro.c", seconds: 5 },
      machine: { type: "uml", memory: 128 * 1024 ** 2, cmdline: "panic_on_warn=1", boot: 60 },
      find: "cause",
      policy: "adaptive",
      confidence: 0.99,
    });
  });

  test("may run its kernels in QEMU, with defaults of their own", () => {
    const job = parse(valid.replace("{type: uml}", "{type: qemu, smp: 2}"));
    expect(job).toMatchObject({
      machine: { type: "qemu", smp: 2, memory: 512 * 1024 ** 2, cmdline: "panic_on_warn=1" },
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
      "a machine's key that another has",
      valid.replace("{type: uml}", "{type: uml, smp: 2}"),
      "machine.smp: unknown key",
    ],
    ["no processors", valid.replace("uml}", "qemu, smp: 0}"), "machine.smp: "],
    ["a machine that is none", valid.replace("uml}", "ulm}"), "machine.type: "],
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

describe("the job file of a program", () => {
  const program = `version: 1
program:
  repo: .
  crashes: HEAD
  build: make
  run: ./parse "$INPUTS/bad.json"
  files: [data/bad.json]
`;

  test("is read with defaults, and paths from its own folder", () => {
    expect(parse(program)).toEqual({
      kind: "program",
      version: 1,
      program: {
        ...{ repo: "/jobs", crashes: "HEAD", build: "make", run: './parse "$INPUTS/bad.json"' },
        ...{ files: ["/jobs/data/bad.json"], env: {}, seconds: 30, "build-seconds": 600 },
        ...{ memory: 2 * 1024 ** 3, processes: 256 },
      },
      ...{ find: "cause", policy: "adaptive", confidence: 0.99 },
    });
  });

  test.each([
    ["both kinds of target", `${program}kernel: {}\n`, "a job has one of them, not both"],
    [
      "a mistyped key",
      program.replace("  build:", "  biuld:"),
      "program.biuld: unknown key, did you mean `build`?",
    ],
    ["what only kernels have", `${program}machine: {type: uml}\n`, "machine: unknown key"],
    ["nothing to run", program.replace(/ +run: .*\n/, ""), "needs exactly one of `run` and"],
    ["two ways to run", `${program}  predicate: [a]\n`, "needs exactly one of `run` and"],
    [
      "two files of one name",
      program.replace("[data/bad.json]", "[a/bad.json, b/bad.json]"),
      "needs files of different names",
    ],
    ["a blank command", program.replace("build: make", 'build: " "'), "expected a command"],
    ["a variable that is none", `${program}  env: {"A=B": x}\n`, "program.env"],
    ["a size that is none", `${program}  memory: lots\n`, "program.memory: expected a size"],
    ["a pattern that is none", `${program}expect: {pattern: "("}\n`, "is no regular expression"],
    ["a pattern with a look behind", `${program}expect: {pattern: "(?<=a)b"}\n`, "is no regular"],
    ["an expectation of nothing", `${program}expect: {}\n`, "expect"],
  ])("is refused with its key named: %s", (_, text, message) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: "job-invalid" }));
    expect(() => parse(text)).toThrow(message);
  });

  test("flags go over the target that it has", () => {
    const overrides = [{ path: ["target", "clean"], value: "v1.0" }];
    expect(parseJob(program, { path, overrides })).toMatchObject({ program: { clean: "v1.0" } });
    expect(parseJob(valid, { path, overrides })).toMatchObject({ kernel: { clean: "v1.0" } });
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
