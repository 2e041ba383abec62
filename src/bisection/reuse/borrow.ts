import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type BisectionEvent,
  consolePathOf,
  type EventBody,
  type EventOf,
  type KernelId,
  runIdOf,
} from "../../event/index.ts";
import { Failure } from "../../failure/failure.ts";
import { readFileJournal } from "../../journal/file-journal.ts";
import type { BisectionState } from "../state.ts";
import { mayBorrow } from "./may-borrow.ts";
import { runsBySignature } from "./offer.ts";

/** Runs that were taken over, and the event that says how many. */
interface Borrowed {
  readonly learnt: readonly EventBody[];
  readonly body: EventBody;
}

/**
 * Takes over the runs that an earlier bisection beside `folder` lends to `kernel`, and copies their consoles. Begun
 * again after a kill it goes on. Whatever of them is gone is not lent.
 */
export async function borrow(
  kernel: KernelId,
  state: BisectionState,
  folder: string,
): Promise<Borrowed> {
  const offered = mayBorrow(state, kernel);
  const from = state.offer?.from ?? "";
  if (offered === null) throw new Error(`nothing is lent to ${kernel}`);
  const lender = join(dirname(folder), from);
  const theirs = await runsOf(lender, offered.signature);
  const own = state.kernels.get(kernel)?.runs ?? new Map();
  const learnt: EventBody[] = [];
  let runs = 0;
  for (const [n, run] of theirs.slice(0, offered.runs).entries()) {
    const taken = await takeOver(run, { from, lender, folder, kernel, n });
    if (taken === null) continue;
    runs++;
    if (!own.has(n)) learnt.push(taken);
  }
  const { signature } = offered;
  return { learnt, body: { kind: "evidence-reused", from, kernel, signature, runs } };
}

/** None where the bisection is gone, or can no longer be read. */
async function runsOf(lender: string, signature: string): Promise<readonly Run[]> {
  const events = await readFileJournal(lender).catch((error: unknown): BisectionEvent[] => {
    if (error instanceof Failure) return [];
    throw error;
  });
  return runsBySignature(events).get(signature)?.runs ?? [];
}

type Run = EventOf<"run-finished">;

async function takeOver(
  given: Run,
  to: { from: string; lender: string; folder: string; kernel: KernelId; n: number },
): Promise<EventBody | null> {
  const { note: _, ...facts } = given;
  const run = runIdOf(to.kernel, to.n);
  const console = consolePathOf(run);
  try {
    await mkdir(dirname(join(to.folder, console)), { recursive: true });
    // Its own path, not the one that a journal of another may name.
    await copyFile(join(to.lender, consolePathOf(given.run)), join(to.folder, console));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  return { ...facts, run, kernel: to.kernel, console, lent: { from: to.from, run: given.run } };
}
