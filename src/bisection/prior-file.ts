import { guiltyFileOf, relevantFrames } from "../crash/guilty-file.ts";
import type { EventOf } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import { withNewestNames } from "../history/graph-paths.ts";
import type { Repository } from "../history/repository.ts";
import { loadTouchedPaths } from "../history/touched-paths.ts";
import { codeFactor, compiledFactor } from "../search/prior/factors.ts";
import { touchedHistory } from "../search/prior/history.ts";
import { reportPrior } from "../search/prior/report-prior.ts";
import type { PriorWeights } from "../search/reckoning.ts";
import { fileDamaged, readStoredFile, sha256Of, storeFile } from "./stored-file.ts";

/** What is known of a bug before anything of its range is run. */
export interface PriorFacts {
  /** With source lines where they are known; null: no crash stands for it. */
  readonly crash: { readonly title: string; readonly report: string } | null;
  /** Files that the build of the crashing commit read; null: not known. */
  readonly compiled: readonly string[] | null;
}

/** As many as the prior goes by. */
const mostStackFiles = 10;

const priorFiles = { what: "the weights of commits", names: /^prior-[0-9a-f]{12}$/ };

/**
 * Makes the prior of `graph`, whose hash is `graphHash`, from the facts and the paths that git says the
 * commits touch; keeps it in the bisection's folder durably, eight bytes a commit, and returns its event.
 * A crash that points at no file is no error: then all commits that change code are alike.
 */
export async function storePrior(
  { folder, repository }: { readonly folder: string; readonly repository: Repository },
  graph: CommitGraph,
  graphHash: string,
  { crash, compiled }: PriorFacts,
  signal: AbortSignal,
): Promise<{ readonly body: EventOf<"prior-set">; readonly prior: PriorWeights }> {
  const { touched } = await loadTouchedPaths(repository, graph, { signal });
  const history = touchedHistory(graph, withNewestNames(touched));
  const guilty = crash === null ? null : guiltyFileOf(crash.title, crash.report);
  const frames = crash === null ? [] : relevantFrames(crash.report);
  const stack = new Set(frames.filter(({ generic }) => !generic).map(({ file }) => file));
  const { weights, lines } = reportPrior(history, { report: { guilty, stack: [...stack] } }, [
    codeFactor(history),
    ...(compiled === null ? [] : [compiledFactor(history, new Set(compiled))]),
  ]);
  const bytes = bytesOf(weights.commits);
  const file = `prior-${graphHash.slice(0, 12)}`;
  await storeFile(folder, file, bytes);
  const { outside } = weights;
  const sha256 = sha256Of(bytes);
  const body = {
    kind: "prior-set" as const,
    graph: graphHash,
    guilty,
    stack: [...stack].filter((path) => path !== guilty).slice(0, mostStackFiles),
    outside,
    lines: [...lines],
    file,
    sha256,
  };
  return { body, prior: weights };
}

/** The prior that `event` names, from `folder`. Throws `graph-damaged` where it is not that one. */
export async function readStoredPrior(
  folder: string,
  event: EventOf<"prior-set">,
  graph: CommitGraph,
): Promise<PriorWeights> {
  const bytes = await readStoredFile(folder, event, priorFiles);
  if (bytes.length !== 8 * graph.count) {
    throw fileDamaged(folder, event.file, priorFiles.what, "it is not of this graph");
  }
  const commits = Float64Array.from({ length: graph.count }, (_, i) => bytes.readDoubleLE(8 * i));
  return { commits, outside: event.outside };
}

function bytesOf(weights: Float64Array): Buffer {
  const bytes = Buffer.alloc(8 * weights.length);
  for (const [i, weight] of weights.entries()) bytes.writeDoubleLE(weight, 8 * i);
  return bytes;
}
