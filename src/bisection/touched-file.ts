import { createHash } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure/failure.ts";
import type { CommitGraph } from "../history/graph.ts";
import type { TouchedPaths } from "../history/graph-paths.ts";
import { parseTouchedPaths } from "../history/graph-paths-text.ts";
import type { Repository } from "../history/repository.ts";
import { loadTouchedPaths } from "../history/touched-paths.ts";

/** Name of the list's file inside a bisection's folder. */
const touchedFile = "touched";

/** Where a bisection keeps which paths its commits touch. */
export interface TouchedFile {
  /** Inside of the bisection's folder. */
  readonly file: string;
  readonly sha256: string;
}

/**
 * Asks git which paths the commits of `graph` touch, and keeps the answer in `folder` durably, so that
 * nothing depends on the repository from then on. Throws what `loadTouchedPaths` throws.
 */
export async function storeTouched(
  repository: Repository,
  folder: string,
  graph: CommitGraph,
  signal: AbortSignal,
): Promise<{ readonly stored: TouchedFile; readonly touched: TouchedPaths }> {
  const { touched, text } = await loadTouchedPaths(repository, graph, { signal });
  const path = join(folder, touchedFile);
  const file = await open(`${path}.new`, "w");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  return { stored: { file: touchedFile, sha256: sha256Of(text) }, touched };
}

/**
 * What the commits of `graph` touch, from `folder`.
 * Throws `graph-damaged` where the file is not the one that was stored.
 */
export async function readStoredTouched(
  folder: string,
  { sha256 }: TouchedFile,
  graph: CommitGraph,
): Promise<TouchedPaths> {
  const path = join(folder, touchedFile);
  const damaged = (why: string, cause?: unknown) =>
    new Failure("graph-damaged", `cannot go on with the list of touched paths ${path}: ${why}`, {
      facts: { path },
      hint: "restore the folder from a copy, or start the bisection anew: kernels are cached",
      cause,
    });
  let text: Buffer;
  try {
    text = await readFile(path);
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : String(error), error);
  }
  if (sha256Of(text) !== sha256) throw damaged("its SHA-256 is not the recorded one");
  return parseTouchedPaths(text, graph);
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
