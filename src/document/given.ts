import { readStoredGraph } from "../bisection/graph-file.ts";
import { repositoryOf } from "../bisection/own-repository.ts";
import { beliefAfter } from "../bisection/suspicion.ts";
import { suspicionToShow } from "../bisection/told-suspicion.ts";
import type { BisectionEvent } from "../event/index.ts";
import { diffOfCommit } from "../history/commit-diff.ts";
import type { CommitGraph } from "../history/graph.ts";
import { indexOf } from "../history/graph-hashes.ts";
import { suspectsIn } from "../report/suspect-count.ts";
import { beliefColumns, evenWeights } from "../view/belief-columns.ts";
import { overlapOf } from "../view/overlap.ts";
import type { ReportGiven } from "../view/report-given.ts";
import type { BisectionView } from "../view/schema.ts";
import { viewOf } from "../view/view.ts";
import { allRuns, excerpts, keyRuns, wholeConsoles } from "./consoles.ts";

/** What a document cannot know from a bisection's folder. */
export interface Making {
  /** Whether a process is at work on it now. */
  readonly running: boolean;
  /** Path of the log in syzbot's dialect, where there is one. */
  readonly log: string | null;
  /** Version of firstbad. */
  readonly tool: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether all consoles are in a page, and not only what matters of the key ones. */
  readonly consoles?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Columns of the strip: as many as are seen on a page. */
const columns = 240;

/**
 * All that a page is made from: `events` are those of the bisection in `folder`. A graph, a repository or consoles
 * that are not there any more only leave out what they would tell.
 */
export async function givenOf(
  folder: string,
  events: readonly BisectionEvent[],
  making: Making,
): Promise<ReportGiven> {
  const loaded = events.findLast((event) => event.kind === "graph-loaded");
  const [suspicion, belief, graph] = await Promise.all([
    suspicionToShow(folder, events),
    beliefAfter(folder, events).catch(() => null),
    loaded === undefined ? null : readStoredGraph(folder, loaded).catch(() => null),
  ]);
  const view = viewOf(events, { running: making.running, now: making.now, suspicion, graph });
  const { consoles, leftOut } = making.consoles
    ? await wholeConsoles(folder, allRuns(view))
    : { consoles: await excerpts(folder, keyRuns(view)), leftOut: 0 };
  return {
    view: { ...view, strip: spreadOver(view, graph, belief?.weights ?? null) },
    overlap: await overlapIn(folder, view, making.signal),
    consoles,
    consolesLeftOut: leftOut,
    commands: commandsOf(view),
    at: new Date(making.now).toISOString(),
    tool: making.tool,
  };
}

/** By the belief of now, and not that of the last choice; even over the suspects where nobody reckons one. */
function spreadOver(
  { strip, steps }: BisectionView,
  graph: CommitGraph | null,
  weights: Float64Array | null,
): BisectionView["strip"] {
  if (strip === null) return null;
  const known = weights ?? (graph && evenOver(graph, strip.after, steps));
  if (known === null) return strip;
  const made = beliefColumns(known, { from: 0, to: known.length, wanted: columns });
  return { ...strip, spread: made.columns.map((sum) => Math.min(1, sum)) };
}

function evenOver(
  graph: CommitGraph,
  after: string,
  steps: BisectionView["steps"],
): Float64Array | null {
  const tip = indexOf(graph, after);
  if (tip < 0) return null;
  const verdicts = steps.flatMap(({ commit, verdict, overruled }) => {
    const said = overruled ?? verdict;
    return said === null ? [] : [[commit.hash, said] as const];
  });
  return evenWeights(suspectsIn(graph, tip, new Map(verdicts)));
}

async function overlapIn(
  folder: string,
  { conclusion, crash }: BisectionView,
  signal: AbortSignal | undefined,
): Promise<ReportGiven["overlap"]> {
  const culprit = conclusion?.culprit?.hash;
  if (culprit === undefined || crash === null) return null;
  const repository = await repositoryOf(folder).catch(() => null);
  if (repository === null) return null;
  const diff = await diffOfCommit(repository, culprit, { ...(signal && { signal }) }).catch(
    () => null,
  );
  if (diff === null) return null;
  const overlap = overlapOf(crash.report, diff.text);
  return { ...overlap, cut: overlap.cut || diff.cut };
}

function commandsOf({ head, conclusion, steps }: BisectionView): ReportGiven["commands"] {
  const culprit = conclusion?.culprit;
  const step = steps.findLast(
    ({ command, commit }) => command !== null && commit.hash === culprit?.hash,
  );
  return [
    ...(culprit == null ? [] : [{ what: "the change", text: `git show ${culprit.hash}` }]),
    ...(step?.command == null ? [] : [{ what: "to repeat it by hand", text: step.command }]),
    { what: "all that is known, and why", text: `firstbad explain ${head.id}` },
    ...(conclusion?.mayMail ? [{ what: "to tell people", text: `firstbad mail ${head.id}` }] : []),
    ...(conclusion === null ? [{ what: "to go on", text: head.resumeCommand }] : []),
  ];
}
