import { shortHash } from "../event/short-hash.ts";
import type { CommitGraph } from "../history/graph.ts";
import { indexOf } from "../history/graph-hashes.ts";
import { isAncestor } from "../history/graph-walk.ts";
import type { Release } from "../history/release.ts";
import type { Policy } from "../search/policy.ts";
import type { Rules } from "../search/rules.ts";
import { conclude } from "./conclude.ts";
import { crashMeans } from "./crash-means.ts";
import type { Ends } from "./ends.ts";
import { symbolizeCrashOf } from "./final-crash.ts";
import { type Holding, holdingOf } from "./overrides.ts";
import { choose } from "./probe.ts";
import { situationOf } from "./situation.ts";
import { type BisectionState, startOf } from "./state.ts";
import { type Step, work } from "./step.ts";
import { wordsOf } from "./words-of.ts";

/*
 * A policy that reckons with probabilities needs no clean end: what lies before the graph is one more place
 * where the change may be. The graph reaches back to a release, and further where belief goes there.
 */

/**
 * Releases that the first graph reaches back. Of real culprits 14 % are older; for Linux these are some
 * 120,000 commits, whose touched files git lists in a minute, and not a million and ten minutes.
 */
const firstReach = 9;
/** How many times as far the next graph reaches. */
const further = 4;

/** Whether the search begins without an end that is thought to be clean. In a part of history one is walked to. */
export function isWithoutCleanEnd(state: BisectionState, { decidesAll }: Policy): boolean {
  const { clean, part, find } = startOf(state);
  if (state.entered !== null) return false;
  return (
    decidesAll === true && find === "cause" && clean === null && (part?.paths.length ?? 0) === 0
  );
}

/** The crashing commit, and the release that the graph reaches back to; a step where releases are not listed yet. */
export function endsAsFarAsLooked(state: BisectionState): Step | Ends {
  const after = startOf(state).crashes.hash;
  if (state.releases === null) return work({ task: "list-releases", commit: after });
  const { releases } = state.releases;
  const place = state.graph === null ? reachOf(releases, null) : placeOf(state, releases);
  return { after, before: place === null ? null : (releases[place] as Release).hash };
}

/** The place in `releases` of the one that the graph reaches back to; null: to the beginning. */
function placeOf({ graph }: BisectionState, releases: readonly Release[]): number | null {
  const place = releases.findIndex(({ hash }) => hash === graph?.before[0]);
  if (place >= 0) return place;
  // A graph of what a merge brought, which somebody has said not to be the one, reached nowhere.
  return graph?.before.length ? reachOf(releases, null) : null;
}

/** How far back to look after `place`; the same place at the oldest release, null where there is none. */
function reachOf(releases: readonly Release[], place: number | null): number | null {
  if (releases.length === 0) return null;
  const reach = place === null ? firstReach : (place + 1) * further;
  return Math.min(releases.length, reach) - 1;
}

/**
 * The change is believed to lie before the graph: a graph that reaches further back, or the end
 * `since-oldest`. Where nothing before the graph was seen to crash, it could not be tested: then releases
 * nearer by are tried, until so many of them cannot be tested that nothing older can.
 */
export function lookFurtherBack(state: BisectionState, graph: CommitGraph, rules: Rules): Step {
  const outside = crashingOutside(state, graph);
  const oldest = outside ?? oldestCrashing(state, graph);
  const near = outside === null ? releasesBelow(state, graph, oldest) : [];
  const untried = near.find(({ hash }) => holdingOf(state, hash) === undefined);
  if (untried !== undefined) {
    return choose(state, {
      stage: "release",
      commits: [{ commit: untried.hash, runs: rules.runs(situationOf(state)) }],
      label: untried.tag,
      why: "what is older could not be tested: this release may be",
    });
  }
  const releases = state.releases?.releases ?? [];
  const place = placeOf(state, releases);
  const next = place === null ? null : reachOf(releases, place);
  if (next !== null && next !== place && near.length < enoughTried) {
    const { hash: after } = startOf(state).crashes;
    return work({ task: "load-graph", after, before: (releases[next] as Release).hash });
  }
  return endAtOldest(state, oldest, rules);
}

/** Releases below one that crashes, one after the other, none of which can be tested: so are older ones. */
const enoughTried = 3;

/** The newest releases of the graph that `commit` contains, and the one before it. */
function releasesBelow(state: BisectionState, graph: CommitGraph, commit: string): Release[] {
  const place = indexOf(graph, commit);
  const outside = new Set(graph.outside);
  const below = (state.releases?.releases ?? []).filter(({ hash }) => {
    const at = indexOf(graph, hash);
    return hash !== commit && (at >= 0 ? isAncestor(graph, at, place) : outside.has(hash));
  });
  return below.slice(0, enoughTried);
}

/** Crashes of one commit that make sure of it, and runs after which what was seen is all. */
const surelyCrashes = 3;
const mostRuns = 30;

/** The end `since-oldest`: `oldest` crashes, which is to be seen often enough, and nothing older can be tested. */
export function endAtOldest(state: BisectionState, oldest: string, rules: Rules): Step {
  const held = holdingOf(state, oldest);
  const runs = held === undefined ? 0 : held.crashed + held.clean + held.foreign + held.missing;
  const isSure = held?.override || (held?.crashed ?? 0) >= surelyCrashes || runs >= mostRuns;
  const tag = state.releases?.releases.find(({ hash }) => hash === oldest)?.tag;
  if (!isSure) {
    return choose(state, {
      stage: "release",
      commits: [{ commit: oldest, runs: runs + surelyCrashes }],
      ...(tag !== undefined && { label: tag }),
      why: `the oldest that could be tested: that it ${wordsOf(state).shows} must be sure`,
    });
  }
  const what = tag === undefined ? "commit" : "release";
  const why = `it ${wordsOf(state).shows} on ${tag ?? shortHash(oldest)}, the oldest ${what} that could be tested`;
  return (
    symbolizeCrashOf(state, oldest, rules) ??
    conclude("since-oldest", { candidates: [oldest], why })
  );
}

/** A commit before the graph that was found to crash, or null. */
function crashingOutside(state: BisectionState, { outside }: CommitGraph): string | null {
  const isCrashing = (hash: string) => holdingOf(state, hash)?.verdict === crashMeans(state);
  const [reach] = state.graph?.before ?? [];
  if (reach !== undefined && isCrashing(reach)) return reach;
  return outside.find(isCrashing) ?? null;
}

/** The oldest commit of the graph that was found to crash; at least the crashing one itself was. */
function oldestCrashing(state: BisectionState, graph: CommitGraph): string {
  const start = startOf(state).crashes.hash;
  let oldest = { hash: start, place: indexOf(graph, start) };
  for (const [hash, held] of tested(state)) {
    const place = indexOf(graph, hash);
    if (held.verdict === crashMeans(state) && place >= 0 && place < oldest.place) {
      oldest = { hash, place };
    }
  }
  return oldest.hash;
}

/** Whether any commit was found to be clean. */
export function isAnyClean(state: BisectionState): boolean {
  const clean = crashMeans(state) === "after" ? "before" : "after";
  return [...tested(state)].some(([, { verdict }]) => verdict === clean);
}

function* tested(state: BisectionState): Generator<[string, Holding]> {
  for (const hash of state.answers.keys()) {
    const held = holdingOf(state, hash);
    if (held !== undefined) yield [hash, held];
  }
}
