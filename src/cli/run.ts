import { accessSync, constants, statSync } from "node:fs";
import { totalmem } from "node:os";
import { basename, join, resolve } from "node:path";
import { Failure } from "../failure/failure.ts";
import { type Override, overridesBy, readJob, validJob } from "../job/read.ts";
import type { ProgramJob } from "../job/schema.ts";
import { type BisectFlags, begin } from "./bisect.ts";
import { boundsOverrides } from "./bounds-flags.ts";
import { catchSignals } from "./signals.ts";

/** Flags of `firstbad run`: the ends in git's words. */
export interface RunFlags extends BisectFlags {
  readonly good?: string;
  readonly bad?: string;
  /** Seconds that the command may take. */
  readonly seconds?: number;
}

/** What a command of the user's own may take: it may well build, and its user knows how long that is. */
const usual = { seconds: 86_400, processes: 4096 } as const;

/** Folders that a sandbox shows: programs in there are found at their place. */
const systemFolders = /^\/(?:usr|bin|sbin|lib[0-9x]*)\//;

/**
 * `firstbad run [JOB] -- WORDS`: bisects with the exit code of the user's own command, as
 * `git bisect run` does. Returns the exit code.
 */
export async function run(
  jobPath: string | undefined,
  words: readonly string[],
  flags: RunFlags,
): Promise<number> {
  const signals = catchSignals();
  try {
    const job = await predicateJob(jobPath, words, flags);
    return await begin(job, flags, signals);
  } finally {
    signals.release();
  }
}

async function predicateJob(
  jobPath: string | undefined,
  words: readonly string[],
  flags: RunFlags,
): Promise<ProgramJob> {
  const base = jobPath === undefined ? jobOf(flags) : await readJob(jobPath, overridesOf(flags));
  if (base.kind !== "program") {
    throw new Failure("job-invalid", `${jobPath} bisects a kernel, which has its own reproducer`, {
      hint: "name a job with `program`, or none",
    });
  }
  const { run: _, ...target } = base.program;
  const [command = "", ...others] = words;
  const file = fileToTakeIn(command, process.cwd());
  const program = {
    ...target,
    predicate: [file === null ? command : `$INPUTS/${basename(file)}`, ...others],
    files: file === null ? target.files : [...target.files, file],
  };
  refuseEqualNames(program.files);
  return { ...base, program, runs: flags.runs ?? base.runs ?? 1 };
}

/** The job of a command without a job file. */
function jobOf({
  repo,
  good,
  bad,
  seconds,
  confidence,
  policy,
  firstParent,
  suspect,
  budget,
  deadline,
}: RunFlags): ProgramJob {
  const value = {
    version: 1,
    program: {
      repo: repo ?? ".",
      crashes: bad ?? "HEAD",
      ...(good === undefined ? {} : { clean: good }),
      predicate: ["true"],
      seconds: seconds ?? usual.seconds,
      "build-seconds": usual.seconds,
      memory: totalmem(),
      processes: usual.processes,
    },
    ...(confidence === undefined ? {} : { confidence }),
    ...(policy === undefined ? {} : { policy }),
    ...(firstParent === undefined ? {} : { "first-parent": firstParent }),
    ...(suspect === undefined ? {} : { suspect }),
    ...(budget && { budget: withoutNone(budget) }),
    ...(typeof deadline === "number" && { deadline }),
  };
  return validJob(value, "program", join(process.cwd(), "the command line")) as ProgramJob;
}

function withoutNone(budget: object): object {
  return Object.fromEntries(Object.entries(budget).filter(([, bound]) => bound !== null));
}

function overridesOf({ repo, good, bad, seconds, ...flags }: RunFlags): Override[] {
  const given = overridesBy([
    [["target", "repo"], repo],
    [["target", "crashes"], bad],
    [["target", "clean"], good],
    [["target", "seconds"], seconds],
    [["confidence"], flags.confidence],
    [["policy"], flags.policy],
    [["first-parent"], flags.firstParent],
    [["suspect"], flags.suspect],
  ]);
  return [...given, ...boundsOverrides(flags)];
}

/** The file that `word` names, where it is one of the user's own and no program of the system. */
function fileToTakeIn(word: string, folder: string): string | null {
  const path = resolve(folder, word);
  if (systemFolders.test(path) || !isFile(path)) return null;
  return word.includes("/") || !isOnPath(word) ? path : null;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isOnPath(word: string): boolean {
  return (process.env.PATH ?? "").split(":").some((folder) => {
    try {
      accessSync(join(folder, word), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function refuseEqualNames(files: readonly string[]): void {
  const names = files.map((path) => basename(path));
  const twice = names.find((name, n) => names.indexOf(name) !== n);
  if (twice === undefined) return;
  throw new Failure("job-invalid", `two files are called ${twice}: they lie in one folder`, {
    facts: { files },
    hint: "rename the command, or the job's file",
  });
}
