import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { takeInInputs } from "../bisection/inputs.ts";
import { shortHash } from "../event/short-hash.ts";
import { asFailure, Failure } from "../failure/failure.ts";
import { describeCommit } from "../history/describe-commit.ts";
import { openRepository } from "../history/repository.ts";
import { expectationOf } from "../job/expectation.ts";
import { overridesBy, readJob } from "../job/read.ts";
import type { Job } from "../job/schema.ts";
import { targetOf } from "../job/target.ts";
import { readFileJournal } from "../journal/file-journal.ts";
import { findBisection } from "../journal/store.ts";
import { openLab } from "../lab/open-lab.ts";
import { noMachine } from "../machine/none.ts";
import { type TrialEvent, type Tried, tryCommit } from "../trial/try-commit.ts";
import { buildIn, type Wanted } from "../trial/wanted.ts";
import { commitToTest } from "./commit-to-test.ts";
import { exitCodeOfTrial, exitCodeOfTrialTrouble } from "./exit.ts";
import { expectIn } from "./expect-flag.ts";
import { foldersOf } from "./folders.ts";
import { guestShell } from "./guest-shell.ts";
import { KeptConsoles } from "./kept-consoles.ts";
import { type MachineFlags, machineOverrides, sayMachineNote } from "./machine-flags.ts";
import { sayFailure } from "./say-failure.ts";
import { catchSignals } from "./signals.ts";
import { labOptions, thisHost } from "./this-machine.ts";
import { consoleFolder, openTrialFolder } from "./trial-folder.ts";
import { trialObserver } from "./trial-observer.ts";
import { type TrialOutcome, trialJson, trialText } from "./trial-text.ts";

/** Runs of a commit where neither the job nor a flag asks for a number: as at the start of a bisection. */
const usualRuns = 4;

/** Flags of `firstbad test`. */
export interface TestFlags extends MachineFlags {
  readonly job: string;
  readonly repo?: string;
  readonly runs?: number;
  readonly allRuns?: boolean;
  /** What counts as the bug: at most one of these. */
  readonly title?: readonly string[];
  readonly expect?: string;
  readonly like?: string;
  readonly any?: boolean;
  /** A program, or that of a machine, may run without a sandbox. */
  readonly allowHost?: boolean;
  /** The remote, or URL, that a missing commit is fetched from. */
  readonly fetch?: string;
  /** Folder for consoles and reports. */
  readonly keep?: string;
  readonly machines?: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
  /** A shell in the guest in place of runs. */
  readonly shell?: boolean;
}

/**
 * `firstbad test [COMMIT]`: builds and runs one commit and says good or bad. Whatever happens, its exit
 * code is one that a foreign `git bisect run` takes for what it means; nothing is thrown.
 */
export async function test(name: string | undefined, flags: TestFlags): Promise<number> {
  const signals = catchSignals();
  try {
    if (flags.shell) return (await guestShell(name, flags, signals.finish)) ? 0 : 125;
    // There is nothing to save: the first Ctrl-C stops what runs, too.
    const outcome = await tested(name, flags, signals.finish);
    process.stdout.write(flags.json ? trialJson(outcome) : trialText(outcome, process.stdout));
    return exitCodeOfTrial(outcome.tried);
  } catch (error) {
    const failure = asFailure(error);
    sayFailure(failure);
    if (flags.json) process.stdout.write(troubleJson(failure));
    return exitCodeOfTrialTrouble;
  } finally {
    signals.release();
  }
}

async function tested(
  name: string | undefined,
  flags: TestFlags,
  signal: AbortSignal,
): Promise<TrialOutcome> {
  const { repo, expect } = flags;
  const overrides = overridesBy([
    [["target", "repo"], repo && resolve(repo)],
    [["expect"], expect === undefined ? undefined : expectIn(expect)],
  ]);
  const job = await readJob(flags.job, [...overrides, ...machineOverrides(flags)]);
  if (!flags.quiet) await sayMachineNote(job, foldersOf(process.env).cache);
  const repository = await openRepository(targetOf(job).repo, { signal });
  const { hash, named, note } = await commitToTest(name, job, repository, process.cwd(), {
    signal,
    from: flags.fetch,
  });
  if (note !== null && !flags.quiet) process.stderr.write(`${note}\n`);
  const { subject } = await describeCommit(repository, hash, { culprit: false, signal });
  const wanted = await wantedOf(flags, job);
  if (job.kind === "kernel" && job.machine.type === "none" && buildIn(wanted) === null) {
    throw noMachine();
  }
  const { folder, release } = await openTrialFolder(foldersOf(process.env).tests, hash);
  try {
    const consoles = await consoleFolder(folder, flags.keep);
    const taken = await takeInInputs(job, folder);
    const lab = await openLab(
      taken,
      null,
      labOptions(flags, await thisHost(job, flags.allowHost ?? false)),
      signal,
    );
    const runs = flags.runs ?? job.runs ?? usualRuns;
    const short = shortHash(hash);
    const told = { commit: hash, subject, named, runs, wanted };
    const kept = new KeptConsoles();
    const observer = trialObserver(flags.quiet ?? false, told);
    try {
      const consoleOf = (n: number) => join(consoles, `${short}-${n}.txt`);
      const trial = { commit: hash, runs, wanted, allRuns: flags.allRuns ?? false, consoleOf };
      const onEvent = (event: TrialEvent) => {
        observer.event(event);
        if (event.kind === "run-finished" && flags.keep === undefined) kept.finished(event.run);
      };
      const tried = await tryCommit(trial, lab, { signal, onEvent });
      const report = await storeReport(tried, join(consoles, `${short}-report.txt`));
      return { commit: hash, subject, wanted, tried, consoles, kept, report };
    } finally {
      observer.end();
      await lab.close();
    }
  } finally {
    await release();
  }
}

/** What counts as the bug: what a flag says, else what the job expects, else any crash. */
async function wantedOf({ title, like, any }: TestFlags, job: Job): Promise<Wanted> {
  if (title !== undefined) return { kind: "titles", titles: title };
  if (like !== undefined) return bugOf(like);
  const expectation = any ? null : expectationOf(job);
  return expectation === null ? { kind: "any" } : { kind: "expected", expectation };
}

async function bugOf(name: string): Promise<Wanted> {
  const { bisections } = foldersOf(process.env);
  const id = await findBisection(bisections, name);
  const events = await readFileJournal(join(bisections, id));
  const identified = (event: (typeof events)[number]) => event.kind === "bug-identified";
  const bug = events.findLast(identified);
  if (bug !== undefined) return { kind: "bug", id, bug };
  throw new Failure("bug-unknown", `the bisection ${id} has not seen its bug yet`, {
    facts: { id },
    hint: `go on with it (firstbad resume ${id}), or say what counts with --title`,
  });
}

/** The path of a file with the report of the crash that is shown; null where there is none. */
async function storeReport(tried: Tried, path: string): Promise<string | null> {
  if (tried.kind !== "ran" || tried.shown === null) return null;
  await writeFile(path, tried.shown.report);
  return path;
}

function troubleJson({ code, message, hint }: Failure): string {
  const none = { version: 1, commit: null, verdict: null };
  return `${JSON.stringify({ ...none, reason: code, why: message, hint })}\n`;
}
