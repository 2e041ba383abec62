import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { capConsole, keptPieces } from "../crash/console-cap.ts";
import { expects } from "../crash/expected.ts";
import type { Expectation } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import { expectationOf } from "../job/expectation.ts";
import type { ProgramJob } from "../job/schema.ts";
import { ofRuns } from "../outcome/judge.ts";
import {
  couldNotRun,
  outcomeOfPredicate,
  outcomeOfRun,
  reportIn,
  type SeenCrash,
} from "../program/outcome.ts";
import type { Isolation, ProgramRun } from "../program/program.ts";
import { Workshop } from "../program/workshop.ts";
import { judgedByJob, shownBy } from "./judged.ts";
import type { BuildResult, Comparison, KernelPlan, Lab, RunPlan, RunResult } from "./lab.ts";

/** Bytes of an output that are kept in the bisection's folder, beside its first crashes. */
const cap = { head: 256 * 1024, tail: 256 * 1024 };

/** How much of this machine a lab for programs may use, and where it keeps what it makes. */
export interface ProgramLabOptions {
  readonly cache: string;
  readonly isolation: Isolation;
  /** Builds at once. */
  readonly builds: number;
  /** Programs at once. */
  readonly runs: number;
  /** The commit that is clean, as far as it is named: what a command that cannot be run is tried on. */
  readonly clean: string | null;
}

/** A lab on this machine for the program of `job`. Throws what {@link Workshop.open} throws. */
export async function openProgramLab(job: ProgramJob, options: ProgramLabOptions): Promise<Lab> {
  const { cache, isolation, builds } = options;
  const workshop = await Workshop.open({ job: job.program, cache, isolation, builds });
  return new ProgramLab(job, workshop, options);
}

class ProgramLab implements Lab {
  readonly slots: Lab["slots"];
  readonly #job: ProgramJob;
  readonly #workshop: Workshop;
  readonly #clean: string | null;
  readonly #expectation: Expectation | null;
  readonly #isExpected: ((crash: SeenCrash) => boolean) | null;
  /** Whether the command works on the good end: asked at most once. */
  #works: Promise<boolean> | null = null;

  constructor(job: ProgramJob, workshop: Workshop, { runs, clean, isolation }: ProgramLabOptions) {
    this.#job = job;
    this.#workshop = workshop;
    this.#clean = clean;
    const expectation = expectationOf(job);
    this.#expectation = expectation;
    this.#isExpected = expectation === null ? null : expects(expectation);
    // Copies of a tree can be at work side by side; a slot's own tree cannot.
    const apart = job.program.build !== undefined && isolation === "sandbox";
    this.slots = { builds: workshop.slots, runs: apart ? runs : workshop.slots };
  }

  async build(
    { commit, patches }: KernelPlan,
    { signal }: { signal: AbortSignal },
  ): Promise<BuildResult> {
    const built = await this.#workshop.build({ commit, patches }, signal);
    // Which compilers a build calls is its own business.
    return built.kind === "built"
      ? { ...built, compiler: "", dropped: [] }
      : { ...built, compiler: null };
  }

  /** Its builds do not tell of objects. */
  async compare(): Promise<Comparison> {
    return { kind: "unknown", why: "of a program it is not known what it was linked of" };
  }

  async run(plan: RunPlan, { signal }: { signal: AbortSignal }): Promise<RunResult> {
    const { signature, console } = plan;
    await mkdir(dirname(console), { recursive: true });
    const ran = await this.#workshop.run(plan.plan, { signature, output: console }, signal);
    const { outcome, crashes } = await this.#outcomeOf(ran, plan, signal);
    await keep(console, ran.output, crashes);
    const seen = crashes.map((crash) => {
      const { title, type, frame, stack } = crash;
      const told = { title, type, frame, stack: [...stack] };
      return this.#isExpected === null ? told : { ...told, expected: this.#isExpected(crash) };
    });
    const whole = ran.end.kind !== "flooded";
    const run = { outcome, crashes: seen, console: ran.output, whole, bootSeconds: null };
    return { ...(await judgedByJob(this.#expectation, run)), seconds: ran.seconds };
  }

  async symbolize(crash: { console: string; title: string }): Promise<string> {
    const console = await readFile(crash.console);
    return ofRuns(this.#expectation) === null
      ? reportIn(console, crash.title)
      : shownBy(this.#expectation, crash.title, console);
  }

  /** Only Linux has the script that reads a tree for whom to tell. */
  async withTree(): Promise<null> {
    return null;
  }

  /** Programs have no configuration that is known here. */
  async configOf(): Promise<null> {
    return null;
  }

  /** What a build of others has read is not known. */
  async compiledFiles(): Promise<null> {
    return null;
  }

  close(): Promise<void> {
    return this.#workshop.close();
  }

  async #outcomeOf(ran: ProgramRun, plan: RunPlan, signal: AbortSignal) {
    const { predicate } = this.#job.program;
    if (predicate === undefined) return outcomeOfRun(ran.end, ran.output, this.#isExpected);
    if (couldNotRun(ran.end) && !(await this.#worksOnGoodEnd(plan, signal))) {
      throw new Failure("predicate-broken", `the command ${predicate[0]} cannot be run`, {
        facts: { command: predicate, console: plan.console },
        hint: "see the end of the run's console; a path is taken from the tree's top folder",
      });
    }
    return outcomeOfPredicate(ran.end, ran.output);
  }

  /** 126 and 127 mean a broken command, or a commit that lacks something: the good end tells which. */
  #worksOnGoodEnd({ plan, console }: RunPlan, signal: AbortSignal): Promise<boolean> {
    const commit = this.#clean;
    if (commit === null || commit === plan.commit) return Promise.resolve(false);
    const ask = async (): Promise<boolean> => {
      const spec = { commit, patches: [] };
      const built = await this.#workshop.build(spec, signal);
      if (built.kind === "failed") return false;
      const output = `${console}.good-end`;
      const { signature } = built;
      try {
        const { end } = await this.#workshop.run(spec, { signature, output }, signal);
        return !couldNotRun(end);
      } finally {
        await rm(output, { force: true });
      }
    };
    this.#works ??= ask();
    return this.#works;
  }
}

/** Cuts a long output in its middle; what its crashes say is kept. */
async function keep(console: string, output: Buffer, crashes: readonly SeenCrash[]): Promise<void> {
  const pieces = keptPieces(output.length, crashes, cap);
  if (pieces.length < 2) return;
  await writeFile(console, capConsole(output, pieces).bytes);
}
