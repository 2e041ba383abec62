import type { Readable } from "node:stream";
import { runProcess } from "../process/run.ts";
import type { Machine, MachineRun } from "./machine.ts";

/** Where somebody sits who talks to a guest. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  /** What they type. */
  readonly input: Readable;
  /** Shows them what is printed. */
  readonly output: (chunk: Buffer) => void;
}

/**
 * Boots what `run` says with its console at `terminal`, until the guest goes off or `signal` fires; false
 * where the machine has no console to type at. Throws what `runProcess` throws.
 */
export async function talkTo(
  machine: Machine,
  run: MachineRun,
  { input, output }: Terminal,
  signal: AbortSignal,
): Promise<boolean> {
  const spec = await machine.process(run, "streams");
  if (spec === null) return false;
  await runProcess({ ...spec, stdin: input, stdout: { kind: "handed", take: output }, signal });
  return true;
}
