import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { type Cap, capConsole, keptPieces } from "../crash/console-cap.ts";
import { readConsole } from "../crash/read.ts";
import { Failure } from "../failure/failure.ts";
import { notAProgram } from "../process/find-tool.ts";
import type { ProcessResult } from "../process/process.ts";
import { runProcess } from "../process/run.ts";
import { ConsoleFile } from "./console-file.ts";
import { endingOf } from "./ending.ts";
import { asDiskFailure, refuseFullDisk, refuseHostTrouble } from "./host-trouble.ts";
import type { Machine, MachineResult, MachineRun } from "./machine.ts";
import { RunWatch, type StopReason } from "./run-watch.ts";
import { umlProcess } from "./uml-command.ts";

const mebibyte = 1024 ** 2;
/** Milliseconds between two looks at a console: well below what a boot takes, and cheap. */
const lookEvery = 20;

/** Bounds of a UML machine, in bytes. */
export interface UmlOptions {
  /** Console that counts as flooded; default 64 MiB. */
  readonly consoleLimit?: number;
  /** What is kept of a longer console; default 1 MiB and 3 MiB. */
  readonly cap?: Cap;
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
  const bounds: Required<UmlOptions> = {
    consoleLimit: options.consoleLimit ?? 64 * mebibyte,
    cap: options.cap ?? { head: mebibyte, tail: 3 * mebibyte },
    kernelMemory: options.kernelMemory ?? 1024 * mebibyte,
  };
  return { type: "uml", run: (request, signal) => runUml(request, signal, bounds) };
}

async function runUml(
  request: MachineRun,
  signal: AbortSignal,
  bounds: Required<UmlOptions>,
): Promise<MachineResult> {
  const file = await createConsole(request.console);
  try {
    const watch = new RunWatch(bounds.consoleLimit);
    const { result, stop } = await watchedRun(request, signal, bounds, file, watch);
    if (result.ending === "aborted" && stop === null) throw interrupted();
    refuseHostTrouble(result, watch.bytes === 0);
    return await conclude(request, bounds, file, watch, result, stop);
  } catch (error) {
    if (isNoProgram(error)) return neverStarted;
    throw asDiskFailure(request.console, error);
  } finally {
    await file.close();
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

async function createConsole(path: string): Promise<ConsoleFile> {
  try {
    await mkdir(dirname(path), { recursive: true });
    return await ConsoleFile.create(path);
  } catch (error) {
    throw asDiskFailure(path, error);
  }
}

/** Runs the kernel and stops it as soon as its console has said enough. */
async function watchedRun(
  request: MachineRun,
  signal: AbortSignal,
  bounds: Required<UmlOptions>,
  file: ConsoleFile,
  watch: RunWatch,
): Promise<{ result: ProcessResult; stop: StopReason | null }> {
  const stopping = new AbortController();
  const ended = new AbortController();
  const watching = followConsole(file, watch, bounds.consoleLimit, stopping, ended.signal);
  // Should it fail while the kernel still runs, the kernel is stopped and the error comes out below.
  watching.catch(() => stopping.abort());
  try {
    const spec = umlProcess(request, bounds.kernelMemory);
    const result = await runProcess({
      ...spec,
      signal: AbortSignal.any([signal, stopping.signal]),
    });
    ended.abort();
    return { result, stop: await watching };
  } finally {
    ended.abort();
    await watching.catch(() => {});
  }
}

/** Reads the console until the machine has ended; why it was stopped, where it was. */
async function followConsole(
  file: ConsoleFile,
  watch: RunWatch,
  limit: number,
  stopping: AbortController,
  ended: AbortSignal,
): Promise<StopReason | null> {
  let stop: StopReason | null = null;
  for (;;) {
    const last = ended.aborted;
    for (let chunk = await file.next(); chunk !== null; chunk = await file.next()) {
      watch.push(chunk, performance.now() / 1000);
      if (watch.bytes > limit) break;
    }
    if (last) return stop;
    stop ??= watch.stop(performance.now() / 1000);
    if (stop !== null) stopping.abort();
    await delay(lookEvery, undefined, { signal: ended }).catch(() => {});
  }
}

/** Reads the crashes out of the console, caps it, and says how the run ended. */
async function conclude(
  request: MachineRun,
  bounds: Required<UmlOptions>,
  file: ConsoleFile,
  watch: RunWatch,
  result: ProcessResult,
  stop: StopReason | null,
): Promise<MachineResult> {
  const whole = await file.whole(bounds.consoleLimit + bounds.cap.tail);
  const crashes = readConsole(whole);
  const stopped = stop ?? (result.ending === "deadline" ? "deadline" : null);
  const ending = endingOf({ bytes: whole.length, progress: watch.progress, crashes, stopped });
  if (ending !== "clean" && ending !== "crashed") await refuseFullDisk(request.console);

  const reports = crashes.map(({ start, reportEnd: end }) => ({ start, end }));
  const pieces = keptPieces(whole.length, reports, bounds.cap);
  const truncated = pieces.length > 1;
  const { bytes, place } = capConsole(whole, pieces);
  if (truncated) await writeFile(request.console, bytes);
  return {
    ending,
    crashes: crashes.map((crash) => ({
      ...crash,
      start: place(crash.start),
      end: place(crash.end),
      skip: place(crash.skip),
      reportEnd: place(crash.reportEnd),
    })),
    seconds: result.seconds,
    consoleBytes: whole.length,
    truncated,
  };
}

function interrupted(): Failure {
  return new Failure("interrupted", "interrupted while a machine ran", { hint: "resume" });
}
