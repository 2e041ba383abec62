import type { ProcessSpec } from "../../process/process.ts";
import type { Mount } from "../../process/sandbox.ts";
import type { MachineRun, MachineWords } from "../machine.ts";
import type { Accelerator } from "./accelerator.ts";
import { type QemuArch, qemuArchitectures } from "./architectures.ts";
import type { DiskImage } from "./disk-image.ts";

const mebibyte = 1024 ** 2;

/** What QEMU may write to a file beside its guest's memory: consoles, and what the guest writes to its disk. */
const writable = 4 * 1024 * mebibyte;

/** Where the sandbox shows the files of a run. */
const inside = {
  image: "/machine/kernel",
  initramfs: "/machine/initramfs",
  console: "/machine/console",
  input: "/machine/input",
  snapshot: "/machine/snapshot",
  disk: "/machine/disk",
  scratch: "/machine/scratch",
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
  readonly disk?: AttachedDisk;
}

/** The user's disk, which is only read. */
export interface AttachedDisk extends DiskImage {
  /** The device with its root file system, as the guest names it; absent: it looks for one. */
  readonly root?: string;
  /** Where what a guest writes to it goes: an empty folder of the host, for this run alone; null: memory. */
  readonly scratch: string | null;
}

/** A process but for what it is called with, and what it reads and prints. */
type Confined = Pick<ProcessSpec, "command" | "env" | "stderr" | "sandbox" | "limits">;

/** What of a run decides what has booted when our init waits; no seconds: they are told with the word. */
export interface BootedRun extends Omit<MachineWords, "seconds"> {
  readonly image: string;
  readonly initramfs: string;
  readonly seconds: number | null;
}

/**
 * The arguments that boot `run`: a guest with one serial line, to standard output, a port that brings nothing
 * (those that are restored have one that does), and the user's disk, where there is one. Pure.
 *
 * QEMU itself may start no program and change no priority (`-sandbox`).
 */
export function bootArguments(board: QemuBoard, run: MachineWords): string[] {
  return [
    ...guestArguments(board, run.memory, []),
    ...silentPort,
    ...kernelArguments(board, run, []),
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
      ...silentPort,
      ...kernelArguments(board, run, ["FIRSTBAD_WAIT=1"]),
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
      ...silentPort,
      ...kernelArguments(board, run, ["FIRSTBAD_WAIT=1"]),
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

/** What goes into a guest that goes on: over the console, or over the port, where it brings the reproducer. */
export interface RestoredInput {
  /** File of the host. */
  readonly path: string;
  readonly over: "console" | "port";
}

/**
 * The process that goes on from the snapshot in `folder`, and takes `input`. What it is told is written at
 * once: QEMU takes one command after the other, and runs when the state is read. Pure.
 */
export function restoredProcess(
  board: QemuBoard,
  run: BootedRun & Pick<MachineRun, "console" | "deadline">,
  folder: string,
  input: RestoredInput,
): ProcessSpec {
  // The command line knows no file to read from (QEMU 7.2); the protocol does. A port takes no other end
  // later on, and so is added with the right one; nor does the serial line of some machines.
  const from = (end: RestoredInput["over"]) => (input.over === end ? inside.input : "/dev/null");
  const file = (data: object) => ({ type: "file", data });
  const console = { out: inside.console, in: inside.input, append: true };
  const line = input.over === "console" ? "null" : `file,path=${inside.console},append=on`;
  const uri = `exec:cat ${inside.snapshot}/${snapshotFiles.state}`;
  return {
    ...confined(board, run, [
      { host: folder, inside: inside.snapshot, writable: true },
      { host: run.console, inside: inside.console, writable: true },
      { host: input.path, inside: inside.input, writable: false },
    ]),
    args: [
      ...guestArguments(board, run.memory, mappedMemory(run.memory, "off")),
      ...kernelArguments(board, run, ["FIRSTBAD_WAIT=1"]),
      ...["-chardev", `${line},id=console`, "-serial", "chardev:console"],
      ...["-qmp", "stdio", "-incoming", "defer"],
    ],
    stdin: [
      qmp("qmp_capabilities"),
      capabilities(),
      ...(input.over === "console"
        ? [qmp("chardev-change", { id: "console", backend: file(console) })]
        : []),
      qmp("chardev-add", { id: "port", backend: file({ out: "/dev/null", in: from("port") }) }),
      qmp("device_add", port),
      qmp("migrate-incoming", { uri }),
    ].join(""),
    stdout: { kind: "capture", limit: 64 * 1024 },
    deadline: run.deadline,
  };
}

/** What a reproducer comes through: `open_port` of `delivery.c` looks for it. */
const port = { driver: "virtserialport", nr: 1, name: "firstbad", chardev: "port" } as const;

/** The port, as long as nothing comes through it. */
const silentPort = [
  ...["-chardev", "null,id=port"],
  ...["-device", `${port.driver},nr=${port.nr},name=${port.name},chardev=${port.chardev}`],
];

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
  { arch, accelerator, smp, disk }: QemuBoard,
  memory: number,
  mapped: readonly string[],
): string[] {
  const { machine, cpu } = qemuArchitectures[arch];
  const board = mapped.length > 0 ? `${machine},memory-backend=memory` : machine;
  return [
    ...["-machine", board, "-accel", accelerator, "-cpu", cpu, "-smp", `${smp}`],
    ...["-m", `size=${mebibytes(memory)}M`, ...mapped],
    ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"],
    ...["-device", "virtio-serial"],
    ...(disk === undefined ? [] : diskArguments(disk)),
  ];
}

/**
 * The user's disk: what is written to it goes to a file of this run (`snapshot`), which QEMU makes below
 * `TMPDIR` and removes at once. Its format is told, never guessed: what a guest writes decides nothing.
 */
function diskArguments({ format }: AttachedDisk): string[] {
  const drive = `if=none,id=disk,file=${inside.disk},format=${format},snapshot=on`;
  return ["-drive", drive, "-device", "virtio-blk,drive=disk"];
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
function kernelArguments(
  { arch, disk }: QemuBoard,
  run: Pick<BootedRun, "cmdline" | "seconds">,
  more: readonly string[],
): string[] {
  const words = [
    ...(disk?.root === undefined ? [] : [`root=${disk.root}`]),
    ...run.cmdline.split(/\s+/).filter((word) => word !== ""),
    `console=${qemuArchitectures[arch].terminal}`,
    ...["panic=-1", "loglevel=8", "nokaslr"],
    ...(run.seconds === null ? [] : [`FIRSTBAD_SECONDS=${run.seconds}`]),
    ...["FIRSTBAD_END=restart", ...(disk === undefined ? [] : ["FIRSTBAD_DISK=1"]), ...more],
  ];
  return ["-kernel", inside.image, "-initrd", inside.initramfs, "-append", words.join(" ")];
}

/** The program in its sandbox, without network, and its bounds. */
function confined(
  { arch, accelerator, ownMemory, disk }: QemuBoard,
  run: Pick<BootedRun, "image" | "initramfs" | "memory">,
  mounts: readonly Mount[],
): Confined {
  return {
    command: qemuArchitectures[arch].program,
    env: {
      HOME: "/tmp",
      ...(disk !== undefined && { TMPDIR: disk.scratch === null ? "/tmp" : inside.scratch }),
    },
    stderr: { kind: "capture", limit: 64 * 1024 },
    sandbox: {
      mounts: [
        { host: run.image, inside: inside.image, writable: false },
        { host: run.initramfs, inside: inside.initramfs, writable: false },
        ...(disk === undefined
          ? []
          : [
              { host: disk.path, inside: inside.disk, writable: false },
              ...(disk.scratch === null
                ? []
                : [{ host: disk.scratch, inside: inside.scratch, writable: true }]),
            ]),
        ...mounts,
      ],
      ...(accelerator === "kvm" ? { devices: ["/dev/kvm"] } : {}),
      tmpBytes: (disk?.scratch === null ? 1024 : 16) * mebibyte,
      shmBytes: 16 * mebibyte,
    },
    limits: { memoryBytes: run.memory + ownMemory, fileBytes: run.memory + writable },
  };
}
