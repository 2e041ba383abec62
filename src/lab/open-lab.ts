import { Failure } from "../failure/failure.ts";
import type { Job, KernelJob } from "../job/schema.ts";
import type { Lab } from "./lab.ts";
import { type LocalLabOptions, openLocalLab } from "./local-lab.ts";
import { needsHost } from "./machine-of.ts";
import { openProgramLab } from "./program-lab.ts";

/** How much of this machine a lab may use, where it keeps what it makes, and what it is allowed. */
export interface LabOptions extends LocalLabOptions {
  /** Programs may run as the user, on this machine: only where they said so. */
  readonly allowHost: boolean;
}

/**
 * A lab on this machine for `job`. `clean`: the clean end, where it is named. Throws what the kind of lab
 * throws, and `host-not-allowed` where a program of the user's would have to run without a sandbox.
 */
export async function openLab(
  job: Job,
  clean: string | null,
  options: LabOptions,
  signal: AbortSignal,
): Promise<Lab> {
  switch (job.kind) {
    case "kernel":
      if (needsHost(job) && !options.allowHost) throw machineNotAllowed(job);
      return openLocalLab(job, options, signal);
    case "program":
      if (!options.sandbox && !options.allowHost) {
        throw new Failure("host-not-allowed", "there is no sandbox for the program to run in", {
          hint: "apt-get install bubblewrap, or --allow-host to run it as you, on this machine",
        });
      }
      return openProgramLab(job, {
        ...options,
        isolation: options.allowHost ? "host" : "sandbox",
        clean,
      });
    default:
      return job satisfies never;
  }
}

function machineNotAllowed({ machine: { type } }: KernelJob): Failure {
  const what = type === "ssh" ? "ssh and the board's programs" : "the machine's program";
  return new Failure("host-not-allowed", `${what} would run without a sandbox`, {
    facts: { machine: type },
    hint: "--allow-host runs them as you, on this machine; kernels are built in the sandbox all the same",
  });
}
