import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { beginBisection, resolveEnds } from "../bisection/begin.ts";
import type { BisectionEvent } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { openRepository } from "../history/repository.ts";
import { usualTries } from "../job/minimize.ts";
import { type Override, overridesBy, readJob } from "../job/read.ts";
import type { Job, KernelJob } from "../job/schema.ts";
import { openLab } from "../lab/open-lab.ts";
import { summaryOf } from "../syzbot/index.ts";
import { type BoundsFlags, boundsOverrides } from "./bounds-flags.ts";
import { foldersOf } from "./folders.ts";
import { type MachineFlags, machineOverrides, sayMachineNote } from "./machine-flags.ts";
import { minimisedHeader } from "./minimised-header.ts";
import { driveToResult, type SessionFlags } from "./session.ts";
import { catchSignals } from "./signals.ts";
import { labOptions, thisHost } from "./this-machine.ts";
import { version } from "./version.ts";

/** Flags of `firstbad minimize`: those of a session, and those that go over the job file. */
export interface MinimizeFlags extends SessionFlags, BoundsFlags, MachineFlags {
  readonly repo?: string;
  readonly crashes?: string;
  readonly runs?: number;
  /** A `.config` that boots. */
  readonly baseline?: string;
  /** The remote, or URL, that the crashing commit is fetched from where it is missing. */
  readonly fetch?: string;
  /** The job's machine may be a program that runs as the user. */
  readonly allowHost?: boolean;
  /** Where the smaller configuration goes. */
  readonly output?: string;
}

/**
 * `firstbad minimize [JOB]`: makes the configuration smaller that the job's commit crashes with. It is kept in a
 * folder as a bisection is, and `firstbad resume` goes on with it. Returns the exit code.
 */
export async function minimize(jobPath: string, flags: MinimizeFlags): Promise<number> {
  const signals = catchSignals();
  try {
    const job = withFlags(await readJob(jobPath, overridesOf(flags)), flags, jobPath);
    const host = await thisHost(job, flags.allowHost ?? false);
    const options = labOptions(flags, host);
    const { repo, crashes } = job.kernel;
    const repository = await openRepository(repo, { signal: signals.finish });
    const ends = await resolveEnds({ crashes, from: flags.fetch }, repository, signals.finish);
    if (!flags.quiet) await sayMachineNote(job, options.cache);
    const begun = await beginBisection({
      job,
      ends,
      root: foldersOf(process.env).bisections,
      tool: version,
      host,
      goal: "config",
      openLab: (taken) => openLab(taken, null, options, signals.finish),
    });
    const code = await driveToResult({ ...begun, repository }, flags, signals);
    if (flags.output !== undefined) {
      await writeResult(flags.output, begun.folder, begun.journal.events, configName(job));
    }
    return code;
  } finally {
    signals.release();
  }
}

function overridesOf(flags: MinimizeFlags): Override[] {
  const given = overridesBy([
    [["target", "repo"], flags.repo && resolve(flags.repo)],
    [["target", "crashes"], flags.crashes],
    [["runs"], flags.runs],
  ]);
  return [...given, ...boundsOverrides(flags), ...machineOverrides(flags)];
}

/** Only a kernel has a configuration; as many are tried as builds are allowed, where that is said. */
function withFlags(job: Job, { baseline }: MinimizeFlags, path: string): KernelJob {
  if (job.kind !== "kernel") {
    throw new Failure(
      "job-invalid",
      `${path} is the job of a program, which has no configuration`,
      {
        facts: { path },
        hint: "name the job of a kernel",
      },
    );
  }
  const { minimize: given, budget, ...rest } = job;
  const said = typeof given === "object" ? given : {};
  const tries = budget?.builds ?? said.tries ?? usualTries.alone;
  return {
    ...rest,
    ...(budget && { budget }),
    minimize: {
      ...said,
      tries: Math.min(1000, tries),
      ...(baseline !== undefined && { baseline: resolve(baseline) }),
    },
  };
}

function configName({ kernel: { config } }: KernelJob): string {
  return typeof config === "string" ? config : [config.base, ...config.fragments].join(" and ");
}

/** Writes what was found; nothing where nothing was. */
async function writeResult(
  path: string,
  folder: string,
  events: readonly BisectionEvent[],
  from: string,
): Promise<void> {
  const summary = summaryOf(events);
  const { minimising } = summary;
  const result = minimising?.undone ? null : (minimising?.result?.result ?? null);
  if (result === null) {
    process.stderr.write(`${path} is not written: there is no smaller configuration\n`);
    return;
  }
  const text = await readFile(join(folder, result.file), "utf8");
  try {
    await writeFile(path, minimisedHeader(summary, from) + text);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new Failure("folder-not-writable", `cannot write ${path}: ${why}`, {
      facts: { path },
      hint: `the configuration is also in ${join(folder, result.file)}`,
      cause,
    });
  }
}
