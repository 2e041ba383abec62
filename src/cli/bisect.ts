import { beginBisection, resolveEnds } from "../bisection/begin.ts";
import { knownBackports } from "../bisection/known-backports.ts";
import { wouldLend } from "../bisection/reuse/would-lend.ts";
import { Failure } from "../failure/failure.ts";
import { openRepository } from "../history/repository.ts";
import { type Override, overridesBy, readJob } from "../job/read.ts";
import type { Job } from "../job/schema.ts";
import { targetOf } from "../job/target.ts";
import { openLab } from "../lab/open-lab.ts";
import { measuredPace } from "../session/measured-pace.ts";
import { planOf, planText } from "../session/plan.ts";
import { type BoundsFlags, boundsOverrides } from "./bounds-flags.ts";
import { expectIn } from "./expect-flag.ts";
import { foldersOf } from "./folders.ts";
import { type MachineFlags, machineOverrides, sayMachineNote } from "./machine-flags.ts";
import type { ServerFlags } from "./remote.ts";
import { checkHashes, type GivenLog, jobFromLog, overridesFromLog } from "./replayed-log.ts";
import { driveToResult, type SessionFlags } from "./session.ts";
import { catchSignals, type Signals } from "./signals.ts";
import { submit } from "./submit.ts";
import { checkedTerms, type TermFlags, termsOf } from "./terms.ts";
import { labOptions, thisHost } from "./this-machine.ts";
import { version } from "./version.ts";

/** Flags of `firstbad bisect`: those of a session, and those that go over the job file. */
export interface BisectFlags
  extends SessionFlags,
    TermFlags,
    BoundsFlags,
    MachineFlags,
    ServerFlags {
  readonly repo?: string;
  readonly crashes?: string;
  readonly clean?: string;
  readonly find?: string;
  readonly head?: string;
  readonly cause?: string;
  /** What counts as the bug, as the job has it. */
  readonly expect?: string;
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
  /** The remote, or URL, that missing commits are fetched from. */
  readonly fetch?: string;
  readonly dryRun?: boolean;
  /** The bisection that lends its runs, `auto` or `none`; absent: one of the same job at the same commit. */
  readonly reuse?: string;
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
    if (flags.server !== undefined) return await submit(job, flags);
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
  refuseUnread(job, flags);
  const { paths, suspect, find } = job;
  const wanted = { ...targetOf(job), paths, suspect, find, from: flags.fetch };
  const ends = await resolveEnds(wanted, repository, signals.finish);
  const known = log && (await overridesFromLog(log, ends, repository, signals.finish));
  const options = labOptions(flags, host);
  const root = foldersOf(process.env).bisections;
  const reuse = flags.reuse === "none" ? undefined : (flags.reuse ?? "same");
  if (flags.dryRun) {
    const here = { root, tool: version, host };
    const lender = reuse === undefined ? null : await wouldLend(job, ends.crashes, here, reuse);
    const pace = await measuredPace(job, here);
    const plan = await planOf(job, { ends, lender, pace }, repository, options, signals.finish);
    process.stdout.write(planText(plan));
    return 0;
  }
  if (!flags.quiet) await sayMachineNote(job, options.cache);
  const backports = await knownBackports(job, repository, signals.finish);
  const begun = await beginBisection({
    job,
    ends,
    root,
    tool: version,
    host,
    terms,
    known: known ?? [],
    backports,
    ...(reuse !== undefined && { reuse }),
    openLab: (taken) =>
      openLab(taken, (ends.clean ?? ends.head)?.hash ?? null, options, signals.finish),
  });
  return driveToResult({ ...begun, repository }, flags, signals);
}

function overridesOf(flags: BisectFlags): Override[] {
  const given = overridesBy([
    [["target", "repo"], flags.repo],
    [["target", "crashes"], flags.crashes],
    [["target", "clean"], flags.clean],
    [["find"], flags.find],
    [["target", "head"], flags.head],
    [["target", "cause"], flags.cause],
    [["expect"], flags.expect === undefined ? undefined : expectIn(flags.expect)],
    [["policy"], flags.policy],
    [["runs"], flags.runs],
    [["confidence"], flags.confidence],
    [["first-parent"], flags.firstParent],
    [["paths"], flags.paths?.length ? flags.paths : undefined],
    [["suspect"], flags.suspect],
    [["repair"], flags.repair],
    [["checks", "revert"], flags.revertCheck],
    [["checks", "deeper"], flags.deeper],
  ]);
  return [...given, ...boundsOverrides(flags), ...machineOverrides(flags)];
}

/** A flag that would be of no use was meant otherwise; a job may have the keys of both searches. */
function refuseUnread({ find }: Job, flags: BisectFlags): void {
  const [flag, hint] =
    find === "fix"
      ? ([flags.clean && "--clean", "name the commit that has the fix with `--head`"] as const)
      : ([
          (flags.head && "--head") || (flags.cause && "--cause"),
          "search the fix with `--find fix`",
        ] as const);
  if (flag) throw new Failure("job-invalid", `${flag} says nothing to \`find: ${find}\``, { hint });
}
