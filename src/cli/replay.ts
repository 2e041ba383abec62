import { knownByLog } from "../syzbot/index.ts";
import { type BisectFlags, bisect } from "./bisect.ts";
import { readFrom, tellUnrecognised } from "./log.ts";
import { firstBefore, newestAfter, notReplayable } from "./replayed-log.ts";

/**
 * `firstbad replay FILE|- [JOB]`: begins a bisection where the log of another one ends. Its newest
 * commit with the bug, of a search for a fix its first one, is tested first, to know the bug by it;
 * everything else that the log says of commits in between is taken for true, until the user says otherwise.
 */
export async function replay(path: string, jobPath: string, flags: BisectFlags): Promise<number> {
  const events = await readFrom(path);
  tellUnrecognised(events, path);
  const known = knownByLog(events);
  if (known === null) {
    throw notReplayable(path, "it is a bisection of firstbad's own", "`firstbad resume` goes on");
  }
  const crashes = known.find === "fix" ? firstBefore(known) : newestAfter(known);
  if (crashes === undefined) {
    throw notReplayable(path, "it knows no commit with the bug", "mark one, then replay it");
  }
  return bisect(jobPath, flags, { path: path === "-" ? "standard input" : path, known });
}
