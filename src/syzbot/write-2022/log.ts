import type { EventOf, ProbeStage } from "../../event/index.ts";
import type { Summary } from "../summary.ts";

/** What has been written so far, as far as later lines depend on it. */
export interface Log {
  readonly summary: Summary;
  /** What `git bisect` was started with, and whether its answer to the last command is still due. */
  git: { readonly bad: string; readonly good: readonly string[]; due: boolean } | null;
  /** A probe whose commit is still to be named: its subject is not known yet. */
  unannounced: Probe | null;
  /** The commit that was named last and has no test block yet. */
  announced: string | null;
  /** The commit that git chose while, for a fix, another is tested to find out whether this one can tell of it. */
  ahead: string | null;
  /** How many runs of each kernel stand in blocks; a kernel without a block has no entry. */
  readonly shown: Map<string, number>;
  /** The bug was seen to crash in less than half of the runs of a commit that has it. */
  flaky: boolean;
  /** The log is finished but for its crash, whose report is not known yet. */
  crashDue: boolean;
}

export type Probe = EventOf<"probe-chosen">;
export type Answer = EventOf<"probe-answered">["answers"][number];

/** True for what git would have chosen itself, so that its answer is recorded as a step of git's. */
export function isGitStep(log: Log, stage: ProbeStage): boolean {
  // Where trees part, the bug is looked for by other means than git's.
  if (stage === "merge-base" && isFix(log)) return false;
  const before = stage === "reproduce" || stage === "clean-end" || stage === "release";
  return log.git !== null && !before;
}

export function isFix({ summary }: Log): boolean {
  return summary.started?.find === "fix";
}
