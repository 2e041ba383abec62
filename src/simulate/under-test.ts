import type { ProbeStage } from "../event/index.ts";
import type { Probe } from "../search/policy.ts";
import { type Bench, minutesToBuild, minutesToRun, type Setting } from "./bench.ts";

/** A test under way, and the minute at which it ends. */
interface Test {
  readonly commit: number;
  readonly isBuilt: boolean;
  readonly end: number;
}

/** The tests that are under way in one bisection whose search is asked again after each. */
export class UnderTest {
  readonly #setting: Setting;
  readonly #bench: Bench;
  #tests: Test[] = [];

  constructor(setting: Setting, bench: Bench) {
    this.#setting = setting;
    this.#bench = bench;
  }

  get commits(): readonly number[] {
    return this.#tests.map(({ commit }) => commit);
  }

  /** Ends tests of these commits: what they cost until now is spent, and nothing is known of them. */
  drop(commits: readonly number[]): this {
    this.#tests = this.#tests.filter(({ commit }) => !commits.includes(commit));
    return this;
  }

  /** Begins tests. Builds that share a machine are slowed by those under way when they begin. */
  begin(probes: readonly Probe[]): this {
    const { costs } = this.#setting;
    for (const probe of probes) {
      if (this.commits.includes(probe.commit)) throw new Error(`${probe.commit} is under test`);
      const { buildTime, runs } = this.#bench.begin(probe);
      const isBuilt = buildTime > 0;
      const builds = this.#tests.filter((test) => test.isBuilt).length + 1;
      const taken = buildTime * minutesToBuild(costs, builds) + minutesToRun(costs, runs);
      this.#tests.push({ commit: probe.commit, isBuilt, end: this.#bench.minutes + taken });
    }
    return this;
  }

  /** Lets time pass until the next test ends, and those that end with it. */
  awaitNext(stage: ProbeStage): void {
    const end = Math.min(...this.#tests.map((test) => test.end));
    const ended = this.#tests.filter((test) => test.end === end);
    if (ended.length === 0) throw new Error("the search waits, and nothing is under test");
    this.#tests = this.#tests.filter((test) => test.end > end);
    this.#bench.minutes = end;
    for (const { commit } of ended) this.#bench.finish(stage, commit);
  }
}
