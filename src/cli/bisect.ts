import { beginBisection, resolveEnds } from "../bisection/begin.ts";
import { openRepository } from "../history/repository.ts";
import { type Override, readJob } from "../job/read.ts";
import type { Job } from "../job/schema.ts";
import { targetOf } from "../job/target.ts";
import { openLab } from "../lab/open-lab.ts";
import { foldersOf } from "./folders.ts";
import { planText } from "./plan.ts";
import { driveToResult, type SessionFlags } from "./session.ts";
import { catchSignals, type Signals } from "./signals.ts";
import { hostWarning, labOptions, thisHost } from "./this-machine.ts";
import { version } from "./version.ts";

/** Flags of `firstbad bisect`: those of a session, and those that go over the job file. */
export interface BisectFlags extends SessionFlags {
  readonly repo?: string;
  readonly crashes?: string;
  readonly clean?: string;
  readonly policy?: string;
  readonly runs?: number;
  readonly confidence?: number;
  readonly dryRun?: boolean;
  /** A program runs as the user, on this machine. */
  readonly allowHost?: boolean;
}

/** `firstbad bisect [JOB]`: begins a bisection and drives it to its end. Returns the exit code. */
export async function bisect(jobPath: string, flags: BisectFlags): Promise<number> {
  const signals = catchSignals();
  try {
    return await begin(await readJob(jobPath, overridesOf(flags)), flags, signals);
  } finally {
    signals.release();
  }
}

/** Begins a bisection of `job` and drives it to its end. Returns the exit code. */
export async function begin(job: Job, flags: BisectFlags, signals: Signals): Promise<number> {
  const allowHost = job.kind === "program" && (flags.allowHost ?? false);
  if (allowHost) process.stderr.write(hostWarning);
  const host = await thisHost({ allowHost });
  const repository = await openRepository(targetOf(job).repo, { signal: signals.finish });
  const ends = await resolveEnds(targetOf(job), repository, signals.finish);
  const options = labOptions({ ...flags, allowHost }, host);
  if (flags.dryRun) {
    process.stdout.write(await planText(job, ends, repository, options, signals.finish));
    return 0;
  }
  const begun = await beginBisection({
    job,
    ends,
    root: foldersOf(process.env).bisections,
    tool: version,
    host,
    openLab: (taken) => openLab(taken, ends.clean?.hash ?? null, options, signals.finish),
  });
  return driveToResult({ ...begun, repository }, flags, signals);
}

function overridesOf(flags: BisectFlags): Override[] {
  const given: [readonly string[], unknown][] = [
    [["target", "repo"], flags.repo],
    [["target", "crashes"], flags.crashes],
    [["target", "clean"], flags.clean],
    [["policy"], flags.policy],
    [["runs"], flags.runs],
    [["confidence"], flags.confidence],
  ];
  return given.flatMap(([path, value]) => (value === undefined ? [] : [{ path, value }]));
}
