import { beginBisection, type NamedEnds, resolveEnds } from "../../bisection/begin.ts";
import { knownBackports } from "../../bisection/known-backports.ts";
import { wouldLend } from "../../bisection/reuse/would-lend.ts";
import type { Host } from "../../event/index.ts";
import { openRepository, type Repository } from "../../history/repository.ts";
import type { Job } from "../../job/schema.ts";
import { targetOf } from "../../job/target.ts";
import { type LabOptions, openLab } from "../../lab/open-lab.ts";
import { measuredPace } from "../../session/measured-pace.ts";
import { type Plan, planOf } from "../../session/plan.ts";
import { hostFor, labOptionsFor } from "../../session/this-machine.ts";
import { type Allowed, checkAllowed } from "../security/allowed-job.ts";
import { type SentJob, withUpload } from "./uploads.ts";

/** Where jobs that are sent go, and what is allowed of them. */
export interface Desk {
  readonly bisections: string;
  readonly cache: string;
  /** Where files lie until the bisection has copies of its own. */
  readonly uploads: string;
  readonly slots: { readonly builds: number; readonly runs: number };
  readonly tool: string;
  readonly allowed: Allowed;
  /** Lines for the operator. */
  readonly say: (line: string) => void;
}

/** An earlier bisection of the same job at the same commit lends its runs. */
const reuse = "same";

/** What would be done for a job. Throws what reading it, and finding its commits, throws; `job-not-allowed`. */
export function planSent(desk: Desk, sent: SentJob, signal: AbortSignal): Promise<Plan> {
  return withUpload(desk.uploads, sent, async (job) => {
    const { ends, repository, options, host } = await prepared(desk, job, signal);
    const here = { root: desk.bisections, tool: desk.tool, host };
    const lender = await wouldLend(job, ends.crashes, here, reuse);
    const pace = await measuredPace(job, here);
    return planOf(job, { ends, lender, pace }, repository, options, signal);
  });
}

/**
 * Begins a bisection of a job, with copies of all that it names, its inputs tried; nothing of it is built or run yet, and
 * nobody holds it. Resolves to its id. Throws what {@link planSent} throws, and what a lab has to say of its inputs.
 */
export function beginSent(desk: Desk, sent: SentJob, signal: AbortSignal): Promise<string> {
  return withUpload(desk.uploads, sent, async (job) => {
    const { ends, repository, options, host } = await prepared(desk, job, signal);
    const backports = await knownBackports(job, repository, signal);
    const clean = (ends.clean ?? ends.head)?.hash ?? null;
    const { id, lab, journal } = await beginBisection({
      ...{ job, ends, root: desk.bisections, tool: desk.tool, host, backports },
      reuse,
      openLab: (taken) => openLab(taken, clean, options, signal),
    });
    await lab.close();
    await journal.close();
    return id;
  });
}

async function prepared(
  { allowed, slots, cache, say }: Desk,
  job: Job,
  signal: AbortSignal,
): Promise<{ ends: NamedEnds; repository: Repository; options: LabOptions; host: Host }> {
  await checkAllowed(job, allowed);
  const allowHost = job.kind === "kernel" && (allowed.ssh || allowed.command);
  const host = await hostFor(job, allowHost, say);
  const repository = await openRepository(targetOf(job).repo, { signal });
  const { paths, suspect, find } = job;
  const ends = await resolveEnds({ ...targetOf(job), paths, suspect, find }, repository, signal);
  const asked = { jobs: slots.builds, machines: slots.runs, allowHost };
  return { ends, repository, host, options: labOptionsFor(asked, host, cache) };
}
