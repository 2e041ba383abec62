import { join } from "node:path";
import { headOf } from "../bisection/fix-ends.ts";
import { jobFile } from "../bisection/inputs.ts";
import { endFinder, fetchLostEnds } from "../bisection/look-up-ends.ts";
import { movedHead } from "../bisection/name-head.ts";
import { type BisectionState, stateOf } from "../bisection/state.ts";
import { isCutShort } from "../event/index.ts";
import { openRepository } from "../history/repository.ts";
import { readJob } from "../job/read.ts";
import { targetOf } from "../job/target.ts";
import { openFileJournal } from "../journal/file-journal.ts";
import { findBisection } from "../journal/store.ts";
import type { Lab } from "../lab/lab.ts";
import { needsHost } from "../lab/machine-of.ts";
import { openLab } from "../lab/open-lab.ts";
import { type BoundsFlags, boundsFrom } from "./bounds-flags.ts";
import { foldersOf } from "./folders.ts";
import { driveToResult, type SessionFlags } from "./session.ts";
import { catchSignals } from "./signals.ts";
import { labOptions, thisHost } from "./this-machine.ts";
import { warnOfDifferences } from "./verify.ts";
import { version } from "./version.ts";

export interface ResumeFlags extends SessionFlags, BoundsFlags {
  /** Up to which commit a fix is searched now. */
  readonly head?: string;
  /** The remote, or URL, that missing commits are fetched from. */
  readonly fetch?: string;
}

/**
 * `firstbad resume ID`: goes on where a bisection was, after a conclusion too where its budget was used up, or had
 * no room for a check, and there is another one now, or where there was no fix yet and the head has moved. Returns the exit code.
 */
export async function resume(name: string, flags: ResumeFlags): Promise<number> {
  const { bisections } = foldersOf(process.env);
  const folder = join(bisections, await findBisection(bisections, name));
  const signals = catchSignals();
  const journal = await openFileJournal(folder);
  let lab: Lab | null = null;
  try {
    const job = await readJob(join(folder, jobFile));
    // Who began it on the host said so then: what was built there can be run nowhere else.
    const started = journal.events.find((event) => event.kind === "started");
    const onHost = job.kind === "kernel" ? needsHost(job) : started?.machine === "host";
    const session = { ...flags, allowHost: onHost };
    const host = await thisHost(job, onHost);
    const repository = await openRepository(targetOf(job).repo, { signal: signals.finish });
    const clean = (started?.clean ?? started?.head)?.hash ?? null;
    const state = stateOf(journal.events);
    const { fetch: from } = flags;
    const { lookUp, notes } = endFinder(repository, { from, signal: signals.finish });
    if (from !== undefined && started !== undefined) {
      notes.push(...(await fetchLostEnds(started, from, repository, signals.finish)));
    }
    const names = { name: flags.head, usual: targetOf(job).head, lookUp };
    const moved = await movedHead(state, names, repository, signals.finish);
    lab = await openLab(job, clean, labOptions(session, host), signals.finish);
    const { concluded, bounds: before } = state;
    const bounds = concluded === null || isCutShort(concluded) ? boundsFrom(flags, before) : null;
    if (moved === null && concluded?.end === "not-fixed-yet") sayNotMoved(state);
    if (bounds !== null || moved !== null || concluded === null) {
      await warnOfDifferences(folder, journal.events);
      await journal.append({
        kind: "resumed",
        tool: version,
        host,
        slots: { ...lab.slots },
      });
      for (const note of notes) await journal.append(note);
    } else {
      for (const { why } of notes) process.stderr.write(`${why}\n`);
    }
    if (bounds !== null) await journal.append({ kind: "bounds-set", ...bounds });
    if (moved !== null) await journal.append(moved);
    return await driveToResult({ folder, journal, lab, repository }, flags, signals);
  } finally {
    signals.release();
    await lab?.close();
    await journal.close();
  }
}

function sayNotMoved(state: BisectionState): void {
  const { name, hash } = headOf(state);
  process.stderr.write(`${name} is still ${hash.slice(0, 12)}: there is nothing newer to test\n`);
}
