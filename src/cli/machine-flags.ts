import type { Override } from "../job/read.ts";
import type { Job } from "../job/schema.ts";
import { machineOf } from "../lab/machine-of.ts";

/** Flags that go over a job's `machine`. */
export interface MachineFlags {
  readonly cmdline?: string;
  readonly memory?: string;
  readonly smp?: number;
}

/** What they put in the place of what the job says. */
export function machineOverrides({ cmdline, memory, smp }: MachineFlags): Override[] {
  return Object.entries({ cmdline, memory, smp }).flatMap(([key, value]) =>
    value === undefined ? [] : [{ path: ["machine", key], value }],
  );
}

/** Says what is to be known of the job's machine before it is used, such as that it is slow here. */
export async function sayMachineNote(job: Job, cache: string): Promise<void> {
  if (job.kind !== "kernel") return;
  const note = await machineOf(job, cache).note();
  if (note !== null) process.stderr.write(`note: ${note}\n`);
}
