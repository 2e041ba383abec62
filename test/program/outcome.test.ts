import { describe, expect, test } from "vitest";
import { outcomeOfPredicate, outcomeOfRun, reportIn } from "../../src/program/outcome.ts";
import type { CommandEnd } from "../../src/program/program.ts";

const exit = (exitCode: number): CommandEnd => ({ kind: "exited", exitCode });
const asan = `=================================================================
==3==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602000000014 at pc 0x562c7d0156a1 bp 0x7ffd3dda9400 sp 0x7ffd3dda93f8
WRITE of size 1 at 0x602000000014 thread T0
    #0 0x562c7d0156a0 in fill /firstbad/src/value.c:17
    #1 0x562c7d0153f6 in main /firstbad/src/ini.c:36

SUMMARY: AddressSanitizer: heap-buffer-overflow /firstbad/src/value.c:17 in fill
==3==ABORTING
`;
const overflow = "AddressSanitizer: heap-buffer-overflow in fill";

describe("what a run says", () => {
  test.each<[string, CommandEnd, string, string, string[]]>([
    ["0", exit(0), "all is well\n", "clean", []],
    ["another code", exit(1), "no\n", "crashed", ["exit status 1"]],
    ["a signal", { kind: "signal", signal: "SIGSEGV" }, "", "crashed", ["SIGSEGV"]],
    ["a report and a code", exit(1), asan, "crashed", [overflow]],
    ["a report, though it ended with 0", exit(0), asan, "crashed", [overflow]],
    ["a report before it was stopped", { kind: "deadline" }, asan, "crashed", [overflow]],
    ["125", exit(125), "", "untestable", []],
    ["125 behind a report", exit(125), asan, "untestable", []],
    ["126: it cannot be run", exit(126), "sh: 1: ./a: Permission denied\n", "untestable", []],
    ["127: it is not there", exit(127), "sh: 1: ./a: not found\n", "untestable", []],
    ["its time was up", { kind: "deadline" }, "still here\n", "hung", []],
    ["too much memory", { kind: "out-of-memory" }, "", "lost", []],
    ["too much output", { kind: "flooded" }, "y\ny\n", "flooded", []],
  ])("%s", (_, end, output, outcome, titles) => {
    const said = outcomeOfRun(end, Buffer.from(output), null);
    expect(said.outcome).toBe(outcome);
    expect(said.crashes.map(({ title }) => title)).toEqual(titles);
  });

  test.each<[string, CommandEnd, string]>([
    ["hang", { kind: "deadline" }, "hang"],
    ["want of memory", { kind: "out-of-memory" }, "out of memory"],
  ])("a %s is a crash where it is expected", (_, end, title) => {
    const expectsIt = (crash: { title: string }) => crash.title === title;
    expect(outcomeOfRun(end, Buffer.from(""), expectsIt)).toMatchObject({
      outcome: "crashed",
      crashes: [{ title }],
    });
    expect(outcomeOfRun(end, Buffer.from(""), () => false).outcome).not.toBe("crashed");
  });
});

describe("what a predicate says", () => {
  test.each<[CommandEnd, string]>([
    [exit(0), "clean"],
    [exit(1), "crashed"],
    [exit(124), "crashed"],
    [exit(125), "untestable"],
    [exit(126), "crashed"],
    [exit(127), "crashed"],
    [{ kind: "deadline" }, "hung"],
    [{ kind: "flooded" }, "flooded"],
  ])("%o is %s", (end, outcome) => {
    expect(outcomeOfPredicate(end, Buffer.from("")).outcome).toBe(outcome);
  });

  test("0 is clean whatever it printed", () => {
    expect(outcomeOfPredicate(exit(0), Buffer.from(asan)).outcome).toBe("clean");
  });

  test.each<[string, CommandEnd]>([
    ["128", exit(128)],
    ["255", exit(255)],
    ["a signal", { kind: "signal", signal: "SIGKILL" }],
  ])("%s stops the bisection", (_, end) => {
    expect(() => outcomeOfPredicate(end, Buffer.from(""))).toThrow(
      expect.objectContaining({ code: "predicate-stopped", isInfrastructure: true }),
    );
  });
});

describe("the report of a crash in a kept output", () => {
  test.each([
    [overflow, asan, asan.split("\n")[1]],
    ["exit status 3", "one\ntwo\n", "one\ntwo"],
    ["SIGABRT", "gone\n", "gone"],
    ["hang", "x\n", "hang\n"],
  ])("%s", (title, output, part) => {
    expect(reportIn(Buffer.from(output), title)).toContain(part);
  });
});
