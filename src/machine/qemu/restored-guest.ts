import { randomBytes, randomInt } from "node:crypto";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessResult } from "../../process/process.ts";
import { runProcess } from "../../process/run.ts";
import type { MachineRun } from "../machine.ts";
import type { Guest } from "../watched-run.ts";
import { type QemuBoard, restoredProcess } from "./command.ts";
import { deliveryOf, wordFor } from "./delivery.ts";
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
        const path = join(folder, "input");
        const { booted, console, late } = snapshot;
        const word = {
          pause: randomInt(longestPause + 1),
          seed: randomBytes(32),
          ...(request.reach && { reach: request.reach }),
        };
        await writeFile(
          path,
          late && request.late ? deliveryOf(word, request.late, request.seconds) : wordFor(word),
        );
        await writeFile(request.console, console);
        const run = { ...booted, console: request.console, deadline: request.deadline };
        const over = late ? "port" : "console";
        const spec = restoredProcess(board, run, snapshot.folder, { path, over });
        return await startedInTime(request.console, console.length, signal, (ending) =>
          runProcess({ ...spec, signal: ending }),
        );
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
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
