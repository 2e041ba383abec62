import { randomBytes, randomInt } from "node:crypto";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessResult } from "../../process/process.ts";
import { runProcess } from "../../process/run.ts";
import type { MachineRun } from "../machine.ts";
import { type ReachProbe, reachWords } from "../reach.ts";
import type { Guest } from "../watched-run.ts";
import { type QemuBoard, restoredProcess } from "./command.ts";
import type { Snapshot } from "./snapshots.ts";

/** Longest pause before the reproducer, in milliseconds: many timer ticks, so that runs differ in them. */
const longestPause = 100;
/** Seconds in which a restored guest says its first word; reading its state takes a part of one. */
const firstWord = 15;

/** A guest that goes on from `snapshot`: its console begins with what was said before. */
export function restoredGuest(
  board: QemuBoard,
  request: MachineRun,
  snapshot: Snapshot,
  refuseHostTrouble: Guest["refuseHostTrouble"],
): Guest {
  return {
    console: request.console,
    reach: request.reach,
    refuseHostTrouble,
    async start(signal) {
      const folder = await mkdtemp(join(tmpdir(), "firstbad-restored-"));
      try {
        const input = join(folder, "input");
        await writeFile(
          input,
          wordFor(randomInt(longestPause + 1), randomBytes(32), request.reach),
        );
        await writeFile(request.console, snapshot.console);
        const spec = restoredProcess(board, request, snapshot.folder, input);
        return await startedInTime(request.console, snapshot.console.length, signal, (ending) =>
          runProcess({ ...spec, signal: ending }),
        );
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/**
 * What our init waits for: see `init.c`. The empty lines before it may be lost: QEMU's serial line takes a
 * byte before the state is read.
 */
export function wordFor(pause: number, seed: Buffer, reach?: ReachProbe): string {
  const look = reach === undefined ? "" : ` ${reachWords(reach)}`;
  return `\n\n\n\ngo ${pause} ${seed.toString("hex")}${look}\n`;
}

/** Runs it, and kills it where the console is no longer than `length` after a time. */
async function startedInTime(
  console: string,
  length: number,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<ProcessResult>,
): Promise<ProcessResult> {
  const silent = new AbortController();
  const look = () =>
    stat(console).then(
      ({ size }) => size <= length && silent.abort(),
      () => {},
    );
  const timer = setTimeout(look, firstWord * 1000);
  try {
    const result = await run(AbortSignal.any([signal, silent.signal]));
    // Not as if somebody had asked for it.
    return silent.signal.aborted ? { ...result, ending: "deadline" } : result;
  } finally {
    clearTimeout(timer);
  }
}
