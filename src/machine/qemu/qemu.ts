import { appendFile, copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { Failure } from "../../failure/failure.ts";
import type { ProcessResult } from "../../process/process.ts";
import { runProcess } from "../../process/run.ts";
import { refuseHostTrouble } from "../host-trouble.ts";
import type { Machine, MachineResult, MachineRun } from "../machine.ts";
import { onStreams } from "../on-streams.ts";
import { type ConsoleBounds, type Guest, watchedRun } from "../watched-run.ts";
import { acceleratorNote, findAccelerator } from "./accelerator.ts";
import { type QemuArch, qemuArchitectures } from "./architectures.ts";
import { bootArguments, type QemuBoard, qemuProcess } from "./command.ts";
import { debuggedGuest } from "./debugged-guest.ts";
import { restoredGuest } from "./restored-guest.ts";
import { type Snapshot, Snapshots } from "./snapshots.ts";

/** What QEMU says where the host does not give it what it needs. */
const needs = {
  said: /cannot set up guest memory|Cannot allocate memory|No space left on device|Operation not permitted|Permission denied|failed to initialize|Could not (?:access|open)|error while loading shared libraries/i,
  message: "this host does not let QEMU start a machine",
  hint: "see what it says above; less memory for the guest (`machine.memory`) may do",
} as const;

/** What QEMU says of a file that it cannot load as a kernel: that is the file's fault. */
const noKernel =
  /could not load kernel|kernel too old|invalid kernel header|Error loading uncompressed kernel|unsupported kernel|could not load (?:PVH|multiboot)/i;

/** Which machine it is, and its bounds in bytes. */
export interface QemuOptions extends ConsoleBounds {
  readonly arch: QemuArch;
  /** Processors of the guest; default 1. */
  readonly smp?: number;
  /** Host memory beside the guest's own: QEMU itself, translated code, page tables. Default 1 GiB. */
  readonly ownMemory?: number;
  /** Folder for snapshots of booted guests, which firstbad processes share; absent: every run boots. */
  readonly snapshots?: string;
}

/**
 * A machine that runs kernels in QEMU: under KVM where guests really run under it, else emulated. Each run
 * is a sandboxed process without network and without the host's files, so any number may run at once.
 *
 * A run that may be restored goes on from a snapshot of the booted guest, which the first of them makes. A
 * kernel that cannot be saved, or does not come to its reproducer when restored, boots for each run, the
 * first time in what is left of the deadline.
 *
 * A run ends early when a crash is complete, or 5 s after its headline. Throws `interrupted`,
 * `sandbox-failed`, `tool-missing`, `out-of-memory`, `disk-full`, `killed` or `machine-infrastructure`.
 */
export function createQemuMachine(options: QemuOptions): Machine {
  const snapshots = options.snapshots === undefined ? null : new Snapshots(options.snapshots);
  return {
    type: "qemu",
    atOnce: null,
    note: async () => acceleratorNote(await findAccelerator(options.arch)),
    async commandLine(words) {
      const board = await boardOf(options);
      return [qemuArchitectures[options.arch].program, ...bootArguments(board, words)];
    },
    async process(run, console) {
      const spec = qemuProcess(await boardOf(options), run);
      return console === "file" ? spec : onStreams(spec);
    },
    async run(request, signal) {
      const board = await boardOf(options);
      if (request.reach?.by === "machine") {
        const guest = debuggedGuest(board, request, request.reach, refuseQemuTrouble);
        return watchedRun(guest, options, signal);
      }
      if (snapshots === null || !request.mayRestore) {
        return watchedRun(coldGuest(board, request), options, signal);
      }
      const began = performance.now();
      const restored = await restoredRun(board, request, snapshots, options, signal);
      if (restored !== null) return restored;
      // A kernel that hangs may have done so in vain already: both together have one deadline.
      const spent = (performance.now() - began) / 1000;
      const deadline = Math.max(request.seconds, request.deadline - spent);
      return watchedRun(coldGuest(board, { ...request, deadline }), options, signal);
    },
    close: async () => snapshots?.close(),
  };
}

async function boardOf({ arch, smp = 1, ownMemory = 1024 ** 3 }: QemuOptions): Promise<QemuBoard> {
  const { kind: accelerator } = await findAccelerator(arch);
  return { arch, accelerator, smp, ownMemory };
}

/** A guest that boots. */
function coldGuest(board: QemuBoard, request: MachineRun): Guest {
  return {
    console: request.console,
    reach: request.reach,
    start: (signal: AbortSignal) =>
      withArchive(request, (run) => runProcess({ ...qemuProcess(board, run), signal })),
    refuseHostTrouble: refuseQemuTrouble,
  };
}

/** Starts it with an initramfs of its own, where our init is told more than that of every run. */
async function withArchive(
  request: MachineRun,
  start: (run: MachineRun) => Promise<ProcessResult>,
): Promise<ProcessResult> {
  if (request.reach === undefined) return start(request);
  const folder = await mkdtemp(join(tmpdir(), "firstbad-initramfs-"));
  try {
    const initramfs = join(folder, "initramfs");
    await copyFile(request.initramfs, initramfs);
    await appendFile(initramfs, request.reach.archive);
    return await start({ ...request, initramfs });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A run from a snapshot, or null where it says nothing, which may be the snapshot's fault. */
function restoredRun(
  board: QemuBoard,
  request: MachineRun,
  snapshots: Snapshots,
  bounds: ConsoleBounds,
  signal: AbortSignal,
): Promise<MachineResult | null> {
  const boot = request.deadline - request.seconds;
  return snapshots.with(board, request, boot, signal, async (snapshot: Snapshot) => {
    const guest = restoredGuest(board, request, snapshot, refuseQemuTrouble);
    const result = await watchedRun(guest, bounds, signal);
    switch (result.ending) {
      case "clean":
      case "crashed":
      case "hung":
      case "flooded":
        return { ...result, restored: true };
      case "boot-failed":
      case "lost":
      case "no-output":
        return null;
      default:
        return result.ending satisfies never;
    }
  });
}

/**
 * Throws where QEMU ended because of this host. One that refuses the kernel's file, or dies while the
 * kernel runs, is an ending of the run: it may be what that kernel does to every QEMU.
 */
export function refuseQemuTrouble(result: ProcessResult, silent: boolean): void {
  refuseHostTrouble(result, silent, needs);
  const said = result.stderr.toString("utf8");
  if (!silent || result.exitCode !== 1 || noKernel.test(said)) return;
  throw new Failure("machine-infrastructure", `QEMU does not start: ${said.slice(0, 300).trim()}`, {
    facts: { said: said.slice(0, 2000) },
    hint: "what it says is about its own files or settings: see `firstbad doctor`",
  });
}
