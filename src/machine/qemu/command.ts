import type { ProcessSpec } from "../../process/process.ts";
import type { Mount } from "../../process/sandbox.ts";
import type { MachineRun, MachineWords } from "../machine.ts";
import type { Accelerator } from "./accelerator.ts";
import { type QemuArch, qemuArchitectures } from "./architectures.ts";

const mebibyte = 1024 ** 2;

/** Where the sandbox shows the files of a run. */
const inside = {
  image: "/machine/kernel",
  initramfs: "/machine/initramfs",
  console: "/machine/console",
  input: "/machine/input",
  snapshot: "/machine/snapshot",
  debugger: "/machine/debugger",
} as const;

/** The files of a snapshot, in its folder. */
export const snapshotFiles = {
  /** The guest's memory, mapped: shared while it boots, copied on write by each run. */
  memory: "memory",
  /** All else that the guest is: processors and devices. */
  state: "state",
  /** The console up to there. */
  console: "console",
} as const;

/** What a QEMU machine is made of, beside what a run brings. */
export interface QemuBoard {
  readonly arch: QemuArch;
  readonly accelerator: Accelerator["kind"];
  /** Processors of the guest. */
  readonly smp: number;
  /** Host memory beside the guest's own, in bytes: QEMU itself, translated code, page tables. */
  readonly ownMemory: number;
}

/** A process but for what it is called with, and what it reads and prints. */
type Confined = Pick<ProcessSpec, "command" | "env" | "stderr" | "sandbox" | "limits">;

/** What of a run a snapshot depends on. */
export type BootedRun = Omit<MachineRun, "console" | "deadline" | "mayRestore" | "reach">;

/**
 * The arguments that boot `run`: a guest with one serial line, to standard output, and nothing else. Pure.
 *
 * QEMU itself may start no program and change no priority (`-sandbox`).
 */
export function bootArguments(board: QemuBoard, run: MachineWords): string[] {
  return [
    ...guestArguments(board, run.memory, []),
    ...kernelArguments(board.arch, run, []),
    ...["-serial", "stdio", "-monitor", "none"],
    ...["-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"],
  ];
}

/** The sandboxed process that boots `run`. Pure. */
export function qemuProcess(board: QemuBoard, run: MachineRun): ProcessSpec {
  return {
    ...confined(board, run, []),
    args: bootArguments(board, run),
    stdout: { kind: "file", path: run.console },
    deadline: run.deadline,
  };
}

/** The name of the debugger's socket in its folder. */
export const debuggerSocket = "socket";

/**
 * The process that boots `run` until our init waits for a word on its standard input, and that a debugger can
 * speak to through a socket in `folder`. Pure.
 */
export function debuggedProcess(board: QemuBoard, run: MachineRun, folder: string): ProcessSpec {
  const socket = `unix:${inside.debugger}/${debuggerSocket},server=on,wait=off`;
  return {
    ...confined(board, run, [{ host: folder, inside: inside.debugger, writable: true }]),
    args: [
      ...guestArguments(board, run.memory, []),
      ...kernelArguments(board.arch, run, ["FIRSTBAD_WAIT=1"]),
      ...["-serial", "stdio", "-monitor", "none", "-gdb", socket],
      ...["-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"],
    ],
    stdout: { kind: "file", path: run.console },
    deadline: run.deadline,
  };
}

/**
 * The process that boots until our init waits, and is then saved to `folder`. Spoken to in QMP over its
 * standard streams. Pure.
 */
export function savingProcess(
  board: QemuBoard,
  run: BootedRun,
  folder: string,
): Confined & Pick<ProcessSpec, "args"> {
  const console = `file,id=console,path=${inside.snapshot}/${snapshotFiles.console}`;
  return {
    ...confined(board, run, [{ host: folder, inside: inside.snapshot, writable: true }]),
    args: [
      ...guestArguments(board, run.memory, mappedMemory(run.memory, "on")),
      ...kernelArguments(board.arch, run, ["FIRSTBAD_WAIT=1"]),
      ...["-chardev", console, "-serial", "chardev:console", "-qmp", "stdio"],
    ],
  };
}

/** What a saving QEMU is told, by and by. */
export const savingCommands = {
  begin: qmp("qmp_capabilities"),
  /** The memory's file has all of it already. */
  ignoreShared: capabilities(),
  save: qmp("migrate", { uri: `exec:cat >${inside.snapshot}/${snapshotFiles.state}` }),
  ask: qmp("query-migrate"),
} as const;

/**
 * The process that goes on from the snapshot in `folder`, and reads `input` from the console. What it is
 * told is written at once: QEMU takes one command after the other, and runs when the state is read. Pure.
 */
export function restoredProcess(
  board: QemuBoard,
  run: MachineRun,
  folder: string,
  input: string,
): ProcessSpec {
  // The command line knows no file to read from (QEMU 7.2); the protocol does.
  const files = { out: inside.console, in: inside.input, append: true };
  const backend = { type: "file", data: files };
  const uri = `exec:cat ${inside.snapshot}/${snapshotFiles.state}`;
  return {
    ...confined(board, run, [
      { host: folder, inside: inside.snapshot, writable: true },
      { host: run.console, inside: inside.console, writable: true },
      { host: input, inside: inside.input, writable: false },
    ]),
    args: [
      ...guestArguments(board, run.memory, mappedMemory(run.memory, "off")),
      ...kernelArguments(board.arch, run, ["FIRSTBAD_WAIT=1"]),
      ...["-chardev", "null,id=console", "-serial", "chardev:console"],
      ...["-qmp", "stdio", "-incoming", "defer"],
    ],
    stdin: [
      qmp("qmp_capabilities"),
      capabilities(),
      qmp("chardev-change", { id: "console", backend }),
      qmp("migrate-incoming", { uri }),
    ].join(""),
    stdout: { kind: "capture", limit: 64 * 1024 },
    deadline: run.deadline,
  };
}

function qmp(execute: string, given?: object): string {
  return `${JSON.stringify({ execute, ...(given && { arguments: given }) })}\n`;
}

function capabilities(): string {
  return qmp("migrate-set-capabilities", {
    capabilities: [{ capability: "x-ignore-shared", state: true }],
  });
}

/** What decides how the guest is made: the same for one that is saved and for those that go on from it. */
function guestArguments(
  { arch, accelerator, smp }: QemuBoard,
  memory: number,
  mapped: readonly string[],
): string[] {
  const { machine, cpu } = qemuArchitectures[arch];
  const board = mapped.length > 0 ? `${machine},memory-backend=memory` : machine;
  return [
    ...["-machine", board, "-accel", accelerator, "-cpu", cpu, "-smp", `${smp}`],
    ...["-m", `size=${mebibytes(memory)}M`, ...mapped],
    ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"],
  ];
}

function mappedMemory(memory: number, share: "on" | "off"): string[] {
  const path = `mem-path=${inside.snapshot}/${snapshotFiles.memory}`;
  const size = `size=${mebibytes(memory)}M`;
  return ["-object", `memory-backend-file,id=memory,${size},${path},share=${share}`];
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / mebibyte);
}

/**
 * The kernel, our initramfs, and the words of its command line; the user's come first, so that ours win.
 *
 * - `panic=-1`: a panic restarts at once, which ends QEMU (`-no-reboot`); so does our init, since a kernel
 *   without ACPI can restart and cannot power off.
 * - `nokaslr`: addresses are those of `vmlinux`.
 */
function kernelArguments(arch: QemuArch, run: MachineWords, more: readonly string[]): string[] {
  const words = [
    ...run.cmdline.split(/\s+/).filter((word) => word !== ""),
    `console=${qemuArchitectures[arch].terminal}`,
    ...["panic=-1", "loglevel=8", "nokaslr"],
    ...[`FIRSTBAD_SECONDS=${run.seconds}`, "FIRSTBAD_END=restart", ...more],
  ];
  return ["-kernel", inside.image, "-initrd", inside.initramfs, "-append", words.join(" ")];
}

/** The program in its sandbox, without network, and its bounds. */
function confined(
  { arch, accelerator, ownMemory }: QemuBoard,
  run: BootedRun,
  mounts: readonly Mount[],
): Confined {
  return {
    command: qemuArchitectures[arch].program,
    env: { HOME: "/tmp" },
    stderr: { kind: "capture", limit: 64 * 1024 },
    sandbox: {
      mounts: [
        { host: run.image, inside: inside.image, writable: false },
        { host: run.initramfs, inside: inside.initramfs, writable: false },
        ...mounts,
      ],
      ...(accelerator === "kvm" ? { devices: ["/dev/kvm"] } : {}),
      tmpBytes: 16 * mebibyte,
      shmBytes: 16 * mebibyte,
    },
    limits: { memoryBytes: run.memory + ownMemory, fileBytes: run.memory + 1024 * mebibyte },
  };
}
