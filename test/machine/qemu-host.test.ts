import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { acceleratorNote } from "../../src/machine/qemu/accelerator.ts";
import { judgeProbe, kvmProbe } from "../../src/machine/qemu/kvm-probe.ts";
import { refuseQemuTrouble } from "../../src/machine/qemu/qemu.ts";
import type { ProcessResult } from "../../src/process/process.ts";

const ended: ProcessResult = {
  exitCode: 0,
  killedBy: null,
  ending: "exited",
  seconds: 1,
  stdout: Buffer.alloc(0),
  stderr: Buffer.alloc(0),
  truncated: false,
  outOfMemory: false,
};
const said = (text: string): Partial<ProcessResult> => ({ exitCode: 1, stderr: Buffer.from(text) });

describe("the probe that says whether KVM works", () => {
  test("is what its source assembles to", () => {
    const folder = mkdtempSync(join(tmpdir(), "firstbad-probe-"));
    try {
      const source = join(import.meta.dirname, "../../src/machine/qemu/kvm-probe.s");
      const object = join(folder, "probe.o");
      const binary = join(folder, "probe");
      execFileSync("as", ["--64", "-o", object, source]);
      execFileSync("ld", ["-Ttext", "0x7c00", "--oformat", "binary", "-o", binary, object]);
      expect(kvmProbe().toString("hex")).toBe(readFileSync(binary).toString("hex"));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test.each<[string, Partial<ProcessResult>, string | null]>([
    ["came to its end", { exitCode: 33 }, null],
    ["never came to it", { ending: "deadline", exitCode: null }, "not come to its end in 3 s"],
    ["was not started", said("qemu: failed to set MSR 0x10a\nmore\n"), "failed to set MSR 0x10a"],
    ["was reset", { exitCode: 0 }, "ends with 0"],
  ])("that %s", (_, result, why) => {
    const judged = judgeProbe({ ...ended, ...result });
    if (why === null) expect(judged).toBeNull();
    else expect(judged?.split("\n")).toEqual([expect.stringContaining(why)]);
  });

  test("what is lost without KVM is said in a line, and nothing is with it", () => {
    expect(acceleratorNote({ kind: "kvm" })).toBeNull();
    expect(acceleratorNote({ kind: "tcg", why: "there is no /dev/kvm" })).toBe(
      "no KVM (there is no /dev/kvm): QEMU emulates the processor, which takes about ten times as long",
    );
  });
});

describe("a QEMU that ended", () => {
  test.each<[string, Partial<ProcessResult>, boolean, string | null]>([
    ["well", {}, false, null],
    ["before the kernel said anything", {}, true, null],
    ["of a signal of its own", { exitCode: null, killedBy: "SIGABRT" }, false, null],
    ["killed", { exitCode: null, killedBy: "SIGKILL" }, false, "killed"],
    ["because the host's memory was up", { outOfMemory: true }, false, "out-of-memory"],
    ["with a file that is no kernel", said("qemu: linux kernel too old to load"), true, null],
    ["with an empty file", said("qemu: could not load kernel '/k': No such file"), true, null],
    ["without its firmware", said("qemu: could not load PC BIOS"), true, "machine-infrastructure"],
    [
      "without memory for its guest",
      said("qemu: cannot set up guest memory 'pc.ram': Cannot allocate memory"),
      true,
      "machine-infrastructure",
    ],
  ])("%s", (_, more, silent, code) => {
    const judge = () => refuseQemuTrouble({ ...ended, ...more }, silent);
    if (code === null) expect(judge).not.toThrow();
    else expect(judge).toThrow(expect.objectContaining({ code }));
  });
});
