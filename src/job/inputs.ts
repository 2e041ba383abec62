import { withTakenFiles } from "./machine-paths.ts";
import { isBaseline } from "./minimize.ts";
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
  const { c, shell, program, syz } = job.reproducer;
  const { minimize } = job;
  return {
    ...job,
    ...(isBaseline(minimize) && {
      minimize: { ...minimize, baseline: change(minimize.baseline) },
    }),
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
      ...(program === undefined ? {} : { program: change(program) }),
      ...(syz === undefined ? {} : { syz: change(syz) }),
    },
    machine: withTakenFiles(job.machine, change),
  };
}

function programPaths(job: ProgramJob, change: (path: string) => string): ProgramJob {
  return { ...job, program: { ...job.program, files: job.program.files.map(change) } };
}
