import { join } from "node:path";
import { jobFile } from "../bisection/inputs.ts";
import { stateOf } from "../bisection/state.ts";
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

export interface ResumeFlags extends SessionFlags, BoundsFlags {}

/**
 * `firstbad resume ID`: goes on where a bisection was, after a conclusion too where its budget was used up
 * and there is another one now. Returns the exit code.
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
    const clean = started?.clean?.hash ?? null;
    lab = await openLab(job, clean, labOptions(session, host), signals.finish);
    const { concluded, bounds: before } = stateOf(journal.events);
    const bounds =
      concluded === null || concluded.end === "budget" ? boundsFrom(flags, before) : null;
    if (bounds !== null || concluded === null) {
      await warnOfDifferences(folder, journal.events);
      await journal.append({
        kind: "resumed",
        tool: version,
        host,
        slots: { ...lab.slots },
      });
    }
    if (bounds !== null) await journal.append({ kind: "bounds-set", ...bounds });
    return await driveToResult({ folder, journal, lab, repository }, flags, signals);
  } finally {
    signals.release();
    await lab?.close();
    await journal.close();
  }
}
