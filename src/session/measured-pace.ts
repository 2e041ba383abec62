import { join } from "node:path";
import { targetFacts } from "../bisection/target-facts.ts";
import type { BisectionEvent, EventOf, Host } from "../event/index.ts";
import type { Job } from "../job/schema.ts";
import { readFileJournal } from "../journal/file-journal.ts";
import { listBisections } from "../journal/store.ts";
import { busySeconds, summaryOf } from "../syzbot/index.ts";

/** How fast an earlier bisection went whose kernels and runs were like those of a job. */
export interface MeasuredPace {
  /** Its id. */
  readonly from: string;
  /** Wall seconds of a build, whole ones among them. */
  readonly build: number;
  /** Wall seconds of a run, with as many at once as there were. */
  readonly run: number;
  readonly runsOfKernel: number;
}

type Likeness = Pick<
  EventOf<"started">,
  "target" | "config" | "reproducer" | "arch" | "machine" | "policy" | "runs"
>;

/**
 * The pace of the newest bisection below `root` that has come to its end, with the configuration, reproducer, machine,
 * policy and runs of `job`, and that built kernels and ran them itself. Null: there is none, nothing was measured.
 */
export async function measuredPace(
  job: Job,
  { root, host }: { readonly root: string; readonly host: Host },
): Promise<MeasuredPace | null> {
  const { policy, runs = null } = job;
  const wanted = { ...(await targetFacts(job, host)), policy, runs };
  for (const id of (await listBisections(root)).toReversed()) {
    const events = await readFileJournal(join(root, id)).catch(() => []);
    const [started] = events;
    if (started?.kind !== "started" || started.goal !== undefined || !isLike(started, wanted)) {
      continue;
    }
    const pace = paceOf(events);
    if (pace !== null) return { from: id, ...pace };
  }
  return null;
}

function isLike(one: Likeness, other: Likeness): boolean {
  const keys = ["target", "config", "reproducer", "arch", "machine", "policy", "runs"] as const;
  return keys.every((key) => one[key] === other[key]);
}

function paceOf(events: readonly BisectionEvent[]): Omit<MeasuredPace, "from"> | null {
  const { builds, runs, kernels, concluded } = summaryOf(events);
  const counts = [...kernels.values()].map((kernel) => kernel.runs.length).filter((n) => n > 0);
  // One that was cut short says little of how many runs a kernel takes; kernels from a cache took no time.
  if (concluded === null || builds.length === 0 || runs.length === 0) return null;
  return {
    build: busySeconds(builds) / builds.length,
    run: busySeconds(runs) / runs.length,
    // Those that were lent count: they were needed.
    runsOfKernel: counts.reduce((sum, n) => sum + n, 0) / counts.length,
  };
}
