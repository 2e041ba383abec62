import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { type Cap, capConsole, keptPieces } from "../crash/console-cap.ts";
import { readConsole } from "../crash/read.ts";
import { Failure } from "../failure/failure.ts";
import type { ProcessResult } from "../process/process.ts";
import { ConsoleFile } from "./console-file.ts";
import { endingOf } from "./ending.ts";
import { asDiskFailure, refuseFullDisk } from "./host-trouble.ts";
import type { MachineResult } from "./machine.ts";
import { type Reached, type ReachProbe, reachedIn } from "./reach.ts";
import { RunWatch, type StopReason } from "./run-watch.ts";

const mebibyte = 1024 ** 2;
/** Milliseconds between two looks at a console: well below what a boot takes, and cheap. */
const lookEvery = 20;

/** Bounds of a console, in bytes. */
export interface ConsoleBounds {
  /** Console that counts as flooded; default 64 MiB. */
  readonly consoleLimit?: number;
  /** What is kept of a longer console; default 1 MiB and 3 MiB. */
  readonly cap?: Cap;
}

/** `given`, with the usual bounds where it has none. */
export function consoleBoundsOf({ consoleLimit, cap }: ConsoleBounds): Required<ConsoleBounds> {
  return {
    consoleLimit: consoleLimit ?? 64 * mebibyte,
    cap: cap ?? { head: mebibyte, tail: 3 * mebibyte },
  };
}

/** A guest that writes its console to a file while it runs. */
export interface Guest {
  /** The file, which is there and empty when the guest starts. */
  readonly console: string;
  /** See {@link RunWatch}: what tells its words from those of others on the same console. */
  readonly token?: string;
  /** Starts it and waits for its end, which comes at once where `signal` fires. */
  start(signal: AbortSignal): Promise<ProcessResult>;
  /** What it was told to look for. */
  readonly reach?: ReachProbe | undefined;
  /** What was seen of that from outside, once it has ended; absent: our init says it. */
  readonly reached?: () => Reached | null;
  /** Throws where it ended because of this host; `silent`: not one byte came from it. */
  refuseHostTrouble(result: ProcessResult, silent: boolean): void;
}

/**
 * Runs a guest, stops it as soon as its console has said enough, reads the crashes out of that, caps it,
 * and says how the run ended. `signal` ends it too, and is `interrupted` then; errors of the file system
 * become `disk-full` or `machine-infrastructure`.
 */
export async function watchedRun(
  guest: Guest,
  given: ConsoleBounds,
  signal: AbortSignal,
): Promise<MachineResult> {
  const bounds = consoleBoundsOf(given);
  const file = await createConsole(guest.console);
  try {
    const watch = new RunWatch(bounds.consoleLimit, guest.token ?? null);
    const begin = performance.now() / 1000;
    const { result, stop } = await followed(guest, signal, bounds.consoleLimit, file, watch);
    if (result.ending === "aborted" && stop === null) throw interrupted();
    guest.refuseHostTrouble(result, watch.bytes === 0);
    const concluded = await conclude(guest, bounds, file, watch, result, stop);
    return watch.booted === null ? concluded : { ...concluded, bootSeconds: watch.booted - begin };
  } catch (error) {
    throw asDiskFailure(guest.console, error);
  } finally {
    await file.close();
  }
}

async function createConsole(path: string): Promise<ConsoleFile> {
  try {
    await mkdir(dirname(path), { recursive: true });
    return await ConsoleFile.create(path);
  } catch (error) {
    throw asDiskFailure(path, error);
  }
}

/** Runs the guest and stops it as soon as its console has said enough. */
async function followed(
  guest: Guest,
  signal: AbortSignal,
  limit: number,
  file: ConsoleFile,
  watch: RunWatch,
): Promise<{ result: ProcessResult; stop: StopReason | null }> {
  const stopping = new AbortController();
  const ended = new AbortController();
  const watching = followConsole(file, watch, limit, stopping, ended.signal);
  // Should it fail while the kernel still runs, the kernel is stopped and the error comes out below.
  watching.catch(() => stopping.abort());
  try {
    const result = await guest.start(AbortSignal.any([signal, stopping.signal]));
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
  { console, reach, reached: seen }: Guest,
  bounds: Required<ConsoleBounds>,
  file: ConsoleFile,
  watch: RunWatch,
  result: ProcessResult,
  stop: StopReason | null,
): Promise<MachineResult> {
  const whole = await file.whole(bounds.consoleLimit + bounds.cap.tail);
  const crashes = readConsole(whole);
  const stopped = stop ?? (result.ending === "deadline" ? "deadline" : null);
  const ending = endingOf({ bytes: whole.length, progress: watch.progress, crashes, stopped });
  if (ending !== "clean" && ending !== "crashed") await refuseFullDisk(console);

  const reports = crashes.map(({ start, reportEnd: end }) => ({ start, end }));
  const pieces = keptPieces(whole.length, reports, bounds.cap);
  const truncated = pieces.length > 1;
  const told = seen?.() ?? (reach === undefined ? null : reachedIn(whole, reach));
  const reached = ending === "clean" ? told : null;
  const { bytes, place } = capConsole(whole, pieces);
  if (truncated) await writeFile(console, bytes);
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
    ...(reached !== null && { reached }),
  };
}

function interrupted(): Failure {
  return new Failure("interrupted", "interrupted while a machine ran", { hint: "resume" });
}
