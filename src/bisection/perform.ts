import { join } from "node:path";
import { consolePathOf, type EventBody, runNumberOf } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import type { Repository } from "../history/repository.ts";
import type { BuildProgress, BuildResult, CrashOfKernel, KernelPlan, Lab } from "../lab/lab.ts";
import { ofRuns } from "../outcome/judge.ts";
import type { Policy } from "../search/policy.ts";
import type { PriorWeights } from "../search/reckoning.ts";
import type { Rules } from "../search/rules.ts";
import { describe, dividingReleasesBefore, mergeBasesOf, releasesBefore } from "./ask-history.ts";
import { knowledgeOf } from "./compilers.ts";
import { examineCulprit } from "./examine.ts";
import { crashToShow } from "./final-crash.ts";
import { functionsOfBug } from "./functions.ts";
import { storeGraph } from "./graph-file.ts";
import { configSourceOf, keepConfig, smallestConfig } from "./kept-config.ts";
import { minimisedBody } from "./minimise.ts";
import { partSearched } from "./part-searched.ts";
import { readPatches, tryBackport, tryChange } from "./patch-file.ts";
import { prepareMinimise, type ReportedCrash } from "./prepare-minimise.ts";
import { storePrior } from "./prior-file.ts";
import type { PriorFacts } from "./prior-of.ts";
import { borrow } from "./reuse/borrow.ts";
import { kernelAt } from "./standing-kernel.ts";
import { type BisectionState, kernelOf, startOf } from "./state.ts";
import type { CrashOfRun, Task } from "./step.ts";
import { tracePresence } from "./trace-presence.ts";
import { isWithoutCleanEnd } from "./without-clean-end.ts";

/** What tasks are done with. */
export interface Tools {
  /** The bisection's folder. */
  readonly folder: string;
  readonly repository: Repository;
  readonly lab: Lab;
  readonly policy: Policy;
  /** Tells people what takes long and is no event. */
  readonly tell?: (text: string) => void;
  readonly onBuildProgress?: (kernel: string, progress: BuildProgress) => void;
}

/** What a task ended with: the event that says so, and the graph where it loaded one. */
export interface Performed {
  readonly body: EventBody;
  /** What was learnt on the way; news is told before. */
  readonly learnt?: readonly EventBody[];
  readonly graph?: CommitGraph;
  readonly prior?: PriorWeights;
}

/** The event that says that `task` has begun, for those that take long. */
export function beginningOf(task: Task): EventBody | null {
  switch (task.task) {
    case "build":
      return { kind: "build-started", kernel: task.kernel };
    case "run":
      return { kind: "run-started", run: task.run, kernel: task.kernel };
    default:
      return null;
  }
}

/**
 * Does `task` and resolves to its event. Rejects with a `Failure` where it could not be done, with
 * `interrupted` where `signal` fired; it may then be begun again.
 */
export async function perform(
  task: Task,
  state: BisectionState,
  tools: Tools,
  graph: CommitGraph | null,
  signal: AbortSignal,
): Promise<Performed> {
  switch (task.task) {
    case "build":
      return build(task, state, tools, signal);
    case "run":
      return { body: await run(task, state, tools, signal) };
    case "reuse":
      return borrow(task.kernel, state, tools.folder);
    case "compare":
      return { body: await compare(task, state, tools, signal) };
    case "symbolize":
      return { body: await symbolize(task, state, tools, signal) };
    case "try-backport":
      return { body: await tryBackport(task, tools, signal) };
    case "try-change":
      return { body: await tryChange(task, tools, signal) };
    case "examine":
      return { body: await examine(task, state, tools, signal) };
    case "list-releases":
      return { body: await releasesFor(task, state, tools, signal) };
    case "list-merge-bases":
      return { body: await mergeBasesOf(task, tools, signal) };
    case "describe":
      return { body: await describe(task, tools, signal) };
    case "prepare-minimise": {
      const crash = task.crash && (await reportedCrash(task.crash, state, tools, signal));
      const { hash } = startOf(state).crashes;
      const patches = await readPatches(tools.folder, kernelAt(state, hash)?.patches ?? []);
      return { body: await prepareMinimise(startOf(state), { crash, patches }, tools, signal) };
    }
    case "keep-config":
      return { body: await keepSmallest(task, state, tools, signal) };
    case "trace-presence": {
      const { asked } = state.presence;
      if (asked === null) throw new Error("no tree was asked for");
      return { body: await tracePresence(asked, startOf(state).crashes.hash, tools, signal) };
    }
    case "set-prior":
      if (graph === null) throw new Error("a prior is for a graph");
      return storePrior(tools, graph, task.graph, await factsOf(task, state, tools, signal), {
        signal,
        tell: tools.tell,
      });
    case "load-graph":
      return storeGraph(
        tools.repository,
        tools.folder,
        { ...task, part: partSearched(state) ?? undefined, earlier: state.graph },
        signal,
      );
    default:
      return task satisfies never;
  }
}

function releasesFor(
  { commit }: TaskOf<"list-releases">,
  state: BisectionState,
  tools: Tools,
  signal: AbortSignal,
): Promise<EventBody> {
  return isWithoutCleanEnd(state, tools.policy)
    ? dividingReleasesBefore(commit, tools, signal)
    : releasesBefore(commit, tools, signal);
}

type TaskOf<K extends Task["task"]> = Extract<Task, { task: K }>;

async function build(
  { kernel }: TaskOf<"build">,
  state: BisectionState,
  { lab, folder, policy, onBuildProgress }: Tools,
  signal: AbortSignal,
): Promise<Performed> {
  const result = await lab.build(await planOf(state, kernel, folder), {
    signal,
    sees: await crashToSee(state, kernel, folder, policy.rules),
    ...(onBuildProgress && { onProgress: (progress) => onBuildProgress(kernel, progress) }),
  });
  switch (result.kind) {
    case "built":
      return builtOf(kernel, result);
    case "failed": {
      const { gone, ...failed } = result;
      const more = gone === undefined ? {} : { gone: [...gone] };
      const excerpt = [...failed.excerpt];
      return { body: { ...failed, ...more, kind: "build-failed", kernel, excerpt } };
    }
    default:
      return result satisfies never;
  }
}

/** What a kernel is told with, and what building it has taught. */
function builtOf(
  kernel: string,
  { passedOver = [], configChanges = [], ...built }: Extract<BuildResult, { kind: "built" }>,
): Performed {
  const { toolchain: to = "" } = built;
  const learnt: EventBody[] = [];
  const [first] = passedOver;
  if (first !== undefined) {
    const { release } = first;
    learnt.push({ kind: "compiler-changed", kernel, release, to, passedOver: [...passedOver] });
  }
  if (configChanges.length > 0) {
    learnt.push({ kind: "config-changed", kernel, changes: [...configChanges] });
  }
  return { body: { ...built, kind: "kernel-built", kernel, dropped: [...built.dropped] }, learnt };
}

/** The crash of the crashing commit, which other kernels are to be tested for; null before it is known. */
async function crashToSee(
  state: BisectionState,
  kernel: string,
  folder: string,
  rules: Rules,
): Promise<CrashOfKernel | null> {
  // A smaller configuration is tried to find out whether the crash is seen with it.
  if (kernelOf(state, kernel).purpose === "minimise") return null;
  // What is no crash needs nothing that detects one.
  const { expect } = startOf(state);
  if (ofRuns(expect) !== null || expect?.kind === "build-fails") return null;
  const crash = crashToShow(state, startOf(state).crashes.hash, rules);
  if (crash === null || crash.kernel === kernel) return null;
  const { title } = crash;
  const signature = signatureOf(state, crash.kernel);
  const console = join(folder, consolePathOf(crash.run));
  return { plan: await planOf(state, crash.kernel, folder), signature, console, title };
}

async function compare(
  { kernels }: TaskOf<"compare">,
  state: BisectionState,
  { lab, folder }: Tools,
  signal: AbortSignal,
): Promise<EventBody> {
  const [one, other] = kernels;
  const plans = [await planOf(state, one, folder), await planOf(state, other, folder)] as const;
  const result = await lab.compare(...plans, { signal });
  if (result.kind === "equal") {
    return { kind: "kernels-equal", kernels: [...kernels], how: "tokens" };
  }
  const known = result.kind === "different";
  return { kind: "kernels-differ", kernels: [...kernels], known, why: result.why };
}

async function run(
  { kernel, run, mayRestore }: TaskOf<"run">,
  state: BisectionState,
  { lab, folder }: Tools,
  signal: AbortSignal,
): Promise<EventBody> {
  const console = consolePathOf(run);
  const result = await lab.run(
    {
      plan: await planOf(state, kernel, folder),
      signature: signatureOf(state, kernel),
      run,
      console: join(folder, console),
      mayRestore,
      functions: functionsOfBug(state),
    },
    { signal },
  );
  const { outcome, seconds, restored, note, reached, number, ended } = result;
  return {
    kind: "run-finished",
    run,
    kernel,
    outcome,
    crashes: [...result.crashes],
    seconds,
    console,
    ...(restored && { restored }),
    ...(note !== undefined && { note }),
    ...(reached && { reached }),
    ...(number !== undefined && { number }),
    ...(ended !== undefined && { ended }),
  };
}

async function symbolize(
  crash: CrashOfRun,
  state: BisectionState,
  tools: Tools,
  signal: AbortSignal,
): Promise<EventBody> {
  const report = await reportOf(crash, state, tools, signal);
  return { kind: "crash-symbolized", run: crash.run, title: crash.title, report };
}

async function reportOf(
  { kernel, run, title }: CrashOfRun,
  state: BisectionState,
  { lab, folder }: Tools,
  signal: AbortSignal,
): Promise<string> {
  const console = join(folder, consolePathOf(run));
  const signature = signatureOf(state, kernel);
  const plan = await planOf(state, kernel, folder);
  return lab.symbolize({ plan, signature, console, title }, { signal });
}

/** What the crash, the build of its kernel, the job and the releases tell. */
async function factsOf(
  { crash }: TaskOf<"set-prior">,
  state: BisectionState,
  tools: Tools,
  signal: AbortSignal,
): Promise<PriorFacts> {
  const { suspect = [], target = "kernel" } = startOf(state);
  const isOpen = isWithoutCleanEnd(state, tools.policy);
  const releases = isOpen ? (state.releases?.releases ?? []) : null;
  const told = { suspect, releases };
  if (crash === null) return { ...told, crash: null, compiled: null };
  const report = await reportOf(crash, state, tools, signal);
  const plan = await planOf(state, crash.kernel, tools.folder);
  const compiled = await tools.lab.compiledFiles(plan, { signal });
  return { ...told, crash: { of: target, title: crash.title, report }, compiled };
}

/** A crash with its type, as its run remembers it, and its report. */
async function reportedCrash(
  crash: CrashOfRun,
  state: BisectionState,
  tools: Tools,
  signal: AbortSignal,
): Promise<ReportedCrash> {
  const seen = kernelOf(state, crash.kernel).runs.get(runNumberOf(crash.run))?.crashes ?? [];
  const type = seen.find(({ title }) => title === crash.title)?.type ?? "UNKNOWN";
  return { type, title: crash.title, report: await reportOf(crash, state, tools, signal) };
}

/** The smallest configuration that crashes, as the tree itself writes it, becomes a file of the folder. */
async function keepSmallest(
  { why }: TaskOf<"keep-config">,
  state: BisectionState,
  { lab, folder }: Tools,
  signal: AbortSignal,
): Promise<EventBody> {
  const { minimising: search } = state;
  if (search?.smallest == null) throw new Error("no smaller configuration was found");
  const commit = startOf(state).crashes.hash;
  const config = await smallestConfig(folder, search);
  const { kernel } = search.smallest;
  const patches = await readPatches(folder, kernelOf(state, kernel).patches);
  const plan = { kernel, commit, patches, config };
  const text = await lab.configOf(plan, { signal });
  if (text === null) throw new Error("a kernel has a configuration");
  return minimisedBody(search, await keepConfig(folder, "smaller", text), why);
}

function examine(
  task: TaskOf<"examine">,
  state: BisectionState,
  { repository, lab, folder }: Tools,
  signal: AbortSignal,
): Promise<EventBody> {
  const plan = (kernel: string) => planOf(state, kernel, folder);
  return examineCulprit(task, state, { repository, lab, planOf: plan }, signal);
}

async function planOf(state: BisectionState, kernel: string, folder: string): Promise<KernelPlan> {
  const config = await configSourceOf(state, kernel, folder);
  const { commit, patches: hashes, built } = kernelOf(state, kernel);
  const patches = await readPatches(folder, hashes);
  const compilers = knowledgeOf(state, built?.toolchain ?? null);
  return { kernel, commit, patches, compilers, ...(config && { config }) };
}

function signatureOf(state: BisectionState, kernel: string): string {
  const { built } = kernelOf(state, kernel);
  if (built === null) throw new Error(`kernel ${kernel} was never built`);
  return built.signature;
}
