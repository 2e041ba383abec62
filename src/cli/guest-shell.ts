import { resolve } from "node:path";
import { takeInInputs } from "../bisection/inputs.ts";
import { kernelIdOf } from "../event/index.ts";
import { shortHash } from "../event/short-hash.ts";
import { Failure } from "../failure/failure.ts";
import { openRepository } from "../history/repository.ts";
import { readJob } from "../job/read.ts";
import type { KernelJob } from "../job/schema.ts";
import { openLocalLab } from "../lab/local-lab.ts";
import { commitToTest } from "./commit-to-test.ts";
import { foldersOf } from "./folders.ts";
import { type MachineFlags, machineOverrides, sayMachineNote } from "./machine-flags.ts";
import { refuseNoTerminal, withRawTerminal } from "./raw-terminal.ts";
import { labOptions, thisHost } from "./this-machine.ts";
import { openTrialFolder } from "./trial-folder.ts";

/** Flags of `firstbad test` that count for a shell, too. */
export interface ShellFlags extends MachineFlags {
  readonly job: string;
  readonly repo?: string;
  readonly quiet?: boolean;
  readonly fetch?: string;
}

/**
 * `firstbad test --shell [COMMIT]`: builds one commit, and boots it with a shell on its console in place of the
 * reproducer, for whoever sits at this terminal. Whether it could be built.
 *
 * Throws `shell-not-possible` without a terminal, for a program, and for a machine that has no such console.
 */
export async function guestShell(
  name: string | undefined,
  flags: ShellFlags,
  signal: AbortSignal,
): Promise<boolean> {
  refuseNoTerminal();
  const { repo } = flags;
  const overrides = repo === undefined ? [] : [{ path: ["target", "repo"], value: resolve(repo) }];
  const job = await readJob(flags.job, [...overrides, ...machineOverrides(flags)]);
  if (job.kind !== "kernel") {
    throw new Failure("shell-not-possible", "the job bisects a program: there is no machine", {
      hint: "call the program by hand",
    });
  }
  const { cache, tests } = foldersOf(process.env);
  if (!flags.quiet) await sayMachineNote(job, cache);
  const repository = await openRepository(job.kernel.repo, { signal });
  const { hash, note } = await commitToTest(name, job, repository, process.cwd(), {
    signal,
    from: flags.fetch,
  });
  if (note !== null && !flags.quiet) process.stderr.write(`${note}\n`);
  const { folder, release } = await openTrialFolder(tests, hash);
  try {
    const taken = await takeInInputs(job, folder);
    return await shellOf(taken as KernelJob, hash, flags, signal);
  } finally {
    await release();
  }
}

async function shellOf(
  job: KernelJob,
  commit: string,
  { quiet }: ShellFlags,
  signal: AbortSignal,
): Promise<boolean> {
  const tell = (text: string) => void (quiet || process.stderr.write(`${text}\n`));
  const options = labOptions({}, await thisHost(job, false));
  const lab = await openLocalLab(job, options, signal);
  try {
    const plan = { kernel: kernelIdOf(commit), commit, patches: [] };
    tell(`${shortHash(commit)}: building`);
    const build = await lab.build(plan, { signal });
    if (build.kind === "failed") {
      process.stderr.write(`it does not build (${build.stage}):\n${build.excerpt.join("\n")}\n`);
      return false;
    }
    tell("a shell in the guest: `exit` switches it off, Ctrl-A X ends it at once");
    const left = new AbortController();
    const ending = AbortSignal.any([signal, left.signal]);
    await withRawTerminal(
      () => left.abort(),
      (terminal) => lab.shell({ plan, signature: build.signature }, terminal, { signal: ending }),
    );
    tell("\nthe guest is off");
    return true;
  } finally {
    await lab.close();
  }
}
