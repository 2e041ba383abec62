import type { CommitGraph } from "../history/graph.ts";
import {
  commitsTouching,
  namesOfPath,
  pathIndexOf,
  type TouchedPaths,
  withNewestNames,
} from "../history/graph-paths.ts";
import { releaseAges } from "../history/graph-releases.ts";
import type { Release } from "../history/release.ts";
import type { Repository } from "../history/repository.ts";
import { loadTouchedFunctions } from "../history/touched-functions.ts";
import { loadTouchedPaths } from "../history/touched-paths.ts";
import { codeFactor, compiledFactor, recencyFactor } from "../search/prior/factors.ts";
import type { GuiltyFunctions, ReportFiles } from "../search/prior/file-parts.ts";
import { type TouchedHistory, touchedHistory } from "../search/prior/history.ts";
import type { Prior } from "../search/prior/mix.ts";
import type { Factor } from "../search/prior/part.ts";
import { releaseFactor, shareOlderThan } from "../search/prior/releases.ts";
import { reportPrior } from "../search/prior/report-prior.ts";
import { blamedBy, nothingBlamed, type ReportedCrash } from "./blame.ts";

/** What is known of a bug before anything of its range is run. */
export interface PriorFacts {
  /** With source lines where they are known; null: no crash stands for it. */
  readonly crash: ReportedCrash | null;
  /** Files that the build of the crashing commit read; null: not known. */
  readonly compiled: readonly string[] | null;
  /** Files and folders that the user suspects. */
  readonly suspect: readonly string[];
  /** The releases before the crashing commit, newest first; null: a clean commit is known. */
  readonly releases: readonly Release[] | null;
}

/** How it is told to stop, and tells people what takes long. */
export interface Telling {
  readonly signal: AbortSignal;
  readonly tell?: ((text: string) => void) | undefined;
}

/** Commits that git takes some ten seconds to list with their files, in a tree of Linux's size. */
const longList = 20_000;

/**
 * How likely each commit of `graph` is before anything of it is run, and the files that the crash points at:
 * from the facts, and from what git says of the paths that the commits touch and, of those that touch that
 * file, of their functions. A crash that points at no file is no error: then all commits that change code
 * are alike.
 */
export async function priorOf(
  repository: Repository,
  graph: CommitGraph,
  { crash, compiled, suspect, releases }: PriorFacts,
  { signal, tell = () => {} }: Telling,
): Promise<{ readonly report: ReportFiles; readonly prior: Prior }> {
  if (graph.count >= longList) tell(`listing what ${graph.count} commits change`);
  const { touched } = await loadTouchedPaths(repository, graph, { signal });
  const history = touchedHistory(graph, withNewestNames(touched));
  const { report, names } = crash === null ? nothingBlamed : blamedBy(crash, touched);
  const { guilty } = report;
  const functions =
    guilty === null || names.length === 0
      ? null
      : await changedFunctions(repository, graph, touched, { guilty, names }, { signal, tell });
  const hints = suspect.map((path) => ({ path, names: namesOfPath(touched, path) }));
  const factors = [
    codeFactor(history),
    ...(compiled === null ? [] : [compiledFactor(history, new Set(compiled))]),
    ...(releases === null ? [] : ageFactors(history, releases)),
  ];
  const facts = {
    report,
    hints,
    ...(functions && { functions }),
    ...(releases && { outside: shareOlderThan(intervals(graph, releases)) }),
  };
  return { report, prior: reportPrior(history, facts, factors) };
}

async function changedFunctions(
  repository: Repository,
  graph: CommitGraph,
  touched: TouchedPaths,
  { guilty, names }: { readonly guilty: string; readonly names: readonly string[] },
  { signal, tell }: { readonly signal: AbortSignal; readonly tell: (text: string) => void },
): Promise<GuiltyFunctions | null> {
  const isTouched = namesOfPath(touched, guilty).some(
    (name) => commitsTouching(touched, pathIndexOf(touched, name)).length > 0,
  );
  if (!isTouched) return null;
  const onProgress = (done: number, of: number) => {
    if (done < of)
      tell(`finding out which functions of ${guilty} commits change: ${done} of ${of}`);
  };
  const options = { signal, onProgress };
  const byCommit = await loadTouchedFunctions(repository, graph, touched, guilty, options);
  const changed = [...byCommit].map(
    ([commit, functions]) => [commit, functions.some((name) => names.includes(name))] as const,
  );
  return { names, changed: new Map(changed) };
}

/** Without any release, what is newer is believed more all the same. */
function ageFactors(history: TouchedHistory, releases: readonly Release[]): Factor[] {
  if (releases.length === 0) return [recencyFactor(history)];
  const ages = releaseAges(history.graph, releases);
  return ages.releases.length === 0 ? [] : [releaseFactor(ages)];
}

/** Into how many parts releases divide the graph. */
function intervals(graph: CommitGraph, releases: readonly Release[]): number {
  return releaseAges(graph, releases).releases.length + 1;
}
