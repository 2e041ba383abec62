import { join } from "node:path";
import { jobFile } from "../bisection/inputs.ts";
import { endFinder, fetchLostEnds } from "../bisection/look-up-ends.ts";
import { movedHead } from "../bisection/name-head.ts";
import { type BisectionState, stateOf } from "../bisection/state.ts";
import { type Host, isCutShort } from "../event/index.ts";
import { openRepository } from "../history/repository.ts";
import type { Bounds } from "../job/bounds.ts";
import { readJob } from "../job/read.ts";
import type { Job } from "../job/schema.ts";
import { targetOf } from "../job/target.ts";
import { openFileJournal } from "../journal/file-journal.ts";
import type { Lab } from "../lab/lab.ts";
import { needsHost } from "../lab/machine-of.ts";
import { type LabOptions, openLab } from "../lab/open-lab.ts";
import type { Held } from "./drive-held.ts";
import { warnOfDifferences } from "./verify.ts";

/** How a bisection is gone on with. */
export interface TakingUp {
  /** Version of firstbad. */
  readonly tool: string;
  /** This machine, for a job that may run as the user or not; and how much of it a lab uses. */
  readonly hostOf: (job: Job, allowHost: boolean) => Promise<Host>;
  readonly labOptionsOf: (host: Host, allowHost: boolean) => LabOptions;
  /** The bounds from now on, from those before; null: they stay. */
  readonly boundsFrom: (before: Bounds | null) => Bounds | null;
  /** Up to which commit a fix is searched now; absent: what the job says. */
  readonly head?: string | undefined;
  /** The remote, or URL, that missing commits are fetched from; absent: they are not. */
  readonly fetch?: string | undefined;
  /** Lines for people. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Takes hold of the bisection in `folder` and notes that somebody goes on with it, after a conclusion too where its
 * budget was used up, or had no room for a check, and there is another one now, or where there was no fix yet and the
 * head has moved. Throws `bisection-locked` where another process is at work on it, and what opening its lab and its
 * repository throws; nothing is held then.
 */
export async function takeUp(
  folder: string,
  given: TakingUp,
): Promise<Held & { readonly state: BisectionState; readonly hasMoved: boolean }> {
  const { signal } = given;
  const journal = await openFileJournal(folder);
  let lab: Lab | null = null;
  try {
    const job = await readJob(join(folder, jobFile));
    // Who began it on the host said so then: what was built there can be run nowhere else.
    const started = journal.events.find((event) => event.kind === "started");
    const onHost = job.kind === "kernel" ? needsHost(job) : started?.machine === "host";
    const host = await given.hostOf(job, onHost);
    const repository = await openRepository(targetOf(job).repo, { signal });
    const clean = (started?.clean ?? started?.head)?.hash ?? null;
    const state = stateOf(journal.events);
    const { lookUp, notes } = endFinder(repository, { from: given.fetch, signal });
    if (given.fetch !== undefined && started !== undefined) {
      notes.push(...(await fetchLostEnds(started, given.fetch, repository, signal)));
    }
    const names = { name: given.head, usual: targetOf(job).head, lookUp };
    const moved = await movedHead(state, names, repository, signal);
    lab = await openLab(job, clean, given.labOptionsOf(host, onHost), signal);
    const { concluded, bounds: before } = state;
    const bounds = concluded === null || isCutShort(concluded) ? given.boundsFrom(before) : null;
    if (bounds !== null || moved !== null || concluded === null) {
      await warnOfDifferences(folder, journal.events, given.say);
      await journal.append({
        kind: "resumed",
        tool: given.tool,
        host,
        slots: { ...lab.slots },
      });
      for (const note of notes) await journal.append(note);
    } else {
      for (const { why } of notes) given.say(why);
    }
    if (bounds !== null) await journal.append({ kind: "bounds-set", ...bounds });
    if (moved !== null) await journal.append(moved);
    return { folder, journal, lab, repository, state, hasMoved: moved !== null };
  } catch (error) {
    await lab?.close();
    await journal.close();
    throw error;
  }
}
