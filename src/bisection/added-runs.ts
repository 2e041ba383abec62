import type { EventBody, EventOf, KernelId, UserEvent } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import type { Rules } from "../search/rules.ts";
import { totalOf } from "../search/verdict.ts";
import { roomLeft } from "./bounds.ts";
import { isBuildAlone } from "./build-alone.ts";
import { nextRuns } from "./next-runs.ts";
import { pooledRuns } from "./pooled-runs.ts";
import { answersTo } from "./probe.ts";
import { mayRestore } from "./restored-runs.ts";
import { areSilent } from "./says-something.ts";
import { brokenHow, kernelAt } from "./standing-kernel.ts";
import { type BisectionState, type KernelState, kernelOf } from "./state.ts";
import { record, type Step, type Task, taskKey, work } from "./step.ts";

/** What of `runs-added` somebody has to say; the rest follows from what has happened. */
type Asked = Pick<Extract<UserEvent, { kind: "runs-added" }>, "commit" | "more" | "why">;

/**
 * The event that asks for `more` runs of `commit` beyond those that were made of it, that are under way, or that were
 * asked for before. Throws `runs-refused` where none can be made of it.
 */
export function addedRunsSaid(state: BisectionState, asked: Asked): EventOf<"runs-added"> {
  const { kernel } = kernelToRun(state, asked.commit);
  const open = state.probe?.probes.find((probe) => probe.kernel === kernel);
  const runs =
    asked.more +
    Math.max(pooledRuns(state, kernel).length, open?.runs ?? 0, state.added.get(kernel)?.runs ?? 0);
  return { kind: "runs-added", kernel, runs, ...asked };
}

/** Throws `runs-refused` where the story cannot take it, as when the kernel is another by now. */
export function checkAddedRuns(
  state: BisectionState,
  { commit, kernel }: EventOf<"runs-added">,
): void {
  const { kernel: standing } = kernelToRun(state, commit);
  if (standing !== kernel) {
    throw refused(`the kernel of ${commit} is ${standing} by now, not ${kernel}`, "ask again");
  }
}

/** The kernel that stands for `commit`, which runs. */
function kernelToRun(state: BisectionState, commit: string): KernelState {
  if (isBuildAlone(state)) {
    throw refused("the bug is a build that fails: nothing is run", "`firstbad test` builds anew");
  }
  const kernel = kernelAt(state, commit);
  const untested = "`firstbad show` lists what was tested; `firstbad test` tests any commit";
  if (kernel === undefined) throw refused(`${commit} was not tested`, untested);
  if (kernel.built === null && kernel.failed === null) {
    throw refused(`${commit} is not built yet`, "ask again when it is");
  }
  const broken = brokenHow(kernel);
  if (broken !== null) throw refused(`${commit} does not ${broken}`, untested);
  if (roomLeft(state).runs <= 0) {
    throw refused("the bisection may take no more runs", "resume it with a larger `--budget`");
  }
  return kernel;
}

/**
 * `step`, and beside it the runs that somebody asked for: these go before others of this machine, and nothing that
 * is under way is ended for them. A conclusion waits for them.
 */
export function withAddedRuns(state: BisectionState, step: Step, rules: Rules): Step {
  if (state.added.size === 0 || step.kind === "done") return step;
  const missing = missingRuns(state, rules);
  if (missing.length === 0) return step;
  if (step.kind === "work") {
    const tasks = new Map([...missing, ...step.tasks].map((task) => [taskKey(task), task]));
    return work(...tasks.values());
  }
  return awaiting.has(step.body.kind) ? work(...missing) : step;
}

/** What is said of all that was run. */
const awaiting: ReadonlySet<EventBody["kind"]> = new Set(["checked", "concluded", "presence-told"]);

/** Tells what the runs of a commit say once those are made that somebody asked for; null: nothing is to be told. */
export function answerAdded(state: BisectionState, rules: Rules): Step | null {
  for (const { kernel, commit } of state.added.values()) {
    const isOpen = state.probe?.probes.some((probe) => probe.kernel === kernel) ?? false;
    if (isOpen || kernelAt(state, commit)?.kernel !== kernel) continue;
    const answer = state.answers.get(commit);
    const told = answer === undefined ? 0 : totalOf(answer);
    const runs = pooledRuns(state, kernel);
    if (runs.length === told || lackOf(state, kernel, rules) > 0) continue;
    return record(
      answersTo(state, answer?.stage ?? "search", [{ kernel, commit, runs: 0 }], rules),
    );
  }
  return null;
}

function missingRuns(state: BisectionState, rules: Rules): Task[] {
  // At a bound the search ends as it would have, and these are left.
  if (roomLeft(state).runs + state.running.size <= 0) return [];
  return [...state.added.values()].flatMap(({ kernel, commit }) => {
    if (kernelAt(state, commit)?.kernel !== kernel) return [];
    const stage = state.answers.get(commit)?.stage ?? "search";
    return nextRuns(runnerOf(state, kernel), lackOf(state, kernel, rules), (n) =>
      mayRestore(state, stage, n, rules),
    );
  });
}

/** How many runs of those that were asked for are still to be made; none of a kernel that says nothing. */
function lackOf(state: BisectionState, kernel: KernelId, rules: Rules): number {
  const runs = state.added.get(kernel)?.runs ?? 0;
  const made = pooledRuns(state, kernel);
  return areSilent(made, rules.unbootableAfter) ? 0 : Math.max(0, runs - made.length);
}

/** Of equal kernels the first is run for all, as in a search. */
function runnerOf(state: BisectionState, kernel: KernelId): KernelState {
  const first = kernelOf(state, kernelOf(state, kernel).representative);
  return first.built === null ? kernelOf(state, kernel) : first;
}

function refused(why: string, hint: string): Failure {
  return new Failure("runs-refused", `cannot run that more often: ${why}`, { hint });
}
