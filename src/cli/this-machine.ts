import { availableParallelism, hostname } from "node:os";
import type { Host } from "../event/index.ts";
import type { LocalLabOptions } from "../lab/local-lab.ts";
import { sandboxAvailability } from "../process/sandbox-available.ts";
import { foldersOf } from "./folders.ts";

/** This machine, for the events. */
export async function thisHost(): Promise<Host> {
  const { available } = await sandboxAvailability();
  const cpus = availableParallelism();
  return { name: hostname(), node: process.version, cpus, sandbox: available };
}

/** How much of it a lab uses: as the flags say, else one build and as many machines as processors. */
export function labOptions(
  flags: { readonly jobs?: number; readonly machines?: number },
  host: Host,
): LocalLabOptions {
  return {
    cache: foldersOf(process.env).cache,
    builds: flags.jobs ?? 1,
    runs: flags.machines ?? host.cpus,
    sandbox: host.sandbox,
  };
}
