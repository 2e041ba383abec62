import { createHash } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { EventOf, HistoryPart } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import type { CommitGraph } from "../history/graph.ts";
import { parseGraph } from "../history/graph-text.ts";
import { countMerges } from "../history/graph-walk.ts";
import { loadGraph } from "../history/load-graph.ts";
import type { Repository } from "../history/repository.ts";

/** Name of the first graph's file inside a bisection's folder. */
const graphFile = "graph";

/** The names that such a file can have: a journal may come from anywhere. */
const graphFiles = /^graph(-[0-9a-f]{12})?$/;

/**
 * Reads the graph between two ends from git, keeps it in `folder` durably, and returns its event. A
 * graph that follows `earlier` has a file of its own: the earlier one counts until the event is stored.
 */
export async function storeGraph(
  repository: Repository,
  folder: string,
  given: {
    readonly after: string;
    readonly before: string;
    readonly part: HistoryPart | undefined;
    readonly earlier: EventOf<"graph-loaded"> | null;
  },
  signal: AbortSignal,
): Promise<{ body: EventOf<"graph-loaded">; graph: CommitGraph }> {
  const { after, before, part, earlier } = given;
  const { graph, text } = await loadGraph(
    repository,
    { tip: after, exclude: [before], ...part },
    { signal },
  );
  const sha256 = sha256Of(text);
  const name = earlier === null ? graphFile : `${graphFile}-${sha256.slice(0, 12)}`;
  const path = join(folder, name);
  const file = await open(`${path}.new`, "w");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  const body = {
    kind: "graph-loaded",
    after,
    before: [before],
    commits: graph.count,
    merges: countMerges(graph),
    file: name,
    sha256,
  } as const;
  return { body: { ...body, before: [...body.before] }, graph };
}

/** The graph that `event` names, from `folder`. Throws `graph-damaged` where it is not that graph. */
export async function readStoredGraph(
  folder: string,
  event: EventOf<"graph-loaded">,
): Promise<CommitGraph> {
  const path = join(folder, event.file);
  const damaged = (why: string, cause?: unknown) =>
    new Failure("graph-damaged", `cannot go on with the commit graph ${path}: ${why}`, {
      facts: { path },
      hint: "restore the folder from a copy, or start the bisection anew: kernels are cached",
      cause,
    });
  if (!graphFiles.test(event.file)) throw damaged("this is no name of a graph");
  let text: Buffer;
  try {
    text = await readFile(path);
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : String(error), error);
  }
  if (sha256Of(text) !== event.sha256) throw damaged("its SHA-256 is not the recorded one");
  return parseGraph(text);
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
