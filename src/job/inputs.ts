import type { Job } from "./schema.ts";

/** `job` with the path of each file that it names changed: its config or fragments, and its reproducer. */
export function withInputPaths(job: Job, change: (path: string) => string): Job {
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
  };
}
