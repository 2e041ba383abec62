import { kernelIdOf, runIdOf } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import type { BuildResult } from "../kernel/kernel.ts";
import type { BuildProgress, KernelPlan, Lab, RunResult } from "../lab/lab.ts";
import { judgeBuild } from "../outcome/build-outcome.ts";
import { seenBy } from "../outcome/limit.ts";
import { meaningOf } from "../search/meaning.ts";
import { type RunCounts, type Verdict, verdictOf } from "../search/verdict.ts";
import { buildIn, isWanted, limitIn, type Wanted } from "./wanted.ts";

/** What is tried. */
export interface Trial {
  /** Full hash. */
  readonly commit: string;
  readonly runs: number;
  readonly wanted: Wanted;
  /** Go on once a run has shown the bug, to see how often it does. */
  readonly allRuns: boolean;
  /** The file that the console of run `n` goes to. */
  readonly consoleOf: (n: number) => string;
}

/** What a run says about the bug: it is there, it did not show, another crash hid it, nothing. */
export type Meaning = "bug" | "clean" | "other" | "nothing";

/** A finished run; `n` counts from 1. */
export interface TriedRun extends RunResult {
  readonly n: number;
  readonly means: Meaning;
  readonly console: string;
}

/** What came of a trial. */
export type Tried =
  /** The build is what was looked at: nothing was run. */
  | {
      readonly kind: "build-judged";
      readonly build: BuildResult;
      readonly verdict: Verdict;
      /** What it says of the bug. */
      readonly means: Meaning;
    }
  | {
      readonly kind: "unbuildable";
      readonly build: Extract<BuildResult, { kind: "failed" }>;
    }
  | {
      readonly kind: "ran";
      readonly build: Extract<BuildResult, { kind: "built" }>;
      readonly verdict: Verdict;
      /** In the order of their numbers. */
      readonly runs: readonly TriedRun[];
      /** The crash that tells most: the first of the bug's, else the first of another. */
      readonly shown: ShownCrash | null;
    };

/** A crash with its report, source lines in it where they are known. */
export interface ShownCrash {
  readonly n: number;
  readonly title: string;
  readonly report: string;
}

/** What happens while a commit is tried. */
export type TrialEvent =
  | { readonly kind: "build-started" }
  | { readonly kind: "compiled"; readonly progress: BuildProgress }
  | { readonly kind: "build-finished"; readonly build: BuildResult }
  | { readonly kind: "run-started"; readonly n: number }
  | { readonly kind: "run-finished"; readonly run: TriedRun };

/** How a trial is told to stop, and who hears of it. */
interface Control {
  readonly signal: AbortSignal;
  readonly onEvent: (event: TrialEvent) => void;
}

/**
 * Builds the kernel of a commit and runs it, as many machines at once as the lab has, until the runs are
 * done or one has shown the bug.
 *
 * Rejects with the lab's `Failure` where this machine could not do its part, and with `interrupted` where
 * the signal fired; then every run has ended. A run that has shown the bug outweighs trouble in others.
 */
export async function tryCommit(trial: Trial, lab: Lab, control: Control): Promise<Tried> {
  const { signal, onEvent } = control;
  const plan = { kernel: kernelIdOf(trial.commit), commit: trial.commit, patches: [] };
  onEvent({ kind: "build-started" });
  const build = await lab.build(plan, {
    signal,
    onProgress: (progress) => onEvent({ kind: "compiled", progress }),
  });
  onEvent({ kind: "build-finished", build });
  const expected = buildIn(trial.wanted);
  if (expected !== null) return { kind: "build-judged", build, ...judgedBuild(expected, build) };
  if (build.kind === "failed") return { kind: "unbuildable", build };
  const runs = await new Runs(trial, plan, build.signature, lab, control).toTheEnd();
  const shown = await crashToShow(trial, runs, plan, build.signature, lab, signal);
  if (signal.aborted) throw new Failure("interrupted", "the test was stopped as asked");
  return { kind: "ran", build, verdict: verdictOfRuns(runs, trial.wanted), runs, shown };
}

function judgedBuild(
  expected: Parameters<typeof judgeBuild>[0],
  build: BuildResult,
): { readonly verdict: Verdict; readonly means: Meaning } {
  const { outcome, crashes } = judgeBuild(expected, build);
  const showsBug = () => crashes.some((crash) => crash.expected);
  const means = meanings[meaningOf(outcome, showsBug)];
  const verdict = means === "bug" ? "after" : means === "clean" ? "before" : "untestable";
  return { verdict, means };
}

/** The runs of one kernel, some of them at once. */
class Runs {
  readonly #trial: Trial;
  readonly #plan: KernelPlan;
  readonly #signature: string;
  readonly #lab: Lab;
  readonly #control: Control;
  readonly #finished: TriedRun[] = [];
  #begun = 0;
  /** Fires when the runs under way are not needed any more. */
  readonly #enough = new AbortController();
  #trouble: { readonly error: unknown } | null = null;

  constructor(trial: Trial, plan: KernelPlan, signature: string, lab: Lab, control: Control) {
    this.#trial = trial;
    this.#plan = plan;
    this.#signature = signature;
    this.#lab = lab;
    this.#control = control;
  }

  async toTheEnd(): Promise<TriedRun[]> {
    const atOnce = Math.min(this.#lab.slots.runs, this.#trial.runs);
    await Promise.all(Array.from({ length: atOnce }, () => this.#oneAfterTheOther()));
    const seen = this.#finished.some(({ means }) => means === "bug");
    const stopped = this.#control.signal.aborted;
    if (this.#trouble !== null && (stopped || !seen)) throw this.#trouble.error;
    return this.#finished.sort((a, b) => a.n - b.n);
  }

  async #oneAfterTheOther(): Promise<void> {
    const { signal } = this.#enough;
    while (this.#begun < this.#trial.runs && !signal.aborted) {
      this.#begun += 1;
      try {
        this.#take(await this.#run(this.#begun));
      } catch (error) {
        // What was cut off because it is not needed any more is no trouble of its own.
        if (!signal.aborted) this.#trouble = { error };
        this.#enough.abort();
      }
    }
  }

  async #run(n: number): Promise<TriedRun> {
    const { wanted, consoleOf } = this.#trial;
    const console = consoleOf(n);
    this.#control.onEvent({ kind: "run-started", n });
    const ended = await this.#lab.run(
      {
        plan: this.#plan,
        signature: this.#signature,
        run: runIdOf(this.#plan.kernel, n - 1),
        console,
      },
      { signal: AbortSignal.any([this.#control.signal, this.#enough.signal]) },
    );
    const result = seenBy(ended, limitIn(wanted));
    const { outcome, crashes } = result;
    const showsBug = () => crashes.some((crash) => isWanted(wanted, crash));
    return { ...result, n, console, means: meanings[meaningOf(outcome, showsBug)] };
  }

  #take(run: TriedRun): void {
    this.#finished.push(run);
    this.#control.onEvent({ kind: "run-finished", run });
    // One number says little: a clean commit has bad ones, too.
    const isEnough = !this.#trial.allRuns && run.number === undefined;
    if (run.means === "bug" && isEnough) this.#enough.abort();
  }
}

const meanings = {
  crashed: "bug",
  clean: "clean",
  foreign: "other",
  missing: "nothing",
} as const satisfies Record<keyof RunCounts, Meaning>;

function verdictOfRuns(runs: readonly TriedRun[], wanted: Wanted): Verdict {
  const counted = (meaning: Meaning) => runs.filter(({ means }) => means === meaning).length;
  if (limitIn(wanted) !== null && counted("bug") + counted("clean") > 0) {
    return counted("bug") > counted("clean") ? "after" : "before";
  }
  return verdictOf(
    {
      crashed: counted("bug"),
      clean: counted("clean"),
      foreign: counted("other"),
      missing: counted("nothing"),
    },
    "after",
  );
}

async function crashToShow(
  { wanted }: Trial,
  runs: readonly TriedRun[],
  plan: KernelPlan,
  signature: string,
  lab: Lab,
  signal: AbortSignal,
): Promise<ShownCrash | null> {
  const run =
    runs.find(({ means }) => means === "bug") ?? runs.find(({ means }) => means === "other");
  const crash = run?.crashes.find((each) => isWanted(wanted, each)) ?? run?.crashes[0];
  if (run === undefined || crash === undefined) return null;
  const { n, console } = run;
  const { title } = crash;
  return { n, title, report: await lab.symbolize({ plan, signature, console, title }, { signal }) };
}
