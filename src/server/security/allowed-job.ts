import { realpath } from "node:fs/promises";
import { sep } from "node:path";
import { Failure } from "../../failure/failure.ts";
import { syzkallerOf } from "../../job/reproducer.ts";
import type { Job, KernelJob } from "../../job/schema.ts";
import { targetOf } from "../../job/target.ts";

/** What jobs that come over the network may have, as the operator says. */
export interface Allowed {
  /** Repositories, and folders with repositories. */
  readonly repos: readonly string[];
  /** Whatever repository there is. */
  readonly anyRepo: boolean;
  /** Files, and folders with files, that a job may name where they lie: disk images. */
  readonly files: readonly string[];
  /** Targets that are programs; machines that are commands, and compilers by their path; boards over ssh. */
  readonly program: boolean;
  readonly command: boolean;
  readonly ssh: boolean;
}

/**
 * Refuses a job that the operator does not allow: a name in it must not make this machine read, or run, what nobody
 * meant to be read or run. Throws `job-not-allowed`.
 */
export async function checkAllowed(job: Job, allowed: Allowed): Promise<void> {
  if (job.kind === "program" && !allowed.program) {
    throw notAllowed("jobs with a `program`", "--allow-program");
  }
  if (job.kind === "kernel") await checkKernel(job, allowed);
  await checkRepository(targetOf(job).repo, allowed);
}

async function checkKernel({ kernel, machine, reproducer }: KernelJob, allowed: Allowed) {
  if (machine.type === "command" && !allowed.command) {
    throw notAllowed("machines of the type `command`", "--allow-command");
  }
  if (machine.type === "ssh" && !allowed.ssh) {
    throw notAllowed("machines of the type `ssh`", "--allow-ssh");
  }
  const isByPath = kernel.compiler.startsWith("/") || kernel.compilers.length > 0;
  if (isByPath && !allowed.command) {
    throw notAllowed("compilers that are named by their path", "--allow-command");
  }
  if (machine.type === "qemu" && machine.image !== undefined) {
    if (!(await isWithin(machine.image, allowed.files))) {
      throw notAllowed(`the image ${machine.image}`, "--files PATH");
    }
  }
  if (reproducer.syzkaller !== undefined) {
    await checkRepository(syzkallerOf(reproducer.syzkaller).folder, allowed);
  }
}

async function checkRepository(repo: string, { repos, anyRepo }: Allowed): Promise<void> {
  if (anyRepo || (await isWithin(repo, repos))) return;
  throw notAllowed(`the repository ${repo}`, "--repo PATH");
}

/** Whether `path` is one of `places` or lies in one, by whatever links it is reached; where it is nowhere, it is in none. */
async function isWithin(path: string, places: readonly string[]): Promise<boolean> {
  const real = await realpath(path).catch(() => null);
  if (real === null) return false;
  const all = await Promise.all(places.map((place) => realpath(place).catch(() => null)));
  return all.some(
    (place) =>
      place !== null && (real === place || real.startsWith(place === sep ? sep : place + sep)),
  );
}

function notAllowed(what: string, flag: string): Failure {
  return new Failure("job-not-allowed", `this server does not allow ${what}`, {
    facts: { flag },
    hint: `the operator allows it with \`firstbad serve ${flag}\``,
  });
}
