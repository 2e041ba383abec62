import { FairLine } from "./fair-line.ts";
import type { Lab } from "./lab.ts";

/** A build or a run that has a place. */
export interface AtWork {
  /** Whose it is. */
  readonly who: string;
  readonly kind: "build" | "run";
  /** The kernel's or the run's. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** How much of this machine there is, and how much of it is taken. */
export interface Taken {
  readonly of: number;
  readonly busy: number;
}

/** The places of one machine for builds and runs, which the labs of several bisections share fairly. */
export class Turns {
  readonly #builds: FairLine;
  readonly #runs: FairLine;
  readonly #atWork = new Set<AtWork>();

  constructor({ builds, runs }: Lab["slots"]) {
    this.#builds = new FairLine(builds);
    this.#runs = new FairLine(runs);
  }

  get slots(): { readonly builds: Taken; readonly runs: Taken } {
    const [builds, runs] = [this.#builds, this.#runs].map(({ places, busy }) => ({
      of: places,
      busy,
    }));
    return { builds: builds as Taken, runs: runs as Taken };
  }

  /** What has a place now, the longest at work first. */
  get atWork(): readonly AtWork[] {
    return [...this.#atWork];
  }

  /** The kernels and runs of `who` that have a place now. */
  placesOf(who: string): ReadonlySet<string> {
    return new Set(this.atWork.filter((one) => one.who === who).map(({ id }) => id));
  }

  /**
   * `lab`, whose builds and runs wait for their turn among those of others; `who` is whose it is, and `placed` is
   * called when one of them has got a place. A task that is no longer wanted leaves the line, as `interrupted`.
   */
  lab(who: string, lab: Lab, placed: () => void = () => {}): Lab {
    const inTurn = async <T>(
      line: FairLine,
      work: Omit<AtWork, "since">,
      signal: AbortSignal,
      act: () => Promise<T>,
    ): Promise<T> => {
      const giveBack = await line.take(who, signal);
      const atWork = { ...work, since: Date.now() };
      this.#atWork.add(atWork);
      placed();
      try {
        return await act();
      } finally {
        this.#atWork.delete(atWork);
        giveBack();
      }
    };
    return {
      slots: {
        builds: Math.min(lab.slots.builds, this.#builds.places),
        runs: Math.min(lab.slots.runs, this.#runs.places),
      },
      build: (plan, control) =>
        inTurn(this.#builds, { who, kind: "build", id: plan.kernel }, control.signal, () =>
          lab.build(plan, control),
        ),
      run: (plan, control) =>
        inTurn(this.#runs, { who, kind: "run", id: plan.run }, control.signal, () =>
          lab.run(plan, control),
        ),
      compare: (one, other, control) => lab.compare(one, other, control),
      symbolize: (crash, control) => lab.symbolize(crash, control),
      compiledFiles: (plan, control) => lab.compiledFiles(plan, control),
      configOf: (plan, control) => lab.configOf(plan, control),
      withTree: (commit, use, control) => lab.withTree(commit, use, control),
      close: () => lab.close(),
    };
  }
}
