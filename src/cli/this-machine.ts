import { availableParallelism, hostname } from "node:os";
import type { Host } from "../event/index.ts";
import type { LabOptions } from "../lab/open-lab.ts";
import { sandboxAvailability } from "../process/sandbox-available.ts";
import { foldersOf } from "./folders.ts";

/** What is said aloud before a program runs without a sandbox. */
export const hostWarning =
  "warning: no sandbox: the program and its build run as you, with all that you may do on this machine\n";

/** This machine, for the events; `allowHost`: what is run is not isolated. */
export async function thisHost({ allowHost }: { readonly allowHost?: boolean }): Promise<Host> {
  const { available } = allowHost ? { available: false } : await sandboxAvailability();
  const cpus = availableParallelism();
  return { name: hostname(), node: process.version, cpus, sandbox: available };
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
