import { join } from "node:path";
import { consolePathOf, type EventBody } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import type { Repository } from "../history/repository.ts";
import type { BuildProgress, KernelPlan, Lab } from "../lab/lab.ts";
import type { Policy } from "../search/policy.ts";
import type { PriorWeights } from "../search/reckoning.ts";
import { describe, dividingReleasesBefore, mergeBasesOf, releasesBefore } from "./ask-history.ts";
import { storeGraph } from "./graph-file.ts";
import { readPatches, tryBackport } from "./patch-file.ts";
import { storePrior } from "./prior-file.ts";
import type { PriorFacts } from "./prior-of.ts";
import { type BisectionState, kernelOf, startOf } from "./state.ts";
import type { CrashOfRun, Task } from "./step.ts";
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
      return { body: await build(task, state, tools, signal) };
    case "run":
      return { body: await run(task, state, tools, signal) };
    case "compare":
      return { body: await compare(task, state, tools, signal) };
    case "symbolize":
      return { body: await symbolize(task, state, tools, signal) };
    case "try-backport":
      return { body: await tryBackport(task, tools, signal) };
    case "list-releases":
      return { body: await releasesFor(task, state, tools, signal) };
    case "list-merge-bases":
      return { body: await mergeBasesOf(task, tools, signal) };
    case "describe":
      return { body: await describe(task, tools, signal) };
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
        { ...task, part: startOf(state).part, earlier: state.graph },
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
  { lab, folder, onBuildProgress }: Tools,
  signal: AbortSignal,
): Promise<EventBody> {
  const result = await lab.build(await planOf(state, kernel, folder), {
    signal,
    ...(onBuildProgress && { onProgress: (progress) => onBuildProgress(kernel, progress) }),
  });
  switch (result.kind) {
    case "built":
      return { ...result, kind: "kernel-built", kernel, dropped: [...result.dropped] };
    case "failed":
      return { ...result, kind: "build-failed", kernel, excerpt: [...result.excerpt] };
    default:
      return result satisfies never;
  }
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
    },
    { signal },
  );
  const { outcome, seconds, restored } = result;
  return {
    kind: "run-finished",
    run,
    kernel,
    outcome,
    crashes: [...result.crashes],
    seconds,
    console,
    ...(restored && { restored }),
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

async function planOf(state: BisectionState, kernel: string, folder: string): Promise<KernelPlan> {
  const { commit, patches } = kernelOf(state, kernel);
  return { kernel, commit, patches: await readPatches(folder, patches) };
}

function signatureOf(state: BisectionState, kernel: string): string {
  const { built } = kernelOf(state, kernel);
  if (built === null) throw new Error(`kernel ${kernel} was never built`);
  return built.signature;
}
