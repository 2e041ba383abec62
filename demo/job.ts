import { join } from "node:path";

/**
 * A job file's content for the demo's bug in the history `repository`, shown by the C file `reproducer`: that
 * of `firstbad.yaml`, but for a number of runs, which policies have of their own.
 */
export function demoJob(repository: string, reproducer: string) {
  return {
    version: 1,
    kernel: {
      repo: repository,
      crashes: "master",
      config: { base: "allnoconfig", fragments: [join(import.meta.dirname, "kernel/uml.config")] },
      arch: "um",
    },
    reproducer: { c: reproducer, seconds: 5 },
    machine: { type: "uml", memory: "96M" },
  };
}
