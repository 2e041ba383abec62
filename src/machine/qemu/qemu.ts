import { Failure } from "../../failure/failure.ts";
import type { ProcessResult } from "../../process/process.ts";
import { runProcess } from "../../process/run.ts";
import { refuseHostTrouble } from "../host-trouble.ts";
import type { Machine, MachineRun } from "../machine.ts";
import { type ConsoleBounds, watchedRun } from "../watched-run.ts";
import { acceleratorNote, findAccelerator } from "./accelerator.ts";
import { type QemuArch, qemuArchitectures } from "./architectures.ts";
import { bootArguments, type QemuBoard, qemuProcess } from "./command.ts";

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
}

/**
 * A machine that runs kernels in QEMU: under KVM where guests really run under it, else emulated. Each run
 * is a sandboxed process without network and without the host's files, so any number may run at once.
 *
 * A run ends early when a crash is complete, or 5 s after its headline. Throws `interrupted`,
 * `sandbox-failed`, `tool-missing`, `out-of-memory`, `disk-full`, `killed` or `machine-infrastructure`.
 */
export function createQemuMachine(options: QemuOptions): Machine {
  return {
    type: "qemu",
    note: async () => acceleratorNote(await findAccelerator(options.arch)),
    async commandLine(words) {
      const board = await boardOf(options);
      return [qemuArchitectures[options.arch].program, ...bootArguments(board, words)];
    },
    async run(request, signal) {
      const board = await boardOf(options);
      return await watchedRun(coldGuest(board, request), options, signal);
    },
  };
}

async function boardOf({ arch, smp = 1, ownMemory = 1024 ** 3 }: QemuOptions): Promise<QemuBoard> {
  const { kind: accelerator } = await findAccelerator(arch);
  return { arch, accelerator, smp, ownMemory };
}

/** A guest that boots. */
function coldGuest(board: QemuBoard, request: MachineRun) {
  const spec = qemuProcess(board, request);
  return {
    console: request.console,
    start: (signal: AbortSignal) => runProcess({ ...spec, signal }),
    refuseHostTrouble: refuseQemuTrouble,
  };
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
