import { join } from "node:path";
import { jobFile } from "../bisection/inputs.ts";
import { openRepository } from "../history/repository.ts";
import { readJob } from "../job/read.ts";
import { openFileJournal } from "../journal/file-journal.ts";
import { findBisection } from "../journal/store.ts";
import type { Lab } from "../lab/lab.ts";
import { openLocalLab } from "../lab/local-lab.ts";
import { foldersOf } from "./folders.ts";
import { driveToResult, type SessionFlags } from "./session.ts";
import { catchSignals } from "./signals.ts";
import { labOptions, thisHost } from "./this-machine.ts";
import { version } from "./version.ts";

/** `firstbad resume ID`: goes on where a bisection was. Returns the exit code. */
export async function resume(name: string, flags: SessionFlags): Promise<number> {
  const { bisections } = foldersOf(process.env);
  const folder = join(bisections, await findBisection(bisections, name));
  const signals = catchSignals();
  const journal = await openFileJournal(folder);
  let lab: Lab | null = null;
  try {
    const job = await readJob(join(folder, jobFile));
    const host = await thisHost();
    const repository = await openRepository(job.kernel.repo, { signal: signals.finish });
    lab = await openLocalLab(job, labOptions(flags, host), signals.finish);
    if (journal.events.at(-1)?.kind !== "concluded") {
      await journal.append({ kind: "resumed", tool: version, host });
    }
    return await driveToResult({ folder, journal, lab, repository }, flags, signals);
  } finally {
    signals.release();
    await lab?.close();
    await journal.close();
  }
}
