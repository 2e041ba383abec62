import { withTakenFiles } from "./machine-paths.ts";
import type { Job, KernelJob, ProgramJob } from "./schema.ts";

/** `job` with the path of each file that it names changed. */
export function withInputPaths(job: Job, change: (path: string) => string): Job {
  switch (job.kind) {
    case "kernel":
      return kernelPaths(job, change);
    case "program":
      return programPaths(job, change);
    default:
      return job satisfies never;
  }
}

/** Its config or fragments, its reproducer, and the files of its machine. */
function kernelPaths(job: KernelJob, change: (path: string) => string): KernelJob {
  const { config } = job.kernel;
  const { c, shell } = job.reproducer;
  return {
    ...job,
    kernel: {
      ...job.kernel,
      config:
        typeof config === "string"
          ? change(config)
          : { ...config, fragments: config.fragments.map(change) },
    },
    reproducer: {
      ...job.reproducer,
      ...(c === undefined ? {} : { c: change(c) }),
      ...(shell === undefined ? {} : { shell: change(shell) }),
    },
    machine: withTakenFiles(job.machine, change),
  };
}

function programPaths(job: ProgramJob, change: (path: string) => string): ProgramJob {
  return { ...job, program: { ...job.program, files: job.program.files.map(change) } };
}
