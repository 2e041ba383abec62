import { setTimeout as pass } from "node:timers/promises";
import type { BisectionEvent, UserEvent } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { askHolderOf } from "../journal/ask.ts";
import { openFileJournal } from "../journal/file-journal.ts";
import type { HeldJournal } from "../journal/journal.ts";
import { readStoredGraph } from "./graph-file.ts";
import { stateOf } from "./state.ts";
import { checkOverride } from "./take-override.ts";

/** What became of what somebody said. */
export interface Delivered {
  readonly event: BisectionEvent;
  /** Whether a process is at work on the bisection, and has it from now on. */
  readonly held: boolean;
}

/** A holder may end while it is asked, and another begin: so often both ways are tried. */
const attempts = 20;

/**
 * Puts `body` into the journal in `folder`: through the process that is at work on it, or, where none
 * is, directly. Throws `override-refused` with the reason, and what opening a journal throws.
 */
export async function deliverOverride(folder: string, body: UserEvent): Promise<Delivered> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const journal = await openFileJournal(folder).catch(unlessLocked);
    if (journal !== null) return { event: await append(journal, folder, body), held: false };
    const event = await askHolderOf(folder, body);
    if (event !== null) return { event, held: true };
    await pass(50 * attempt);
  }
  throw new Failure("bisection-locked", `the process that works on ${folder} does not answer`, {
    facts: { folder },
    hint: "wait for it or stop it, then try again",
  });
}

function unlessLocked(error: unknown): null {
  if (error instanceof Failure && error.code === "bisection-locked") return null;
  throw error;
}

async function append(
  journal: HeldJournal,
  folder: string,
  body: UserEvent,
): Promise<BisectionEvent> {
  try {
    const state = stateOf(journal.events);
    const graph = state.graph === null ? null : await readStoredGraph(folder, state.graph);
    checkOverride(state, graph, body);
    return await journal.append(body);
  } finally {
    await journal.close();
  }
}
