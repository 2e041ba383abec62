import { existsSync } from "node:fs";
import { join } from "node:path";
import { beginBisection, resolveEnds } from "../bisection/begin.ts";
import { jobFile } from "../bisection/inputs.ts";
import { knownBackports } from "../bisection/known-backports.ts";
import type { EventOf } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { openRepository } from "../history/repository.ts";
import { type Override, overridesBy, readJob } from "../job/read.ts";
import { targetOf } from "../job/target.ts";
import { readFileJournal } from "../journal/file-journal.ts";
import { findBisection } from "../journal/store.ts";
import { openLab } from "../lab/open-lab.ts";
import { type BoundsFlags, boundsOverrides } from "./bounds-flags.ts";
import { foldersOf } from "./folders.ts";
import { type MachineFlags, machineOverrides, sayMachineNote } from "./machine-flags.ts";
import { namedCommit, type TreeFlags, wantedTrees } from "./presence-trees.ts";
import { driveToResult, type SessionFlags } from "./session.ts";
import { catchSignals } from "./signals.ts";
import { labOptions, thisHost } from "./this-machine.ts";
import { version } from "./version.ts";

/** Flags of `firstbad presence`: those of a session, the trees, and those that go over the job file. */
export interface PresenceFlags extends SessionFlags, BoundsFlags, MachineFlags, TreeFlags {
  readonly repo?: string;
  readonly crashes?: string;
  readonly cause?: string;
  readonly fix?: string;
  readonly runs?: number;
  readonly all?: boolean;
  /** The remote, or URL, that the crashing commit is fetched from where it is missing. */
  readonly fetch?: string;
  readonly allowHost?: boolean;
}

/**
 * `firstbad presence [JOB|ID]`: in which releases and trees the crash of a job, or of a bisection, is. It is kept in
 * a folder as a bisection is, and `firstbad resume` goes on with it. Returns the exit code.
 */
export async function presence(name: string, flags: PresenceFlags): Promise<number> {
  const signals = catchSignals();
  try {
    const source = await sourceOf(name);
    const read = await readJob(source.job, [...source.overrides, ...overridesOf(flags)]);
    const job = { ...read, find: "cause" as const };
    const host = await thisHost(job, flags.allowHost ?? false);
    const options = labOptions(flags, host);
    const { repo, crashes } = targetOf(job);
    const repository = await openRepository(repo, { signal: signals.finish });
    const ends = await resolveEnds({ crashes, from: flags.fetch }, repository, signals.finish);
    const given = { repository, signal: signals.finish };
    const asked: EventOf<"presence-asked"> = {
      kind: "presence-asked",
      trees: await wantedTrees(flags, given),
      cause: await namedCommit(flags.cause ?? source.cause, given),
      fix: await namedCommit(flags.fix ?? source.fix, given),
      all: flags.all ?? false,
    };
    if (!flags.quiet) await sayMachineNote(job, options.cache);
    const begun = await beginBisection({
      job,
      ends,
      root: foldersOf(process.env).bisections,
      tool: version,
      host,
      presence: asked,
      backports: await knownBackports(job, repository, signals.finish),
      reuse: "same",
      openLab: (taken) => openLab(taken, null, options, signals.finish),
    });
    return await driveToResult({ ...begun, repository }, flags, signals);
  } finally {
    signals.release();
  }
}

/** What the word names: a job file, or a bisection with what it has found. */
interface Source {
  readonly job: string;
  readonly overrides: readonly Override[];
  readonly cause: string | undefined;
  readonly fix: string | undefined;
}

async function sourceOf(name: string): Promise<Source> {
  if (existsSync(name) || /\.ya?ml$/.test(name)) {
    return { job: name, overrides: [], cause: undefined, fix: undefined };
  }
  const { bisections } = foldersOf(process.env);
  const id = await findBisection(bisections, name);
  const folder = join(bisections, id);
  const events = await readFileJournal(folder);
  const started = events.find((event) => event.kind === "started");
  if (started === undefined) {
    throw new Failure("presence-refused", `the bisection ${id} has not begun`, {
      facts: { id },
      hint: "name a job file in its place",
    });
  }
  const concluded = events.findLast((event) => event.kind === "concluded");
  const asked = events.findLast((event) => event.kind === "presence-asked");
  const culprit = concluded?.culprit ?? undefined;
  const isFix = started.find === "fix";
  return {
    job: join(folder, jobFile),
    // A branch may have moved on since.
    overrides: [{ path: ["target", "crashes"], value: started.crashes.hash }],
    cause: (isFix ? started.cause?.hash : culprit) ?? asked?.cause?.hash,
    fix: (isFix ? culprit : undefined) ?? asked?.fix?.hash,
  };
}

function overridesOf(flags: PresenceFlags): Override[] {
  const given = overridesBy([
    [["target", "repo"], flags.repo],
    [["target", "crashes"], flags.crashes],
    [["runs"], flags.runs],
  ]);
  return [...given, ...boundsOverrides(flags), ...machineOverrides(flags)];
}
