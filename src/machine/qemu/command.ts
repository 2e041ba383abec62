import type { ProcessSpec } from "../../process/process.ts";
import type { MachineRun, MachineWords } from "../machine.ts";
import type { Accelerator } from "./accelerator.ts";
import { type QemuArch, qemuArchitectures } from "./architectures.ts";

const mebibyte = 1024 ** 2;

/** Where the sandbox shows the files of a run. */
const image = "/machine/kernel";
const initramfs = "/machine/initramfs";

/** What a QEMU machine is made of, beside what a run brings. */
export interface QemuBoard {
  readonly arch: QemuArch;
  readonly accelerator: Accelerator["kind"];
  /** Processors of the guest. */
  readonly smp: number;
  /** Host memory beside the guest's own, in bytes: QEMU itself, translated code, page tables. */
  readonly ownMemory: number;
}

/**
 * The arguments that boot `run`: a guest with one serial line, to standard output, and nothing else. Pure.
 *
 * QEMU itself may start no program and change no priority (`-sandbox`).
 */
export function bootArguments(board: QemuBoard, run: MachineWords): string[] {
  return [
    ...guestArguments(board, run.memory),
    ...["-serial", "stdio", "-monitor", "none"],
    ...["-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"],
    ...["-kernel", image, "-initrd", initramfs, "-append", kernelWords(board.arch, run)],
  ];
}

/** What decides how the guest is made. */
function guestArguments({ arch, accelerator, smp }: QemuBoard, memory: number): string[] {
  const { machine, cpu } = qemuArchitectures[arch];
  return [
    ...["-machine", machine, "-accel", accelerator, "-cpu", cpu, "-smp", `${smp}`],
    ...["-m", `size=${Math.ceil(memory / 1024)}K`],
    ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"],
  ];
}

/**
 * The words of the kernel's command line; the user's come first, so that ours win.
 *
 * - `panic=-1`: a panic restarts at once, which ends QEMU (`-no-reboot`); so does our init, since a kernel
 *   without ACPI can restart and cannot power off.
 * - `nokaslr`: addresses are those of `vmlinux`.
 */
function kernelWords(arch: QemuArch, run: MachineWords): string {
  return [
    ...run.cmdline.split(/\s+/).filter((word) => word !== ""),
    `console=${qemuArchitectures[arch].terminal}`,
    ...["panic=-1", "loglevel=8", "nokaslr"],
    ...[`FIRSTBAD_SECONDS=${run.seconds}`, "FIRSTBAD_END=restart"],
  ].join(" ");
}

/** The sandboxed process that boots `run`. Pure. */
export function qemuProcess(board: QemuBoard, run: MachineRun): ProcessSpec {
  return {
    command: qemuArchitectures[board.arch].program,
    args: bootArguments(board, run),
    env: { HOME: "/tmp" },
    stdout: { kind: "file", path: run.console },
    stderr: { kind: "capture", limit: 64 * 1024 },
    deadline: run.deadline,
    sandbox: {
      mounts: [
        { host: run.image, inside: image, writable: false },
        { host: run.initramfs, inside: initramfs, writable: false },
      ],
      ...(board.accelerator === "kvm" ? { devices: ["/dev/kvm"] } : {}),
      tmpBytes: 16 * mebibyte,
      shmBytes: 16 * mebibyte,
    },
    limits: { memoryBytes: run.memory + board.ownMemory, fileBytes: 1024 * mebibyte },
  };
}
