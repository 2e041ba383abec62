import type { Job } from "./schema.ts";

/** Where a job's commits are, and its two ends, whatever it bisects. */
export interface Target {
  /** Path of the git repository. */
  readonly repo: string;
  /** Names of commits, as the user gave them. */
  readonly crashes: string;
  readonly clean?: string | undefined;
  readonly head?: string | undefined;
  readonly cause?: string | undefined;
}

/** The target of `job`. */
export function targetOf(job: Job): Target {
  switch (job.kind) {
    case "kernel":
      return job.kernel;
    case "program":
      return job.program;
    default:
      return job satisfies never;
  }
}
