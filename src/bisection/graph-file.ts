import type { EventOf, HistoryPart } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import { indexOf } from "../history/graph-hashes.ts";
import { parseGraph } from "../history/graph-text.ts";
import { countMerges } from "../history/graph-walk.ts";
import { listReleases } from "../history/list-releases.ts";
import { loadGraph } from "../history/load-graph.ts";
import type { Release } from "../history/release.ts";
import type { Repository } from "../history/repository.ts";
import { readStoredFile, sha256Of, storeFile } from "./stored-file.ts";

/** Name of the first graph's file inside a bisection's folder. */
const graphFile = "graph";

const graphFiles = { what: "the commit graph", names: /^graph(-[0-9a-f]{12})?$/ };

/**
 * Reads the graph between two ends from git, keeps it in `folder` durably, and returns its event. A
 * graph that follows `earlier` has a file of its own: the earlier one counts until the event is stored.
 */
export async function storeGraph(
  repository: Repository,
  folder: string,
  given: {
    readonly after: string;
    /** Null: the graph reaches back to the beginning. */
    readonly before: string | null;
    readonly part: HistoryPart | undefined;
    readonly earlier: EventOf<"graph-loaded"> | null;
  },
  signal: AbortSignal,
): Promise<{ body: EventOf<"graph-loaded">; graph: CommitGraph }> {
  const { after, before, part, earlier } = given;
  const exclude = before === null ? [] : [before];
  const { graph, text } = await loadGraph(repository, { tip: after, exclude, ...part }, { signal });
  const sha256 = sha256Of(text);
  const name = earlier === null ? graphFile : `${graphFile}-${sha256.slice(0, 12)}`;
  await storeFile(folder, name, text);
  const body = {
    kind: "graph-loaded" as const,
    after,
    before: exclude,
    commits: graph.count,
    merges: countMerges(graph),
    file: name,
    sha256,
    releases: releasesIn(graph, await listReleases(repository, after, { signal })),
  };
  return { body, graph };
}

/** People are shown where they lie: where there are too many, those without a third number, the newest. */
function releasesIn(graph: CommitGraph, newestFirst: readonly Release[]) {
  const inside = newestFirst
    .map(({ tag, hash }) => ({ tag, at: indexOf(graph, hash) }))
    .filter(({ at }) => at >= 0);
  const large = inside.filter(({ tag }) => tag.split(".").length === 2);
  const shown = inside.length <= mostReleases ? inside : large;
  return shown.slice(0, mostReleases).reverse();
}

const mostReleases = 64;

/** The graph that `event` names, from `folder`. Throws `graph-damaged` where it is not that graph. */
export async function readStoredGraph(
  folder: string,
  event: EventOf<"graph-loaded">,
): Promise<CommitGraph> {
  return parseGraph(await readStoredFile(folder, event, graphFiles));
}
