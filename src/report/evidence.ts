import type { BisectionEvent, EventOf, ProbeStage } from "../event/index.ts";
import { plainLine, type Summary, subjectOf, summaryOf } from "../syzbot/index.ts";
import { stepsIn } from "./explain.ts";
import { lentRuns } from "./lent.ts";
import { isOfKernel } from "./tags.ts";
import { idOf } from "./words.ts";

type Answer = EventOf<"probe-answered">["answers"][number];

/** What the runs of one commit said, and how to repeat one. */
export interface CommitEvidence
  extends Pick<
    Answer,
    "commit" | "kernel" | "verdict" | "crashed" | "clean" | "foreign" | "missing"
  > {
  readonly subject: string;
  readonly stage: ProbeStage;
  readonly label: string | null;
  /** How many of its runs another bisection made. */
  readonly lent: number;
  /** Of its kernel; null: it was not built. */
  readonly signature: string | null;
  readonly compiler: string | null;
  /** SHA-256 of what it was configured with; null: it is not known. */
  readonly config: string | null;
  /** The number of the step, as `firstbad explain` counts, and the command that repeats it; null: none does. */
  readonly step: number;
  readonly command: string | null;
}

/** The newest answer of each commit that was tested, in the order of first answers. */
export function evidenceIn(events: readonly BisectionEvent[]): readonly CommitEvidence[] {
  const summary = summaryOf(events);
  const steps = stepsIn(summary, events, null);
  const rows = new Map<string, CommitEvidence>();
  for (const [n, step] of steps.entries()) {
    if (step.kind !== "tested") continue;
    const { commit, kernel, verdict, crashed, clean, foreign, missing, stage, label } = step;
    const known = summary.kernels.get(kernel);
    const build = known?.build ?? null;
    rows.set(commit, {
      ...{ commit, kernel, verdict, crashed, clean, foreign, missing, stage, label },
      lent: lentRuns(summary, kernel),
      subject: subjectOf(summary, commit),
      signature: build?.kind === "built" ? build.signature : null,
      compiler: build?.compiler ?? null,
      config: known?.config ?? null,
      step: n + 1,
      command: isOfKernel(summary) ? byHandCommand(summary, n + 1) : null,
    });
  }
  return [...rows.values()];
}

/** The command that prints how to repeat a step by hand. */
export function byHandCommand(summary: Summary, step: number | "STEP"): string {
  return `firstbad reproduce ${plainLine(idOf(summary))} ${step}`;
}
