import { beginBisection, resolveEnds } from "../bisection/begin.ts";
import { knownBackports } from "../bisection/known-backports.ts";
import { openRepository } from "../history/repository.ts";
import { type Override, readJob } from "../job/read.ts";
import type { Job } from "../job/schema.ts";
import { targetOf } from "../job/target.ts";
import { openLab } from "../lab/open-lab.ts";
import { type BoundsFlags, boundsOverrides } from "./bounds-flags.ts";
import { foldersOf } from "./folders.ts";
import { type MachineFlags, machineOverrides, sayMachineNote } from "./machine-flags.ts";
import { planText } from "./plan.ts";
import { checkHashes, type GivenLog, jobFromLog, overridesFromLog } from "./replayed-log.ts";
import { driveToResult, type SessionFlags } from "./session.ts";
import { catchSignals, type Signals } from "./signals.ts";
import { checkedTerms, type TermFlags, termsOf } from "./terms.ts";
import { labOptions, thisHost } from "./this-machine.ts";
import { version } from "./version.ts";

/** Flags of `firstbad bisect`: those of a session, and those that go over the job file. */
export interface BisectFlags extends SessionFlags, TermFlags, BoundsFlags, MachineFlags {
  readonly repo?: string;
  readonly crashes?: string;
  readonly clean?: string;
  readonly policy?: string;
  readonly runs?: number;
  readonly confidence?: number;
  readonly firstParent?: boolean;
  /** The words behind `--`. */
  readonly paths?: readonly string[];
  /** Paths that the user suspects. */
  readonly suspect?: readonly string[];
  /** False: no fix is searched for what does not build or boot. */
  readonly repair?: boolean;
  /** False: no kernel is built without the culprit. */
  readonly revertCheck?: boolean;
  /** False: nothing is searched behind a culprit, or inside a merge. */
  readonly deeper?: boolean;
  readonly dryRun?: boolean;
  /** A program, or that of a machine, may run as the user, on this machine. */
  readonly allowHost?: boolean;
}

/**
 * `firstbad bisect [JOB]`: begins a bisection, where `log` ends if there is one, and drives it to its end.
 * Returns the exit code.
 */
export async function bisect(
  jobPath: string,
  flags: BisectFlags,
  log: GivenLog | null = null,
): Promise<number> {
  const signals = catchSignals();
  try {
    const fromLog = log === null ? [] : jobFromLog(log);
    const job = await readJob(jobPath, [...fromLog, ...overridesOf(flags)]);
    return await begin(job, flags, signals, log);
  } finally {
    signals.release();
  }
}

/** Begins a bisection of `job`, where `log` ends, and drives it to its end. Returns the exit code. */
export async function begin(
  job: Job,
  flags: BisectFlags,
  signals: Signals,
  log: GivenLog | null = null,
): Promise<number> {
  const terms = termsOf(flags) ?? (log?.known.terms ? checkedTerms(log.known.terms) : undefined);
  const host = await thisHost(job, flags.allowHost ?? false);
  const repository = await openRepository(targetOf(job).repo, { signal: signals.finish });
  if (log !== null) await checkHashes(log, repository, signals.finish);
  const { paths, suspect } = job;
  const wanted = { ...targetOf(job), paths, suspect };
  const ends = await resolveEnds(wanted, repository, signals.finish);
  const known = log && (await overridesFromLog(log, ends, repository, signals.finish));
  const options = labOptions(flags, host);
  if (flags.dryRun) {
    process.stdout.write(await planText(job, ends, repository, options, signals.finish));
    return 0;
  }
  if (!flags.quiet) await sayMachineNote(job, options.cache);
  const backports = await knownBackports(job, repository, signals.finish);
  const begun = await beginBisection({
    job,
    ends,
    root: foldersOf(process.env).bisections,
    tool: version,
    host,
    terms,
    known: known ?? [],
    backports,
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
    [["first-parent"], flags.firstParent],
    [["paths"], flags.paths?.length ? flags.paths : undefined],
    [["suspect"], flags.suspect],
    [["repair"], flags.repair],
    [["checks", "revert"], flags.revertCheck],
    [["checks", "deeper"], flags.deeper],
  ];
  return [
    ...given.flatMap(([path, value]) => (value === undefined ? [] : [{ path, value }])),
    ...boundsOverrides(flags),
    ...machineOverrides(flags),
  ];
}
