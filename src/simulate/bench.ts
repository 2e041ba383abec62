import type { CrashSeen, ProbeStage } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import type { Evidence, Probe } from "../search/policy.ts";
import type { Costs } from "../search/reckoning.ts";
import type { PastTest, Rules, SeenRun, Situation } from "../search/rules.ts";
import { type RunCounts, totalOf } from "../search/verdict.ts";
import type { Bug } from "./bug.ts";
import { type Shown, shown } from "./simulated-runs.ts";

/** How simulated bisections are done. */
export interface Setting {
  readonly graph: CommitGraph;
  readonly seed: number;
  readonly costs: Costs;
  readonly builders: number;
  readonly confidence: number;
  /** Milliseconds, to measure how long decisions take. */
  readonly now: () => number;
}

interface Kernel {
  readonly commit: number;
  readonly isBroken: boolean;
  readonly runs: SeenRun[];
  test: PastTest;
}

/**
 * The kernels of one bisection of one bug: builds and runs them, counts what that takes, and says what
 * the runs mean by a policy's rules.
 */
export class Bench {
  readonly #setting: Setting;
  readonly #bug: Bug;
  readonly #rules: Rules;
  readonly #kernels = new Map<number, Kernel>();
  identity: ReturnType<Rules["identify"]> = null;
  builds = 0;
  runs = 0;
  minutes = 0;

  constructor(setting: Setting, bug: Bug, rules: Rules) {
    this.#setting = setting;
    this.#bug = bug;
    this.#rules = rules;
  }

  /** All that was tested, in the order of the newest answers. */
  get evidence(): readonly Evidence[] {
    return [...this.#kernels.values()].map(({ commit, test }) => ({ commit, ...test }));
  }

  get situation(): Situation {
    return {
      tests: [...this.#kernels.values()].map(({ test }) => test),
      askedRuns: null,
      confidence: this.#setting.confidence,
      crashMeans: "after",
      bug: this.identity,
      commits: this.#setting.graph.count,
    };
  }

  /** Builds what is not built, all at once, and runs each until it was run as often as asked. */
  test(stage: ProbeStage, probes: readonly Probe[]): readonly PastTest[] {
    const { costs } = this.#setting;
    let built = 0;
    let longest = 0;
    const tests = probes.map(({ commit, runs }) => {
      const known = this.#kernels.get(commit);
      if (known === undefined) built += 1;
      const kernel = known ?? this.#newKernel(commit);
      const made = this.#run(kernel, runs);
      longest = Math.max(longest, costs.run * Math.ceil(made / costs.runsAtOnce));
      return this.#judge(kernel, stage);
    });
    this.builds += built;
    this.minutes += longest + (built === 0 ? 0 : costs.build * (1 + costs.crowding * (built - 1)));
    return tests;
  }

  #newKernel(commit: number): Kernel {
    const isBroken = commit >= 0 && this.#bug.broken[commit] === 1;
    const test = { stage: "search", verdict: "untestable", ...nothing } as const;
    return { commit, isBroken, runs: [], test };
  }

  /** How many runs that took. */
  #run({ commit, isBroken, runs }: Kernel, until: number): number {
    const made = runs.length;
    if (isBroken) return 0;
    for (let run = made; run < until; run++) {
      runs.push(seenAs[shown(this.#setting.seed, this.#bug, commit, run)]);
    }
    this.runs += runs.length - made;
    return runs.length - made;
  }

  #judge(kernel: Kernel, stage: ProbeStage): PastTest {
    const isReported = kernel.commit === this.#setting.graph.count - 1;
    if (stage === "reproduce" && isReported) this.identity = this.#rules.identify(kernel.runs);
    const counts = this.#rules.count(kernel.runs, this.identity);
    this.#kernels.delete(kernel.commit);
    const verdict =
      totalOf(counts) === 0 ? "untestable" : this.#rules.verdict(counts, this.situation);
    kernel.test = { stage, verdict, ...counts };
    this.#kernels.set(kernel.commit, kernel);
    return kernel.test;
  }
}

const nothing: RunCounts = { crashed: 0, clean: 0, foreign: 0, missing: 0 };

const ownCrash: CrashSeen = {
  title: "KASAN: use-after-free Read in own_bug",
  type: "KASAN_USE_AFTER_FREE_READ",
  frame: "own_bug",
  stack: ["own_bug", "own_caller", "own_entry"],
};

const otherCrash: CrashSeen = {
  title: "WARNING in other_bug",
  type: "WARNING",
  frame: "other_bug",
  stack: ["other_bug", "other_caller", "other_entry"],
};

/** What a run shows, as rules see it. */
const seenAs: Readonly<Record<Shown, SeenRun>> = {
  clean: { outcome: "clean", crashes: [] },
  crashed: { outcome: "crashed", crashes: [ownCrash] },
  foreign: { outcome: "crashed", crashes: [otherCrash] },
};
