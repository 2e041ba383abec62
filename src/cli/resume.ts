import { join } from "node:path";
import { jobFile } from "../bisection/inputs.ts";
import { openRepository } from "../history/repository.ts";
import { readJob } from "../job/read.ts";
import { targetOf } from "../job/target.ts";
import { openFileJournal } from "../journal/file-journal.ts";
import { findBisection } from "../journal/store.ts";
import type { Lab } from "../lab/lab.ts";
import { openLab } from "../lab/open-lab.ts";
import { foldersOf } from "./folders.ts";
import { driveToResult, type SessionFlags } from "./session.ts";
import { catchSignals } from "./signals.ts";
import { hostWarning, labOptions, thisHost } from "./this-machine.ts";
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
    // Who began it on the host said so then: what was built there can be run nowhere else.
    const started = journal.events.find((event) => event.kind === "started");
    const session = { ...flags, allowHost: started?.machine === "host" };
    if (session.allowHost) process.stderr.write(hostWarning);
    const host = await thisHost(session);
    const repository = await openRepository(targetOf(job).repo, { signal: signals.finish });
    const clean = started?.clean?.hash ?? null;
    lab = await openLab(job, clean, labOptions(session, host), signals.finish);
    if (journal.events.at(-1)?.kind !== "concluded") {
      await journal.append({
        kind: "resumed",
        tool: version,
        host,
        slots: { ...lab.slots },
      });
    }
    return await driveToResult({ folder, journal, lab, repository }, flags, signals);
  } finally {
    signals.release();
    await lab?.close();
    await journal.close();
  }
}
