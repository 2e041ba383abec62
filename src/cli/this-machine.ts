import { availableParallelism, hostname } from "node:os";
import type { Host } from "../event/index.ts";
import type { Job, KernelJob } from "../job/schema.ts";
import { needsHost } from "../lab/machine-of.ts";
import type { LabOptions } from "../lab/open-lab.ts";
import { sandboxAvailability } from "../process/sandbox-available.ts";
import { foldersOf } from "./folders.ts";

/**
 * This machine, for the events. `allowHost`: what of the job runs as the user may; that it does is said
 * aloud. A kernel is built in the sandbox whatever its machine may do.
 */
export async function thisHost(job: Job, allowHost: boolean): Promise<Host> {
  const onHost = allowHost && (job.kind === "program" ? programWarning : machineWarning(job));
  if (onHost) process.stderr.write(onHost);
  const { available } =
    onHost === programWarning ? { available: false } : await sandboxAvailability();
  const cpus = availableParallelism();
  return { name: hostname(), node: process.version, cpus, sandbox: available };
}

const programWarning =
  "warning: no sandbox: the program and its build run as you, with all that you may do on this machine\n";

/** Null where no program of the machine is the user's. */
function machineWarning(job: KernelJob): string | null {
  if (!needsHost(job)) return null;
  const what =
    job.machine.type === "ssh" ? "the board's programs run" : "the machine's program runs";
  return `warning: no sandbox: ${what} as you, with all that you may do on this machine\n`;
}

/** How much of it a lab uses: as the flags say, else one build and as many machines as processors. */
export function labOptions(
  flags: { readonly jobs?: number; readonly machines?: number; readonly allowHost?: boolean },
  host: Host,
): LabOptions {
  return {
    cache: foldersOf(process.env).cache,
    builds: flags.jobs ?? 1,
    runs: flags.machines ?? host.cpus,
    sandbox: host.sandbox,
    allowHost: flags.allowHost ?? false,
  };
}
