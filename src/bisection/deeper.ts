import type { EventOf } from "../event/index.ts";
import { shortHash } from "../event/short-hash.ts";
import type { CommitGraph } from "../history/graph.ts";
import { hashOf, indexOf, parentHashesOf } from "../history/graph-hashes.ts";
import type { BugWords } from "../outcome/bug-words.ts";
import { gitPolicy } from "../search/git/git-policy.ts";
import type { Evidence, SearchState } from "../search/policy.ts";
import type { Rules } from "../search/rules.ts";
import { isBuildAlone } from "./build-alone.ts";
import { type Trial, tryChanged } from "./changed-kernel.ts";
import { cleanRunsWanted } from "./clean-runs.ts";
import { deeperOf, nextSearch } from "./deeper-searches.ts";
import { limitOf } from "./numbers.ts";
import { haveSameFixes } from "./revert-checks.ts";
import { type BisectionState, type Deeper, startOf } from "./state.ts";
import { record, type Step } from "./step.ts";
import { changeKey } from "./tried-keys.ts";
import { wordsOf } from "./words-of.ts";

type Begun = EventOf<"deeper-begun">;
type Ended = EventOf<"deeper-ended">;
type Answered = EventOf<"deeper-answered">;

/**
 * Searches what lies behind a culprit that only made a bug visible, with its change brought to older commits; or
 * which commits of its two sides a merge does not bear together. Where the next commit is asked of git's policy,
 * as each test is sure enough to be believed. A step, or null where nothing is searched, or all of it is told.
 */
export function searchDeeper(
  state: BisectionState,
  graph: CommitGraph,
  culprit: string,
  parents: readonly string[],
  rules: Rules,
): Step | null {
  const builds = startOf(state).checks?.deeper ?? null;
  if (builds === null || startOf(state).find !== "cause") return null;
  // It goes by crashes in runs.
  if (isBuildAlone(state) || limitOf(state) !== null) return null;
  const open = deeperOf(state, culprit).find(({ ended }) => ended === null);
  if (open !== undefined) return goOn(state, graph, open, { rules, sides: parents.length });
  const wanted = nextSearch(state, culprit, parents);
  if (wanted === null) return null;
  const runs = cleanRunsWanted(state);
  return record({ kind: "deeper-begun", culprit, ...wanted, runs, builds });
}

interface Given {
  readonly rules: Rules;
  /** Parents of the culprit. */
  readonly sides: number;
}

function goOn(
  state: BisectionState,
  graph: CommitGraph,
  deeper: Deeper,
  { rules, sides }: Given,
): Step {
  const { begun, answers } = deeper;
  const ends = lookAtEnds(state, deeper, { rules, sides });
  if (ends !== null) return ends;
  const known = knownOf(graph, deeper);
  if (known.after < 0) return outsideOf(begun);
  const decision = gitPolicy.next(known);
  switch (decision.kind) {
    case "probe": {
      const commit = hashOf(graph, decision.probes[0]?.commit ?? known.after);
      const built = [...answers.values()].filter(({ kernel }) => kernel !== null).length;
      if (built < begun.builds) return test(state, deeper, commit, rules);
      const why = `${built} kernels were built for it, as many as are allowed`;
      return gaveUp(graph, begun, known, why);
    }
    case "found":
      return named(graph, deeper, decision.commit, wordsOf(state));
    case "ties": {
      const commits = decision.commits.map((index) => hashOf(graph, index));
      return ended(begun, "several", commits, "those between them cannot be tested so");
    }
    case "stuck":
      return ended(begun, "given-up", [], decision.why);
    default:
      return decision satisfies never;
  }
}

/** What is known to crash at the one end, and to be clean at the other, is looked at first. */
function lookAtEnds(state: BisectionState, deeper: Deeper, { rules, sides }: Given): Step | null {
  const { begun, answers } = deeper;
  const { after, before, search } = begun;
  const words = wordsOf(state);
  if (!answers.has(after)) return test(state, deeper, after, rules);
  if (search === "inside") {
    const all = answers.get(after) as Answered;
    // Of two sides it is known that they show it together.
    if (sides > 2 && all.verdict === "untestable") {
      const why = `${shortHash(after)}, merged into ${shortHash(before ?? "")}, cannot be tested: ${all.why}`;
      return ended(begun, "given-up", [], why);
    }
    if (all.verdict !== "before") return null;
    return ended(begun, "own", [], `merged without help, its two sides do not ${words.show}`);
  }
  if (before === null) return null;
  const oldest = answers.get(before);
  if (oldest === undefined) return test(state, deeper, before, rules);
  if (oldest.verdict !== "after") return null;
  const why = `with its change, ${shortHash(before)} ${words.shows}, too: what it made visible is older`;
  return ended(begun, "older", [], why);
}

/** What is told to git's policy: the graph of the bisection, of which the ancestors of the end are searched. */
function knownOf(graph: CommitGraph, deeper: Deeper): SearchState {
  const { begun, answers } = deeper;
  const evidence: Evidence[] = [];
  const note = (
    hash: string,
    { crashed, clean, verdict }: Omit<Evidence, "commit" | "foreign" | "missing">,
  ) => {
    const commit = indexOf(graph, hash);
    if (commit >= 0) evidence.push({ commit, crashed, clean, foreign: 0, missing: 0, verdict });
  };
  if (begun.onto !== null) note(begun.onto, { crashed: 0, clean: 1, verdict: "before" });
  for (const { commit, verdict, crashed, clean } of answers.values()) {
    // The end is known to lie behind it, even where that cannot be shown anew.
    if (commit !== begun.after) note(commit, { crashed, clean, verdict });
  }
  const { runs } = begun;
  return { graph, after: indexOf(graph, begun.after), evidence, crashMeans: "after", runs };
}

function test(state: BisectionState, { begun }: Deeper, commit: string, rules: Rules): Step {
  const isParent = begun.search === "behind" && commit === begun.after;
  if (isParent && haveSameFixes(state, begun.culprit, commit)) {
    return answered(commit, "after", "with its change it is the culprit: nothing is built for it");
  }
  const trial = trialOf(begun, commit);
  const merged = begun.search === "inside" ? mergedTreeOf(state, trial) : null;
  if (merged !== null && merged === state.examined.get(begun.culprit)?.tree) {
    return answered(
      commit,
      "after",
      "merged without help it is the culprit: nothing is built for it",
    );
  }
  const tried = tryChanged(state, trial, rules);
  switch (tried.kind) {
    case "step":
      return tried.step;
    case "inapplicable":
      // What is in already changes nothing of the side that is clean.
      if (begun.search === "inside" && tried.isNothing) {
        return answered(commit, "before", "it changes nothing there");
      }
      return answered(commit, "untestable", tried.why);
    case "silent":
      return answered(commit, "untestable", tried.why, tried);
    case "unaffordable":
      return ended(begun, "given-up", [], tried.why, { bounded: true });
    case "said": {
      const verdict = tried.crashed > 0 ? "after" : "before";
      const how = begun.search === "behind" ? "with the culprit's change" : "merged";
      const why = `${how} it ${verdict === "after" ? wordsOf(state).shows : "is clean"}`;
      return answered(commit, verdict, why, tried);
    }
    default:
      return tried satisfies never;
  }
}

function trialOf({ search, culprit, onto, runs }: Begun, commit: string): Trial {
  if (search === "behind") return { commit, change: { how: "apply", of: culprit }, runs };
  return { commit: onto ?? culprit, change: { how: "merge", of: commit }, runs };
}

/** Git's name of the tree that a merge makes, where it was tried and no fix is in it. */
function mergedTreeOf({ changes }: BisectionState, { commit, change }: Trial): string | null {
  return changes.get(changeKey(commit, change, []))?.tree ?? null;
}

function named(
  graph: CommitGraph,
  { begun, answers }: Deeper,
  commit: number,
  { shows }: BugWords,
): Step {
  const hash = hashOf(graph, commit);
  const { search, before } = begun;
  if (search === "inside") {
    const why = `merged with ${shortHash(begun.onto ?? "")} it ${shows}, and what it is made on does not`;
    return ended(begun, "found", [hash], why);
  }
  const parents = parentHashesOf(graph, commit);
  if (parents.length === 0) {
    return ended(
      begun,
      "older",
      [],
      `with its change, even ${shortHash(hash)} ${shows}, the first commit`,
    );
  }
  const isCleanBefore = before !== null && answers.get(before)?.verdict === "before";
  if (!isCleanBefore && parents.some((parent) => indexOf(graph, parent) < 0)) {
    const why = "its change cannot be brought to what is older than the range";
    return ended(begun, "several", [hash], why);
  }
  return ended(
    begun,
    "found",
    [hash],
    `with the culprit's change it ${shows}, and its parents do not`,
  );
}

function gaveUp(graph: CommitGraph, begun: Begun, known: SearchState, why: string): Step {
  const { commits } = gitPolicy.suspects(known);
  const named = commits.slice(0, 1000).map((index) => hashOf(graph, index));
  return ended(begun, "given-up", named, why);
}

/** The range does not have the commit that a search would begin at. */
function outsideOf(begun: Begun): Step {
  if (begun.search === "inside") {
    const why = `that side of the merge, ${shortHash(begun.after)}, is older than the range`;
    return ended(begun, "given-up", [], why);
  }
  const why = `its parent ${shortHash(begun.after)} is older than the range: what it made visible is, too`;
  return ended(begun, "older", [], why);
}

function answered(
  commit: string,
  verdict: Answered["verdict"],
  why: string,
  said: { readonly kernel?: string; readonly crashed?: number; readonly clean?: number } = {},
): Step {
  const { kernel = null, crashed = 0, clean = 0 } = said;
  return record({ kind: "deeper-answered", commit, kernel, verdict, crashed, clean, why });
}

function ended(
  { culprit, search }: Begun,
  result: Ended["result"],
  commits: readonly string[],
  why: string,
  bounded: { readonly bounded?: true } = {},
): Step {
  const kind = "deeper-ended";
  return record({ kind, culprit, search, result, commits: [...commits], ...bounded, why });
}
