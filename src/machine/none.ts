import { Failure } from "../failure/failure.ts";
import type { Machine } from "./machine.ts";

/**
 * The machine of a job whose kernels are built and never run. A run throws `job-invalid`.
 */
export function createNoMachine(): Machine {
  return {
    type: "none",
    atOnce: null,
    note: async () => null,
    commandLine: async () => [],
    process: async () => null,
    run: async () => {
      throw noMachine();
    },
    close: async () => {},
  };
}

/** What is wrong where a kernel is to be run and the job says nowhere. */
export function noMachine(): Failure {
  return new Failure("job-invalid", "the job has no machine to run kernels on", {
    hint: "say where they run: `machine: {type: uml}`, or as docs/job.md has it",
  });
}
