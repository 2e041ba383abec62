import type { Host } from "../event/index.ts";
import type { Job } from "../job/schema.ts";
import type { LabOptions } from "../lab/open-lab.ts";
import { hostFor, labOptionsFor } from "../session/this-machine.ts";
import { foldersOf } from "./folders.ts";

/** This machine, for the events; what runs as the user is said on standard error. */
export function thisHost(job: Job, allowHost: boolean): Promise<Host> {
  return hostFor(job, allowHost, (line) => process.stderr.write(`${line}\n`));
}

/** How much of it a lab uses, as the flags say, with the cache of this user. */
export function labOptions(
  flags: { readonly jobs?: number; readonly machines?: number; readonly allowHost?: boolean },
  host: Host,
): LabOptions {
  return labOptionsFor(flags, host, foldersOf(process.env).cache);
}
