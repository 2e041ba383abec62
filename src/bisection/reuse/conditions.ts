import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { readFirstEvent } from "../../journal/file-journal.ts";
import { type Comparable, comparedOf } from "./differences.ts";

/**
 * A short text for what `started` says that runs depend on beside their kernels: another one where it says something
 * else. It is a quick way to leave out what does not fit; `differences` has the last word.
 */
export function conditionsOf(started: Comparable): string {
  return createHash("sha256")
    .update(JSON.stringify(comparedOf(started), inOrder))
    .digest("hex");
}

/**
 * What was found of folders, and of which folder under that name. A first event never changes, and a server asks
 * thousands of journals for it each time that a job is sent.
 */
const known = new Map<string, { readonly folder: string; readonly conditions: string | null }>();

/** The same for the journal in the folder `path`; null: nothing can be told of it. */
export function conditionsIn(path: string): string | null {
  const { ino = 0, birthtimeMs = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
  const folder = `${ino}:${birthtimeMs}`;
  const before = known.get(path);
  if (before?.folder === folder) return before.conditions;
  const conditions = readConditions(path);
  // One that has only just been made may have no event yet.
  if (conditions !== null) known.set(path, { folder, conditions });
  return conditions;
}

function readConditions(path: string): string | null {
  try {
    const first = readFirstEvent(path);
    return first?.kind === "started" ? conditionsOf(first) : null;
  } catch {
    return null;
  }
}

/** Keys in one order: files were written by hand. */
function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
