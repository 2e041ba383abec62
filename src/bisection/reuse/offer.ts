import type { BisectionEvent, EventOf } from "../../event/index.ts";

type Run = EventOf<"run-finished">;

/** The runs of kernels of one signature. */
export interface RunsOfKernel {
  readonly commit: string;
  /** In the order in which they ended; those that were lent to it included. */
  readonly runs: Run[];
}

/**
 * All finished runs of a bisection by the signature of their kernels, whatever they ended with: to choose among them
 * would bend what they say. Kernels that were only built to try a configuration, or a change such as a revert, are left
 * out: their runs are no evidence of a commit.
 */
export function runsBySignature(
  events: readonly BisectionEvent[],
): ReadonlyMap<string, RunsOfKernel> {
  const commits = new Map<string, string>();
  const signatures = new Map<string, string>();
  const all = new Map<string, RunsOfKernel>();
  for (const event of events) {
    if (event.kind === "kernel-planned" && isItsCommit(event)) {
      commits.set(event.kernel, event.commit);
    } else if (event.kind === "kernel-built") {
      signatures.set(event.kernel, event.signature);
    } else if (event.kind === "run-finished") {
      const commit = commits.get(event.kernel);
      const signature = signatures.get(event.kernel) ?? "";
      if (commit === undefined || signature.length !== 64) continue;
      const known = all.get(signature) ?? { commit, runs: [] };
      all.set(signature, known);
      const { version: _, seq: __, at: ___, ...run } = event;
      known.runs.push(run);
    }
  }
  return all;
}

function isItsCommit({ purpose, change }: EventOf<"kernel-planned">): boolean {
  return purpose !== "minimise" && change === undefined;
}

/** Most kernels, and runs of one, that are lent. */
const mostKernels = 10_000;
const mostRuns = 500;

/** What the bisection `from` has to lend; null: nothing. */
export function offerOf(
  from: string,
  events: readonly BisectionEvent[],
  why: EventOf<"evidence-offered">["why"],
): EventOf<"evidence-offered"> | null {
  const kernels = [...runsBySignature(events)]
    .slice(0, mostKernels)
    .map(([signature, { commit, runs }]) => {
      return { signature, commit, runs: Math.min(runs.length, mostRuns) };
    });
  return kernels.length === 0 ? null : { kind: "evidence-offered", from, why, kernels };
}
