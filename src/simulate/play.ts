import type { CommitGraph } from "../history/graph.ts";
import type { Decision, Policy, SearchState } from "../search/policy.ts";
import type { PriorWeights } from "../search/reckoning.ts";
import { Bench, type Setting } from "./bench.ts";
import type { Bug } from "./bug.ts";
import { confirmParents, findEnds } from "./by-rules.ts";
import { mostRepairs, repair } from "./mending.ts";
import { UnderTest } from "./under-test.ts";

/** How one bisection of one bug ended, and what it took. */
export interface Played {
  /** The commit that was named, alone or as the likeliest of several; null where none was. */
  readonly named: number | null;
  /** It was named as the culprit, and not as one of several. */
  readonly found: boolean;
  /** As stated; null where none is. */
  readonly confidence: number | null;
  /** As the evidence gives it, of the commit named. */
  readonly posterior: number | null;
  /** What its share was before anything was run, where it was found by probabilities. */
  readonly namedPrior: number | null;
  /** Why no culprit was found. */
  readonly why: string;
  readonly builds: number;
  readonly runs: number;
  readonly minutes: number;
  /** Share of the commits that can be tested at its end. */
  readonly usable: number;
  /** Milliseconds of each decision. */
  readonly decisions: readonly number[];
}

type End = Pick<Played, "namedPrior" | "named" | "found" | "confidence" | "posterior" | "why">;

/** Steps after which a policy is taken to run in a circle. */
const mostSteps = 500;
/** Syzbot gives a bisection up after eight hours; looked at before each test. */
const syzbotMinutes = 480;

/** Bisects `bug` by asking `policy` what to do until it says that it is done, as a real bisection does. */
export function play(
  setting: Setting,
  bug: Bug,
  policy: Policy,
  prior: PriorWeights | null,
): Played {
  const bench = new Bench(setting, bug, policy.rules);
  const decisions: number[] = [];
  const end = bisect(setting, bench, bug, policy, prior, decisions);
  const { builds, runs, minutes, usable } = bench;
  return { ...end, builds, runs, minutes, usable, decisions };
}

function bisect(
  setting: Setting,
  bench: Bench,
  bug: Bug,
  policy: Policy,
  prior: PriorWeights | null,
  decisions: number[],
): End {
  const { graph } = setting;
  // The head is tested by rule, whoever decides: without a fix there is nothing to search.
  if (!policy.decidesAll || bug.find === "fix") {
    const trouble = findEnds(bench, policy.rules);
    if (trouble !== null) return ended(trouble);
  }
  const mostMinutes = policy.name.startsWith("syzbot") ? syzbotMinutes : Number.POSITIVE_INFINITY;
  const under = new UnderTest(setting, bench);
  const closed = new Set<number>();
  let repairs = 0;
  for (let step = 0; step < mostSteps; step++) {
    if (bench.minutes >= mostMinutes) return ended("its time was up");
    const begin = setting.now();
    const state = stateOf(setting, bench, policy, prior, under.commits);
    const decision = policy.next(state);
    decisions.push(setting.now() - begin);
    const wish = mayRepair(setting, decision, repairs) ? policy.repairs?.(state, closed) : null;
    if (wish && under.commits.length === 0) {
      repairs += 1;
      closed.add(wish.commit);
      const isMended = repair(graph, bench, bug, wish, setting.repair ?? 0);
      // Where nothing mends one, nothing mends those around it.
      if (!isMended) for (const [at, broken] of bench.looked) if (broken !== null) closed.add(at);
      continue;
    }
    if (decision.kind !== "probe") return endOf(bench, policy, graph, decision);
    const stage = policy.decidesAll && !isKnown(bench) ? "reproduce" : "search";
    if (setting.planning === "rounds") bench.test(stage, decision.probes);
    else {
      under
        .drop(decision.unwanted ?? [])
        .begin(decision.probes)
        .awaitNext(stage);
    }
  }
  return ended("it never ended");
}

function mayRepair({ repair: builds }: Setting, { kind }: Decision, repairs: number): boolean {
  return builds !== null && repairs < mostRepairs && (kind === "probe" || kind === "ties");
}

/** Crashes of the crashing commit after which its titles are known. */
const knownAfter = 3;

function isKnown({ identity }: Bench): boolean {
  return identity !== null && identity.crashed >= knownAfter;
}

function stateOf(
  { graph, costs, builders, confidence }: Setting,
  bench: Bench,
  policy: Policy,
  prior: PriorWeights | null,
  pending: readonly number[],
): SearchState {
  return {
    graph,
    after: graph.count - 1,
    evidence: bench.evidence.filter(({ commit }) => policy.decidesAll || commit >= 0),
    crashMeans: bench.crashMeans,
    runs: policy.rules.runs(bench.situation),
    ...(bench.sought > 0 && { sought: bench.sought }),
    costs,
    builders,
    pending,
    confidence,
    ...(prior === null ? {} : { prior }),
  };
}

function ended(why: string): End {
  return { named: null, found: false, confidence: null, posterior: null, namedPrior: null, why };
}

function endOf(
  bench: Bench,
  policy: Policy,
  graph: CommitGraph,
  decision: Exclude<Decision, { kind: "probe" }>,
): End {
  switch (decision.kind) {
    case "found": {
      const { commit, confidence } = decision;
      if (!policy.decidesAll) return confirmByRules(bench, policy, graph, commit);
      return {
        named: commit,
        found: true,
        confidence: confidence?.stated ?? null,
        posterior: confidence?.posterior ?? null,
        namedPrior: confidence?.prior ?? null,
        why: "",
      };
    }
    case "ties": {
      const { commits, odds, why = "only untestable commits are left" } = decision;
      if (odds === undefined) return ended(why);
      return { ...ended(why), named: commits[0] ?? null, posterior: odds[0] ?? null };
    }
    case "stuck":
      return ended(decision.why);
    default:
      return decision satisfies never;
  }
}

function confirmByRules(bench: Bench, policy: Policy, graph: CommitGraph, commit: number): End {
  const { confirmation } = policy.rules;
  const found = { named: commit, found: true, posterior: null, namedPrior: null, why: "" };
  switch (confirmation.kind) {
    case "kernels-compared":
      return { ...found, confidence: confirmation.confidence(bench.situation) };
    case "parents-run": {
      const confidence = confirmParents(bench, graph, commit);
      return { ...found, confidence, found: confidence !== null };
    }
    default:
      return confirmation satisfies never;
  }
}
