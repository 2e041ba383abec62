import { availableParallelism, hostname } from "node:os";
import type { Host } from "../event/index.ts";
import type { Job, KernelJob } from "../job/schema.ts";
import { needsHost } from "../lab/machine-of.ts";
import type { LabOptions } from "../lab/open-lab.ts";
import { sandboxAvailability } from "../process/sandbox-available.ts";

/**
 * This machine, for the events. `allowHost`: what of the job runs as the user may; that it does is said
 * aloud, to `warn`. A kernel is built in the sandbox whatever its machine may do.
 */
export async function hostFor(
  job: Job,
  allowHost: boolean,
  warn: (line: string) => void,
): Promise<Host> {
  const onHost = allowHost && (job.kind === "program" ? programWarning : machineWarning(job));
  if (onHost) warn(onHost);
  const { available } =
    onHost === programWarning ? { available: false } : await sandboxAvailability();
  const cpus = availableParallelism();
  return { name: hostname(), node: process.version, cpus, sandbox: available };
}

const programWarning =
  "warning: no sandbox: the program and its build run as you, with all that you may do on this machine";

/** Null where no program of the machine is the user's. */
function machineWarning(job: KernelJob): string | null {
  if (!needsHost(job)) return null;
  const what =
    job.machine.type === "ssh" ? "the board's programs run" : "the machine's program runs";
  return `warning: no sandbox: ${what} as you, with all that you may do on this machine`;
}

/** How much of it a lab uses: as is asked for, else one build and as many machines as processors. */
export function labOptionsFor(
  asked: { readonly jobs?: number; readonly machines?: number; readonly allowHost?: boolean },
  host: Host,
  cache: string,
): LabOptions {
  return {
    cache,
    builds: asked.jobs ?? 1,
    runs: asked.machines ?? host.cpus,
    sandbox: host.sandbox,
    allowHost: asked.allowHost ?? false,
  };
}
