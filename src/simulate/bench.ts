import type { CrashSeen, ProbeStage } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import type { Evidence, Probe } from "../search/policy.ts";
import type { ReachCounts } from "../search/reached.ts";
import type { Costs } from "../search/reckoning.ts";
import type { PastTest, Rules, SeenRun, Situation } from "../search/rules.ts";
import { type RunCounts, totalOf } from "../search/verdict.ts";
import type { Bug, Stretch } from "./bug.ts";
import { coin } from "./coin.ts";
import { comesThere, type Shown, shown } from "./simulated-runs.ts";

/** How simulated bisections are done. */
export interface Setting {
  readonly graph: CommitGraph;
  readonly seed: number;
  readonly costs: Costs;
  readonly builders: number;
  /** Whether the search is asked again as soon as one test ends, or when all that it asked for have. */
  readonly planning: Planning;
  /** By how large a share builds take more or less time than usual. */
  readonly uneven: number;
  readonly confidence: number;
  /** Most kernels that are built to find one fix; null: none is searched. */
  readonly repair: number | null;
  /** Milliseconds, to measure how long decisions take. */
  readonly now: () => number;
}

/** When a search with several builders is asked again. */
export type Planning = "rounds" | "anew";

interface Kernel {
  readonly commit: number;
  /** What it fails in, with the fixes that it was built with. */
  readonly broken: Stretch["how"] | null;
  readonly runs: SeenRun[];
  test: PastTest;
}

/** A test that was begun: what it has to do. */
interface Begun {
  /** As a multiple of the usual time; 0: it is built already. */
  readonly buildTime: number;
  /** Runs that it makes. */
  readonly runs: number;
}

/** The kind of coin that says how long a build takes. */
const ofBuilds = 20;

/** Minutes until `runs` runs of one kernel are done. */
export function minutesToRun({ run, runsAtOnce }: Costs, runs: number): number {
  return run * Math.ceil(runs / runsAtOnce);
}

/** Minutes until `builds` kernels that are built at once are done. */
export function minutesToBuild({ build, crowding }: Costs, builds: number): number {
  return builds === 0 ? 0 : build * (1 + crowding * (builds - 1));
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
  /** Under test. */
  readonly #begun = new Map<number, Kernel>();
  /** Stretches whose fix was found, and is used. */
  readonly #mended = new Set<Stretch>();
  identity: ReturnType<Rules["identify"]> = null;
  /** Commits that were looked at for a repair and are broken. */
  sought = 0;
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
    return [...this.#kernels.values()]
      .filter(({ broken, runs }) => broken === "build" || runs.length > 0)
      .map(({ commit, test }) => ({
        commit,
        ...test,
        ...(this.#bug.tellsWay && test.clean > 0 && { reached: this.#reached(commit, test.clean) }),
      }));
  }

  /** Which side of the change a crash puts a commit on. */
  get crashMeans(): "before" | "after" {
    return this.#bug.find === "fix" ? "before" : "after";
  }

  /** The commit that the bug was reported on, and the one that is thought not to have it. */
  get ends(): { readonly reported: number; readonly clean: number } {
    const [last, outside] = [this.#setting.graph.count - 1, -1];
    return this.#bug.find === "fix"
      ? { reported: outside, clean: last }
      : { reported: last, clean: outside };
  }

  get situation(): Situation {
    return {
      tests: [...this.#kernels.values()].map(({ test }) => test),
      askedRuns: null,
      confidence: this.#setting.confidence,
      crashMeans: this.crashMeans,
      bug: this.identity,
      commits: this.#setting.graph.count,
    };
  }

  /** Builds what is not built, all at once, and runs each until it was run as often as asked. */
  test(stage: ProbeStage, probes: readonly Probe[]): readonly PastTest[] {
    const { costs } = this.#setting;
    const begun = probes.map((probe) => this.begin(probe));
    const built = begun.filter(({ buildTime }) => buildTime > 0);
    const slowest = Math.max(0, ...built.map(({ buildTime }) => buildTime));
    const longest = Math.max(0, ...begun.map(({ runs }) => minutesToRun(costs, runs)));
    this.minutes += longest + slowest * minutesToBuild(costs, built.length);
    return probes.map(({ commit }) => this.finish(stage, commit));
  }

  /** Begins a test; what it shows is not known before it is finished. */
  begin({ commit, runs }: Probe): Begun {
    const known = this.#kernels.get(commit) ?? this.#begun.get(commit);
    const isInVain = known === undefined && this.#isFoundBroken(commit);
    const kernel = known ?? this.#newKernel(commit);
    this.#begun.set(commit, kernel);
    const builds = known !== undefined ? 0 : isInVain ? 2 : 1;
    this.builds += builds;
    const buildTime = builds * this.#buildTime(commit);
    return { buildTime, runs: this.#run(kernel, runs) };
  }

  /** Builds a commit for a repair, if it is not built, and says what is the matter with it. */
  look(commit: number): Stretch["how"] | null {
    const known = this.#kernels.get(commit);
    if (known !== undefined) return known.broken;
    this.test("search", [{ commit, runs: 0 }]);
    const broken = this.brokenAt(commit);
    if (broken !== null) this.sought += 1;
    // A boot is a run; one that fails is tried again.
    const boots = broken === null ? 1 : broken === "boot" ? 2 : 0;
    this.runs += boots;
    this.minutes += minutesToRun(this.#setting.costs, boots);
    return broken;
  }

  /** What a kernel of `commit` fails in, with the fixes that were found and apply. */
  brokenAt(commit: number): Stretch["how"] | null {
    if (commit < 0) return null;
    const failing = this.#bug.stretches.filter(
      (stretch) =>
        stretch.commits[commit] === 1 &&
        !(this.#mended.has(stretch) && commit >= stretch.appliesFrom),
    );
    if (failing.length === 0) return null;
    return failing.some(({ how }) => how === "build") ? "build" : "boot";
  }

  /** What is known of every commit that was built, as far as it is still so. */
  get looked(): ReadonlyMap<number, Stretch["how"] | null> {
    return new Map([...this.#kernels.values()].map(({ commit, broken }) => [commit, broken]));
  }

  /** Uses the fix `commit` from now on: what it mends is as if it had not been tried. */
  mend(commit: number): void {
    for (const stretch of this.#bug.stretches) {
      if (stretch.fix === commit) this.#mended.add(stretch);
    }
    for (const { commit: tried, broken } of [...this.#kernels.values()]) {
      if (broken !== null && this.brokenAt(tried) !== broken) this.#kernels.delete(tried);
    }
  }

  /** Share of the commits of the graph that can be tested. */
  get usable(): number {
    const { count } = this.#setting.graph;
    let usable = 0;
    for (let i = 0; i < count; i++) if (this.brokenAt(i) === null) usable += 1;
    return usable / count;
  }

  /** Whether it is first built without the fix that it needs: nobody knows that it lies in the stretch. */
  #isFoundBroken(commit: number): boolean {
    if (this.brokenAt(commit) !== null) return false;
    return [...this.#mended].some(
      ({ commits }) =>
        commits[commit] === 1 &&
        ![...this.#kernels.keys()].some((other) => other < commit && commits[other] === 1),
    );
  }

  #buildTime(commit: number): number {
    const { seed, uneven } = this.#setting;
    return 1 + uneven * (2 * coin(seed, this.#bug.number, commit, ofBuilds) - 1);
  }

  /** What a test that was begun has shown. */
  finish(stage: ProbeStage, commit: number): PastTest {
    const kernel = this.#begun.get(commit) as Kernel;
    this.#begun.delete(commit);
    return this.#judge(kernel, stage);
  }

  #newKernel(commit: number): Kernel {
    const test = { stage: "search", verdict: "untestable", ...nothing } as const;
    return { commit, broken: this.brokenAt(commit), runs: [], test };
  }

  /** How many runs that took. */
  #run({ commit, broken, runs }: Kernel, until: number): number {
    const made = runs.length;
    if (broken === "build") return 0;
    for (let run = made; run < until; run++) {
      if (broken === "boot" && run >= this.#rules.unbootableAfter) break;
      const seen = shown(this.#setting.seed, this.#bug, commit, run);
      runs.push(broken === "boot" ? unbooted : seenAs[seen]);
    }
    this.runs += runs.length - made;
    return runs.length - made;
  }

  #reached(commit: number, clean: number): ReachCounts {
    return comesThere(this.#bug, commit) ? { yes: clean, no: 0 } : { yes: 0, no: clean };
  }

  #judge(kernel: Kernel, stage: ProbeStage): PastTest {
    const isReported = kernel.commit === this.#bug.reported;
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

const unbooted: SeenRun = { outcome: "boot-failed", crashes: [] };

/** What a run shows, as rules see it. */
const seenAs: Readonly<Record<Shown, SeenRun>> = {
  clean: { outcome: "clean", crashes: [] },
  crashed: { outcome: "crashed", crashes: [ownCrash] },
  foreign: { outcome: "crashed", crashes: [otherCrash] },
};
