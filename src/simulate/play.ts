import type { CommitGraph } from "../history/graph.ts";
import type { Costs, Decision, Evidence, Policy, PriorWeights } from "../search/policy.ts";
import type { Bug } from "./bug.ts";
import { shown } from "./simulated-runs.ts";

/** How a simulated bisection is done. */
export interface Setting {
  readonly graph: CommitGraph;
  readonly seed: number;
  readonly costs: Costs;
  readonly builders: number;
  /** Milliseconds, to measure how long decisions take. */
  readonly now: () => number;
}

/** How one bisection of one bug ended, and what it took. */
export interface Played {
  /** The commit that was named, alone or as the likeliest; null where none was. */
  readonly named: number | null;
  /** It was named as the culprit, and not as one of several. */
  readonly found: boolean;
  /** As stated; null where none is. */
  readonly confidence: number | null;
  /** As the evidence gives it, of the commit named. */
  readonly posterior: number | null;
  readonly builds: number;
  readonly runs: number;
  readonly minutes: number;
  /** Milliseconds of each decision. */
  readonly decisions: readonly number[];
  readonly why: string;
}

/** The kernels of one bug: what was built and run so far, and what it took. */
export class Bench {
  readonly #setting: Setting;
  readonly #bug: Bug;
  readonly #seen = new Map<number, { -readonly [K in keyof Evidence]: Evidence[K] }>();
  builds = 0;
  runs = 0;
  minutes = 0;

  constructor(setting: Setting, bug: Bug) {
    this.#setting = setting;
    this.#bug = bug;
  }

  get evidence(): readonly Evidence[] {
    return [...this.#seen.values()];
  }

  /** Builds what is not built, at once, and runs each until it was run as often as asked. */
  test(probes: readonly { readonly commit: number; readonly runs: number }[]): void {
    const { costs } = this.#setting;
    let built = 0;
    let longest = 0;
    for (const { commit, runs } of probes) {
      let seen = this.#seen.get(commit);
      if (seen === undefined) {
        built += 1;
        const untestable = commit >= 0 && this.#bug.broken[commit] === 1;
        seen = { commit, crashed: 0, clean: 0, foreign: 0, missing: 0, untestable };
        this.#seen.set(commit, seen);
      }
      if (seen.untestable) continue;
      const made = seen.crashed + seen.clean + seen.foreign;
      for (let run = made; run < runs; run++) {
        seen[shown(this.#setting.seed, this.#bug, commit, run)] += 1;
      }
      const more = Math.max(0, runs - made);
      this.runs += more;
      longest = Math.max(longest, costs.run * Math.ceil(more / costs.runsAtOnce));
    }
    this.builds += built;
    this.minutes += longest;
    if (built > 0) this.minutes += costs.build * (1 + costs.crowding * (built - 1));
  }
}

/** Steps after which a policy is taken to run in a circle. */
const mostSteps = 400;

/** Bisects `bug` by asking `policy` what to do until it says that it is done. */
export function play(
  setting: Setting,
  bug: Bug,
  policy: Policy,
  prior: PriorWeights | null,
): Played {
  const bench = new Bench(setting, bug);
  const decisions: number[] = [];
  for (let step = 0; step < mostSteps; step++) {
    const begin = setting.now();
    const decision = policy.next({
      graph: setting.graph,
      after: setting.graph.count - 1,
      evidence: bench.evidence,
      crashMeans: "after",
      runs: 4,
      costs: setting.costs,
      builders: setting.builders,
      ...(prior === null ? {} : { prior }),
    });
    decisions.push(setting.now() - begin);
    if (decision.kind === "probe") {
      bench.test(decision.probes);
      continue;
    }
    return { ...endOf(decision), ...costOf(bench), decisions };
  }
  return { ...nothing, why: "it never ended", ...costOf(bench), decisions };
}

const nothing = { named: null, found: false, confidence: null, posterior: null };

function costOf({ builds, runs, minutes }: Bench) {
  return { builds, runs, minutes };
}

function endOf(decision: Exclude<Decision, { kind: "probe" }>) {
  switch (decision.kind) {
    case "found": {
      const { commit, confidence } = decision;
      return {
        named: commit,
        found: true,
        confidence: confidence?.stated ?? null,
        posterior: confidence?.posterior ?? null,
        why: "",
      };
    }
    case "ties": {
      const { commits, odds, why = "" } = decision;
      if (odds === undefined) return { ...nothing, why };
      return { ...nothing, named: commits[0] ?? null, posterior: odds[0] ?? null, why };
    }
    case "stuck":
      return { ...nothing, why: decision.why };
    default:
      return decision satisfies never;
  }
}
