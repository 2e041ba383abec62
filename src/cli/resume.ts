import { join } from "node:path";
import { headOf } from "../bisection/fix-ends.ts";
import type { BisectionState } from "../bisection/state.ts";
import { shortHash } from "../event/short-hash.ts";
import { findBisection } from "../journal/store.ts";
import { takeUp } from "../session/take-up.ts";
import { type BoundsFlags, boundsFrom } from "./bounds-flags.ts";
import { foldersOf } from "./folders.ts";
import { driveToResult, type SessionFlags } from "./session.ts";
import { catchSignals } from "./signals.ts";
import { labOptions, thisHost } from "./this-machine.ts";
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
  try {
    const held = await takeUp(folder, {
      tool: version,
      hostOf: thisHost,
      labOptionsOf: (host, allowHost) => labOptions({ ...flags, allowHost }, host),
      boundsFrom: (before) => boundsFrom(flags, before),
      head: flags.head,
      fetch: flags.fetch,
      say: (line) => process.stderr.write(`${line}\n`),
      signal: signals.finish,
    });
    const { state, hasMoved } = held;
    if (!hasMoved && state.concluded?.end === "not-fixed-yet") sayNotMoved(state);
    return await driveToResult(held, flags, signals);
  } finally {
    signals.release();
  }
}

function sayNotMoved(state: BisectionState): void {
  const { name, hash } = headOf(state);
  process.stderr.write(`${name} is still ${shortHash(hash)}: there is nothing newer to test\n`);
}
