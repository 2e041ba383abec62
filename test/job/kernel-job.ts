import type { Job, KernelJob } from "../../src/job/schema.ts";

/** `job`, which must bisect a kernel. */
export function kernelJob(job: Job): KernelJob {
  if (job.kind !== "kernel") throw new Error(`a job of a ${job.kind}`);
  return job;
}
