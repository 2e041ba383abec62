import { join } from "node:path";
import type { BisectionEvent } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { readFileJournal } from "../journal/file-journal.ts";
import { findBisection, listBisections } from "../journal/store.ts";
import { foldersOf } from "./folders.ts";

/** The bisection that a command is about. */
export interface Chosen {
  readonly id: string;
  readonly folder: string;
  readonly events: readonly BisectionEvent[];
  /** The words behind its id. */
  readonly rest: readonly string[];
}

/**
 * The bisection that the first of `words` names, if it names one and at least `needed` words follow;
 * else the only one that is not concluded, which is then said on standard error. Throws
 * `bisection-not-found` where neither is so.
 */
export async function chosenBisection(words: readonly string[], needed: number): Promise<Chosen> {
  const { bisections } = foldersOf(process.env);
  const [name, ...rest] = words;
  const named =
    name === undefined || rest.length < needed ? null : await findIn(bisections, name, needed > 0);
  const id = named ?? (await onlyUnfinished(bisections));
  const folder = join(bisections, id);
  const events = await readFileJournal(folder);
  return { id, folder, events, rest: named === null ? words : rest };
}

/** Null where no bisection has that name and it may be something else, as a commit's. */
async function findIn(root: string, name: string, other: boolean): Promise<string | null> {
  return findBisection(root, name).catch((error: unknown) => {
    if (other && error instanceof Failure && error.code === "bisection-not-found") return null;
    throw error;
  });
}

async function onlyUnfinished(root: string): Promise<string> {
  const ids: string[] = [];
  for (const id of await listBisections(root)) {
    const events = await readFileJournal(join(root, id)).catch(() => []);
    if (events.length > 0 && !isConcluded(events)) ids.push(id);
  }
  const [only] = ids;
  if (only !== undefined && ids.length === 1) {
    process.stderr.write(`${only}: the only bisection that is not concluded\n`);
    return only;
  }
  const what = ids.length === 0 ? "no bisection is" : `${ids.length} bisections are`;
  throw new Failure("bisection-not-found", `${what} unfinished: name the one that is meant`, {
    hint: ids.length === 0 ? "see `firstbad list`" : `one of: ${ids.join(", ")}`,
  });
}

/** An override, or a wish for more runs, after the conclusion opens a bisection again. */
function isConcluded(events: readonly BisectionEvent[]): boolean {
  const last = events.findLast(({ kind }) =>
    ["concluded", "overridden", "override-undone", "runs-added"].includes(kind),
  );
  return last?.kind === "concluded";
}
