import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { GuestMarkers } from "../../crash/guest-markers.ts";
import type { ProcessResult, ProcessSpec } from "../../process/process.ts";
import { runProcess } from "../../process/run.ts";
import type { MachineRun } from "../machine.ts";
import type { Reached, ReachProbe } from "../reach.ts";
import type { Guest } from "../watched-run.ts";
import type { QemuArch } from "./architectures.ts";
import { debuggedProcess, debuggerSocket, type QemuBoard } from "./command.ts";
import { Stub } from "./debugger/stub.ts";
import { Watch } from "./debugger/watch.ts";
import { wordFor } from "./delivery.ts";

/** Milliseconds between two looks at the console. */
const lookEvery = 20;

/** The number of the program counter in the stub's registers, and the bytes of an instruction to replace. */
const registers: ReadonlyMap<QemuArch, { readonly counter: number; readonly instruction: number }> =
  new Map([
    ["x86_64", { counter: 16, instruction: 1 }],
    ["arm64", { counter: 32, instruction: 4 }],
  ]);

/**
 * A guest that boots and whose functions QEMU's own debugger stub watches, from before its reproducer is
 * started on: our init waits until the breakpoints are there. Where the stub fails, the run goes on and tells
 * nothing.
 */
export function debuggedGuest(
  board: QemuBoard,
  request: MachineRun,
  probe: ReachProbe,
  refuseHostTrouble: Guest["refuseHostTrouble"],
): Guest {
  let reached: Reached | null = null;
  return {
    console: request.console,
    refuseHostTrouble,
    reached: () => reached,
    async start(signal) {
      const folder = await mkdtemp(join(tmpdir(), "firstbad-debugger-"));
      const ended = new AbortController();
      try {
        const stdin = new PassThrough();
        const spec: ProcessSpec = { ...debuggedProcess(board, request, folder), stdin, signal };
        const running = runProcess(spec).finally(() => ended.abort());
        const watching = watch(ended.signal, stdin).catch(() => null);
        const result: ProcessResult = await running;
        reached = await watching;
        return result;
      } finally {
        ended.abort();
        await rm(folder, { recursive: true, force: true });
      }

      async function watch(over: AbortSignal, stdin: PassThrough): Promise<Reached | null> {
        if (!(await comesToWait(request.console, over))) return null;
        const go = () => stdin.write(wordFor({ pause: 0, seed: Buffer.alloc(0) }));
        const known = registers.get(board.arch);
        if (known === undefined) {
          go();
          return null;
        }
        const { counter, instruction } = known;
        let stub: Stub;
        try {
          stub = await Stub.at(join(folder, debuggerSocket), over);
        } catch {
          go();
          return null;
        }
        const points = new Watch(stub, counter);
        await points.set(probe.addresses, instruction);
        // It is read when the guest goes on.
        go();
        await points.follow();
        if (!over.aborted) await new Promise((resolve) => over.addEventListener("abort", resolve));
        stub.close();
        return points.broken ? null : points.met;
      }
    },
  };
}

/** Whether our init comes to wait, before the guest is gone. */
async function comesToWait(console: string, over: AbortSignal): Promise<boolean> {
  const markers = new GuestMarkers();
  const file = await open(console);
  const chunk = Buffer.alloc(64 * 1024);
  try {
    for (let offset = 0; !over.aborted; ) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, offset);
      markers.push(chunk.subarray(0, bytesRead));
      offset += bytesRead;
      if (markers.progress.waiting) return true;
      if (bytesRead === 0) await delay(lookEvery, undefined, { signal: over }).catch(() => {});
    }
    return false;
  } finally {
    await file.close();
  }
}
