import { beginBisection, resolveEnds } from "../bisection/begin.ts";
import { openRepository } from "../history/repository.ts";
import { type Override, readJob } from "../job/read.ts";
import { openLocalLab } from "../lab/local-lab.ts";
import { foldersOf } from "./folders.ts";
import { planText } from "./plan.ts";
import { checkHashes, type GivenLog, jobFromLog, overridesFromLog } from "./replayed-log.ts";
import { driveToResult, type SessionFlags } from "./session.ts";
import { catchSignals } from "./signals.ts";
import { checkedTerms, type TermFlags, termsOf } from "./terms.ts";
import { labOptions, thisHost } from "./this-machine.ts";
import { version } from "./version.ts";

/** Flags of `firstbad bisect`: those of a session, and those that go over the job file. */
export interface BisectFlags extends SessionFlags, TermFlags {
  readonly repo?: string;
  readonly crashes?: string;
  readonly clean?: string;
  readonly policy?: string;
  readonly runs?: number;
  readonly confidence?: number;
  readonly firstParent?: boolean;
  /** The words behind `--`. */
  readonly paths: readonly string[];
  readonly dryRun?: boolean;
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
    const terms = termsOf(flags) ?? (log?.known.terms ? checkedTerms(log.known.terms) : undefined);
    const fromLog = log === null ? [] : jobFromLog(log);
    const job = await readJob(jobPath, [...fromLog, ...overridesOf(flags)]);
    const host = await thisHost();
    const repository = await openRepository(job.kernel.repo, { signal: signals.finish });
    if (log !== null) await checkHashes(log, repository, signals.finish);
    const ends = await resolveEnds(job, repository, signals.finish);
    const known = log && (await overridesFromLog(log, ends, repository, signals.finish));
    const options = labOptions(flags, host);
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
      terms,
      known: known ?? [],
      openLab: (taken) => openLocalLab(taken, options, signals.finish),
    });
    return await driveToResult({ ...begun, repository }, flags, signals);
  } finally {
    signals.release();
  }
}

function overridesOf(flags: BisectFlags): Override[] {
  const given: [readonly string[], unknown][] = [
    [["kernel", "repo"], flags.repo],
    [["kernel", "crashes"], flags.crashes],
    [["kernel", "clean"], flags.clean],
    [["policy"], flags.policy],
    [["runs"], flags.runs],
    [["confidence"], flags.confidence],
    [["first-parent"], flags.firstParent],
    [["paths"], flags.paths.length > 0 ? flags.paths : undefined],
  ];
  return given.flatMap(([path, value]) => (value === undefined ? [] : [{ path, value }]));
}
