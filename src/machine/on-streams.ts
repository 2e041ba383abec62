import type { ProcessSpec } from "../process/process.ts";

/** A machine's process without what only a run that is watched has: a file for its console, and a deadline. */
export function onStreams({ deadline: _, stdout: __, ...spec }: ProcessSpec): ProcessSpec {
  return spec;
}
