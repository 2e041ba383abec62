import { describe, expect, test } from "vitest";
import type { MachineRun } from "../../src/machine/machine.ts";
import {
  bootArguments,
  type QemuBoard,
  qemuProcess,
  restoredProcess,
  savingProcess,
} from "../../src/machine/qemu/command.ts";
import { wordFor } from "../../src/machine/qemu/restored-guest.ts";

const run: MachineRun = {
  image: "/cache/bzImage",
  initramfs: "/cache/initramfs",
  console: "/bisection/console.txt",
  cmdline: "panic_on_warn=1  loglevel=1\tconsole=tty0 a=b,c\n",
  memory: 256 * 1024 ** 2,
  seconds: 12.5,
  deadline: 40,
};
const board: QemuBoard = { arch: "x86_64", accelerator: "tcg", smp: 2, ownMemory: 1024 ** 3 };

/** What follows the option `name`. */
const optionOf = (args: readonly string[], name: string) => args[args.indexOf(name) + 1];

describe("the process of a QEMU machine", () => {
  const { args, ...spec } = qemuProcess(board, run);

  test("boots the kernel with the user's words, and ours after them, which win", () => {
    expect(optionOf(args, "-append")).toBe(
      "panic_on_warn=1 loglevel=1 console=tty0 a=b,c console=ttyS0 panic=-1 loglevel=8 nokaslr " +
        "FIRSTBAD_SECONDS=12.5 FIRSTBAD_END=restart",
    );
  });

  test("has the processors and the memory that were asked for, one serial line and nothing else", () => {
    expect(optionOf(args, "-smp")).toBe("2");
    expect(optionOf(args, "-m")).toBe("size=256M");
    expect(optionOf(args, "-serial")).toBe("stdio");
    expect(args).toContain("-nodefaults");
    expect(args).not.toContain("-device");
  });

  test("sees kernel and initramfs, and can write neither", () => {
    expect(spec.sandbox?.mounts.map(({ host, writable }) => [host, writable])).toEqual([
      ["/cache/bzImage", false],
      ["/cache/initramfs", false],
    ]);
    expect(spec.stdout).toEqual({ kind: "file", path: run.console });
  });

  test("has bounds on everything", () => {
    expect(spec.limits?.memoryBytes).toBe(run.memory + 1024 ** 3);
    expect(spec.limits?.fileBytes).toBeGreaterThan(64 * 1024 ** 2);
    expect(spec.deadline).toBe(40);
  });

  test("sees the processor's virtualisation only where it is used", () => {
    expect(spec.sandbox?.devices).toBeUndefined();
    const kvm = qemuProcess({ ...board, accelerator: "kvm" }, run);
    expect(kvm.sandbox?.devices).toEqual(["/dev/kvm"]);
    expect(optionOf(kvm.args, "-accel")).toBe("kvm");
  });

  test("is that of the architecture", () => {
    const arm = qemuProcess({ ...board, arch: "arm64" }, run);
    expect(arm.command).toBe("qemu-system-aarch64");
    expect(optionOf(arm.args, "-machine")).toBe("virt");
    expect(optionOf(arm.args, "-append")).toContain(" console=ttyAMA0 ");
  });

  test("may start no program", () => {
    expect(optionOf(bootArguments(board, run), "-sandbox")).toContain("spawn=deny");
  });
});

describe("the processes around a snapshot", () => {
  const saving = savingProcess(board, run, "/cache/snapshot");
  const restored = restoredProcess(board, run, "/cache/snapshot", "/tmp/input");

  test("make the same guest, but for who sees what is written to its memory", () => {
    for (const name of ["-machine", "-cpu", "-smp", "-m", "-kernel", "-initrd", "-append"]) {
      expect([name, optionOf(restored.args, name)]).toEqual([name, optionOf(saving.args, name)]);
    }
    expect(optionOf(saving.args, "-append")).toContain(" FIRSTBAD_WAIT=1");
    expect(optionOf(saving.args, "-object")).toMatch(/,share=on$/);
    expect(optionOf(restored.args, "-object")).toMatch(/,share=off$/);
  });

  test("may write as much as the guest has memory", () => {
    expect(saving.limits?.fileBytes).toBeGreaterThan(run.memory);
  });

  test("a restored one is told all at once, a line each, and ends at its deadline", () => {
    const told = `${restored.stdin}`.trimEnd().split("\n");
    expect(told.map((line) => JSON.parse(line).execute)).toEqual([
      "qmp_capabilities",
      "migrate-set-capabilities",
      "chardev-change",
      "migrate-incoming",
    ]);
    expect(restored.deadline).toBe(40);
  });

  test("our init is given a pause and bytes in hexadecimal digits", () => {
    expect(wordFor(37, Buffer.from([0, 0xab]))).toBe("\n\n\n\ngo 37 00ab\n");
  });
});
