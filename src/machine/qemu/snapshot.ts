import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { GuestMarkers } from "../../crash/guest-markers.ts";
import { type Conversation, converse } from "../../process/conversation.ts";
import {
  type BootedRun,
  type QemuBoard,
  savingCommands,
  savingProcess,
  snapshotFiles,
} from "./command.ts";

/** Milliseconds between two looks at what a guest, or QEMU, has come to. */
const lookEvery = 20;
/** Seconds for an answer of QEMU's, and for all of the saving. */
const answerSeconds = 20;
/** Most bytes of a boot's console: one that floods it is not worth saving. */
const longestBoot = 4 * 1024 ** 2;

/** What came of a boot that was to be saved. */
export type Saved =
  /** The console up to there. */
  | { readonly kind: "saved"; readonly console: Buffer }
  /** It has no port that a reproducer could come through, and none in its initramfs. */
  | { readonly kind: "portless" }
  /** It did not come so far in its time. */
  | { readonly kind: "hung" }
  | { readonly kind: "failed" };

const failed: Saved = { kind: "failed" };

/**
 * Boots `run` until all is ready for its reproducer, for at most `seconds`, and saves that to the empty folder
 * `folder`; `failed` where the guest ends before, or cannot be saved. Throws what `runProcess` throws.
 */
export async function saveBooted(
  board: QemuBoard,
  run: BootedRun,
  folder: string,
  seconds: number,
  signal: AbortSignal,
): Promise<Saved> {
  const console = join(folder, snapshotFiles.console);
  // The guest's console is QEMU's to write; this makes sure that it is there to be read.
  await (await open(console, "w")).close();
  const qemu = converse(savingProcess(board, run, folder));
  try {
    if (!(await said(qemu, savingCommands.begin, signal))) return await neverBegun(qemu);
    const ready = await waits(qemu, console, seconds, signal);
    if (ready !== "waiting") return { kind: ready };
    for (const command of [savingCommands.ignoreShared, savingCommands.save]) {
      if (!(await said(qemu, command, signal))) return failed;
    }
    if (!(await saved(qemu, signal))) return failed;
    return { kind: "saved", console: await readFile(console) };
  } finally {
    await qemu.close();
  }
}

/** `failed`, or the failure of a program that could not even be started. */
async function neverBegun(qemu: Conversation): Promise<Saved> {
  await qemu.close();
  await qemu.ended;
  return failed;
}

/** Whether QEMU did as it was told. */
async function said(qemu: Conversation, text: string, signal: AbortSignal): Promise<boolean> {
  return (await answer(qemu, text, signal))?.includes('"return"') ?? false;
}

/** Its answer: what comes beside are events and its greeting. */
async function answer(
  qemu: Conversation,
  text: string,
  signal: AbortSignal,
): Promise<string | null> {
  const isLast = (line: string) => line.startsWith('{"return"') || line.startsWith('{"error"');
  const lines = await qemu.ask({ text, isLast, deadline: answerSeconds, signal });
  return lines?.at(-1) ?? null;
}

/** Whether our init came to wait in time, or what for it does not. */
async function waits(
  qemu: Conversation,
  console: string,
  seconds: number,
  signal: AbortSignal,
): Promise<"waiting" | "portless" | "hung" | "failed"> {
  const markers = new GuestMarkers();
  const until = performance.now() + seconds * 1000;
  const file = await open(console);
  try {
    for (let offset = 0; offset < longestBoot; ) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, offset);
      markers.push(buffer.subarray(0, bytesRead));
      offset += bytesRead;
      if (markers.progress.waiting) return "waiting";
      if (markers.progress.portless) return "portless";
      if (!qemu.open || signal.aborted) return "failed";
      if (performance.now() > until) return "hung";
      if (bytesRead === 0) await delay(lookEvery);
    }
    return "failed";
  } finally {
    await file.close();
  }
}

/** Whether QEMU came to the end of saving. */
async function saved(qemu: Conversation, signal: AbortSignal): Promise<boolean> {
  const until = performance.now() + answerSeconds * 1000;
  while (performance.now() < until) {
    const status = /"status": "(\w+)"/.exec((await answer(qemu, savingCommands.ask, signal)) ?? "");
    if (status === null || status[1] === "failed") return false;
    if (status[1] === "completed") return true;
    await delay(lookEvery);
  }
  return false;
}
