import type { Policy } from "../search/policy.ts";
import { codeFactor } from "../search/prior/factors.ts";
import { type TouchedHistory, touchedHistory } from "../search/prior/history.ts";
import { reportPrior } from "../search/prior/report-prior.ts";
import type { Costs, PriorWeights } from "../search/reckoning.ts";
import type { Planning, Setting } from "./bench.ts";
import { type Bug, makeBug } from "./bug.ts";
import { type Culprit, Culprits } from "./culprits.ts";
import type { SimulatedHistory } from "./dag-file.ts";
import { type Played, play } from "./play.ts";
import type { World } from "./world.ts";

/** What the adaptive policy is told of each bug. */
export type PriorKind =
  /** What its crash report points at. */
  | "report"
  | "none"
  /** The report of another bug: it points elsewhere. */
  | "useless";

/** Which bisections to simulate. */
export interface Simulation {
  readonly history: SimulatedHistory;
  readonly world: World;
  readonly policies: readonly Policy[];
  readonly prior: PriorKind;
  /** What is searched of each bug; absent: the cause. */
  readonly find?: Bug["find"];
  readonly bugs: number;
  readonly seed: number;
  readonly costs: Costs;
  readonly builders: number;
  /** When the search is asked again where there are several builders; absent: after whole rounds. */
  readonly planning?: Planning;
  /** By how large a share builds take more or less time than usual; absent: they take all the same. */
  readonly uneven?: number;
  readonly confidence: number;
  /** Most kernels that are built to find one fix; absent: none is searched. */
  readonly repair?: number;
  /** Culprits with their reports, instead of drawn ones: as many are used as there are, from the first on. */
  readonly culprits?: readonly Culprit[];
}

/** What came of the bisections of one policy. */
export interface Summary {
  readonly policy: string;
  readonly bugs: number;
  /** Bugs whose culprit was named, alone or as the likeliest of several. */
  readonly correct: number;
  /** Of one bug, on average; failed builds and runs that say nothing included. */
  readonly builds: number;
  readonly runs: number;
  readonly minutes: number;
  readonly minutesP95: number;
  /** Bugs whose culprit was stated with 0.99 or more; and those of them that were right. */
  readonly claimed: number;
  readonly claimedRight: number;
  /** Bugs that ended without one culprit. */
  readonly inconclusive: number;
  /** Share of the commits that can be tested at the end, on average. */
  readonly usable: number;
  /** Milliseconds that 95 % of the decisions took at most. */
  readonly decisionMsP95: number;
}

/** One bisection, for those who look closer than a summary. */
export interface Bisected extends Played {
  readonly policy: string;
  readonly bug: Bug;
}

/** What a simulation calls between bugs: it may wait there, or throw to end it. */
export type Between = (done: number, bisected: readonly Bisected[]) => void | Promise<void>;

/** A culprit counts as stated with certainty from here on. */
const claim = 0.99;
/** Which other bug's report misleads. */
const misleading = 1_000_000;

/**
 * Bisects the same made-up bugs, with the same coin flips, by each policy. Pure but for `now`, a clock
 * in milliseconds that decisions are timed by.
 */
export async function simulate(
  simulation: Simulation,
  now: () => number,
  between: Between = () => {},
): Promise<Summary[]> {
  const { history, policies, costs, builders, confidence, seed } = simulation;
  const { graph, touched } = history;
  const known = touched === null ? null : touchedHistory(graph, touched);
  const bugs = new Bugs(simulation, known);
  const { planning = "rounds", uneven = 0, repair = null } = simulation;
  const setting: Setting = {
    graph,
    seed,
    costs,
    builders,
    planning,
    uneven,
    confidence,
    repair,
    now,
  };
  const played = policies.map((): Bisected[] => []);
  for (let number = 0; number < simulation.bugs; number++) {
    const { bug, prior } = bugs.make(number);
    const bisected = policies.map((policy) => ({
      ...play(setting, bug, policy, prior),
      policy: policy.name,
      bug,
    }));
    bisected.forEach((one, n) => {
      played[n]?.push(one);
    });
    await between(number + 1, bisected);
  }
  return policies.map(({ name }, n) => summarise(name, played[n] as Bisected[]));
}

/** Makes bugs up, and the priors that their reports give. */
class Bugs {
  readonly #simulation: Simulation;
  readonly #history: TouchedHistory | null;
  readonly #culprits: Culprits;

  constructor(simulation: Simulation, history: TouchedHistory | null) {
    this.#simulation = simulation;
    this.#history = history;
    this.#culprits = new Culprits(simulation.history.graph, history);
  }

  make(number: number): { bug: Bug; prior: PriorWeights | null } {
    const { history, world, seed, prior, find = "cause" } = this.#simulation;
    const { culprit, report } = this.#culprit(number);
    const told = prior === "useless" ? this.#culprit(number + misleading).report : report;
    const bug = makeBug(history.graph, world, { seed, number, culprit, find });
    if (this.#history === null || told === null || prior === "none") return { bug, prior: null };
    const factors = [codeFactor(this.#history)];
    return { bug, prior: reportPrior(this.#history, { report: told }, factors).weights };
  }

  #culprit(number: number): Culprit {
    const given = this.#simulation.culprits;
    if (given === undefined || given.length === 0) {
      return this.#culprits.draw(this.#simulation.seed, number);
    }
    return given[number % given.length] as Culprit;
  }
}

function summarise(policy: string, played: readonly Bisected[]): Summary {
  const isRight = ({ named, bug }: Bisected) => named === bug.culprit;
  const claimed = played.filter(({ confidence }) => confidence !== null && confidence >= claim);
  const mean = (value: (one: Bisected) => number) =>
    played.reduce((sum, one) => sum + value(one), 0) / Math.max(1, played.length);
  return {
    policy,
    bugs: played.length,
    correct: played.filter(isRight).length,
    builds: mean(({ builds }) => builds),
    runs: mean(({ runs }) => runs),
    minutes: mean(({ minutes }) => minutes),
    minutesP95: percentile95(played.map(({ minutes }) => minutes)),
    claimed: claimed.length,
    claimedRight: claimed.filter(isRight).length,
    inconclusive: played.filter(({ found }) => !found).length,
    usable: mean(({ usable }) => usable),
    decisionMsP95: percentile95(played.flatMap(({ decisions }) => decisions)),
  };
}

function percentile95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.95)] ?? 0;
}
