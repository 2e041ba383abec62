import { Failure } from "../failure/failure.ts";
import { notAProgram } from "../process/find-tool.ts";
import { runProcess } from "../process/run.ts";
import { refuseHostTrouble } from "./host-trouble.ts";
import type { Machine, MachineResult, MachineRun } from "./machine.ts";
import { onStreams } from "./on-streams.ts";
import { umlCommandLine, umlProcess } from "./uml-command.ts";
import { type ConsoleBounds, watchedRun } from "./watched-run.ts";

/** What a UML machine that cannot start may say, and what it needs. */
const needs = {
  said: /No space left on device|Cannot allocate memory|Operation not permitted|Permission denied|ptrace.*failed|Failed to (?:create|open|map|unmap)|error while loading shared libraries/i,
  message: "this host does not let a UML machine start",
  hint: "it needs ptrace, and programs in /dev/shm: see what it says above",
} as const;

/** Bounds of a UML machine, in bytes. */
export interface UmlOptions extends ConsoleBounds {
  /** Host memory beside the guest's own: the kernel's text, KASAN's shadow, page tables. Default 1 GiB. */
  readonly kernelMemory?: number;
}

/**
 * A machine that runs User Mode Linux kernels (`ARCH=um`): each run is a sandboxed process without
 * network and without the host's files, so any number may run at once.
 *
 * A run ends early when a crash is complete, or 5 s after its headline. Throws `interrupted`,
 * `sandbox-failed`, `tool-missing`, `out-of-memory`, `disk-full`, `killed` or `machine-infrastructure`.
 */
export function createUmlMachine(options: UmlOptions = {}): Machine {
  return {
    type: "uml",
    atOnce: null,
    note: async () => null,
    commandLine: async (run) => umlCommandLine(run),
    process: async (run, console) => {
      const spec = umlProcess(run, options.kernelMemory ?? 1024 ** 3, console);
      return console === "file" ? spec : onStreams(spec);
    },
    run: (request, signal) => runUml(request, signal, options),
    close: async () => {},
  };
}

async function runUml(
  request: MachineRun,
  signal: AbortSignal,
  options: UmlOptions,
): Promise<MachineResult> {
  const spec = umlProcess(request, options.kernelMemory ?? 1024 ** 3);
  try {
    return await watchedRun(
      {
        console: request.console,
        start: (ending) => runProcess({ ...spec, signal: ending }),
        refuseHostTrouble: (result, silent) => refuseHostTrouble(result, silent, needs),
      },
      options,
      signal,
    );
  } catch (error) {
    if (isNoProgram(error)) return neverStarted;
    throw error;
  }
}

/** A build may make a file that this host cannot run as a program at all: that is the kernel's fault. */
const neverStarted: MachineResult = {
  ending: "no-output",
  crashes: [],
  seconds: 0,
  consoleBytes: 0,
  truncated: false,
};

function isNoProgram(error: unknown): boolean {
  return error instanceof Failure && error.facts.why === notAProgram;
}
