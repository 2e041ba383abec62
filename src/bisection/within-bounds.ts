import type { EventBody } from "../event/index.ts";
import type { Policy } from "../search/policy.ts";
import { roomLeft } from "./bounds.ts";
import { answerWhatIsThere, workOn } from "./probe.ts";
import { type BisectionState, kernelOf } from "./state.ts";
import { type Step, type Task, work } from "./step.ts";

/**
 * `step`, as far as the bounds of the bisection allow it: nothing new is begun beyond them; what is under
 * way is finished, or at the deadline ended. Where nothing is left to do but what they forbid, what runs
 * there are of the commits under test is told to a policy that decides all, and then it is `end`.
 */
export function withinBounds(
  state: BisectionState,
  step: Step,
  policy: Policy,
  end: () => Step,
): Step {
  if (state.bounds === null) return step;
  switch (step.kind) {
    case "done":
      return step;
    case "record":
      if (fits(state, step.body)) return step;
      return state.probe === null
        ? end()
        : workWithin(state, workOn(state, state.probe, policy), policy, end);
    case "work":
      return workWithin(state, step, policy, end);
    default:
      return step satisfies never;
  }
}

/** Whether anything of what is decided here can still be begun, if it is to test something. */
function fits(state: BisectionState, body: EventBody): boolean {
  const room = roomLeft(state);
  switch (body.kind) {
    case "kernel-planned":
      return room.builds > 0 && (room.runs > 0 || body.purpose !== "search");
    case "probe-chosen": {
      const open = new Set(state.probe?.probes.map(({ kernel }) => kernel));
      const fresh = body.probes.filter(({ kernel }) => !open.has(kernel));
      return (
        fresh.length === 0 ||
        fresh.some(({ kernel }) => room.runs > 0 && (!isToBuild(state, kernel) || room.builds > 0))
      );
    }
    default:
      return true;
  }
}

function isToBuild(state: BisectionState, kernel: string): boolean {
  const { built, failed } = kernelOf(state, kernel);
  return built === null && failed === null;
}

function workWithin(state: BisectionState, step: Step, policy: Policy, end: () => Step): Step {
  if (step.kind !== "work") return step;
  const tasks = withRoom(state, step.tasks);
  const isCut = step.tasks.some(isTest) ? !tasks.some(isTest) : tasks.length === 0;
  if (!isCut) return work(...tasks);
  return (policy.decidesAll ? answerWhatIsThere(state, policy.rules) : null) ?? end();
}

function isTest({ task }: Task): boolean {
  return task === "build" || task === "run";
}

function withRoom(state: BisectionState, tasks: readonly Task[]): readonly Task[] {
  const { deadlinePassed, building, running, probe } = state;
  let { builds, runs } = roomLeft(state);
  // A kernel of a probe is built to be run.
  if (probe !== null && runs <= 0) builds = 0;
  return tasks.filter((task) => {
    switch (task.task) {
      case "build":
        return building.has(task.kernel) ? !deadlinePassed : builds-- > 0;
      case "run":
        return running.has(task.run) ? !deadlinePassed : runs-- > 0;
      case "describe":
      case "symbolize":
      case "examine":
      case "keep-config":
      case "reuse":
        // These tell of what is known.
        return true;
      case "try-backport":
      case "try-change":
      case "compare":
      case "list-releases":
      case "list-merge-bases":
      case "load-graph":
      case "set-prior":
      case "prepare-minimise":
      case "trace-presence":
        return !deadlinePassed;
      default:
        return task satisfies never;
    }
  });
}
