import type { EventOf, KernelId, ProbeStage } from "../event/index.ts";
import type { Policy } from "../search/policy.ts";
import type { Rules } from "../search/rules.ts";
import { totalOf } from "../search/verdict.ts";
import { isBuildAlone } from "./build-alone.ts";
import { comparisonsOf } from "./compared.ts";
import { nextRuns } from "./next-runs.ts";
import { limitOf } from "./numbers.ts";
import { patchedKernel, planPatched } from "./patched-kernel.ts";
import { pooledRuns } from "./pooled-runs.ts";
import { mayRestore } from "./restored-runs.ts";
import { mayBorrow } from "./reuse/may-borrow.ts";
import { areSilent } from "./says-something.ts";
import { kernelAt } from "./standing-kernel.ts";
import { type BisectionState, type KernelState, kernelOf } from "./state.ts";
import { record, type Step, type Task, taskKey, work } from "./step.ts";
import { toldReach } from "./told-reach.ts";
import { remarkOn, verdictOf } from "./verdict-of.ts";

/** What a stage wants tested. */
export interface Wanted {
  readonly stage: ProbeStage;
  readonly commits: readonly { readonly commit: string; readonly runs: number }[];
  /** What is under test already and stays so; absent: nothing. */
  readonly stays?: Probe["probes"];
  /** Fixes that were found and are to be brought to a commit; absent: none to any. */
  readonly fixes?: (commit: string) => readonly string[];
  readonly label?: string;
  /** What their kernels are planned for; absent: the search. */
  readonly purpose?: EventOf<"kernel-planned">["purpose"];
  readonly why: string;
  readonly left?: { readonly suspects: number; readonly steps: number };
  readonly belief?: EventOf<"probe-chosen">["belief"];
  readonly ahead?: EventOf<"probe-chosen">["ahead"];
}

/** Decides for a probe: its kernels are planned first, then the probe itself is chosen. */
export function choose(state: BisectionState, wanted: Wanted): Step {
  const probes: Tested[] = [];
  for (const { commit, runs } of wanted.commits) {
    const chosen = kernelFor(state, commit, wanted.fixes?.(commit) ?? [], wanted.purpose);
    if (typeof chosen !== "string") return chosen;
    probes.push({ kernel: chosen, commit, runs });
  }
  return record({
    kind: "probe-chosen",
    stage: wanted.stage,
    probes: [...(wanted.stays ?? []), ...probes],
    label: wanted.label ?? null,
    why: wanted.why,
    left: wanted.left ?? null,
    ...(wanted.belief && { belief: wanted.belief }),
    ...(wanted.ahead && { ahead: wanted.ahead }),
  });
}

/** The kernel that is to be tested for a commit, or what has to be done before there is one. */
function kernelFor(
  state: BisectionState,
  commit: string,
  fixes: readonly string[],
  purpose: EventOf<"kernel-planned">["purpose"] = "search",
): Step | KernelId {
  const standing = kernelAt(state, commit);
  if (standing !== undefined && fixes.length === 0) return standing.kernel;
  return planKernel(state, commit, purpose, fixes) ?? kernelIdPlanned(state, commit, fixes);
}

function kernelIdPlanned(
  state: BisectionState,
  commit: string,
  fixes: readonly string[],
): KernelId {
  const patched = patchedKernel(state, commit, fixes);
  if (patched.kind === "step") throw new Error(`the kernel of ${commit} is not planned`);
  return patched.kernel;
}

/**
 * What has to be done before the kernel of `commit` is built: its fixes are looked at, those that are known
 * and `fixes`, and it is planned. Null where it was planned before.
 */
export function planKernel(
  state: BisectionState,
  commit: string,
  purpose: EventOf<"kernel-planned">["purpose"],
  fixes: readonly string[] = [],
): Step | null {
  const patched = patchedKernel(state, commit, fixes);
  if (patched.kind === "step") return patched.step;
  if (state.kernels.has(patched.kernel)) return null;
  return planPatched(state, commit, patched, purpose);
}

/**
 * What the open probe still needs: builds, runs, and at last its answers. A policy that decides all hears
 * of each as soon as it is there, and decides anew; others of all together.
 */
export function workOn(state: BisectionState, probe: Probe, { rules, decidesAll }: Policy): Step {
  const equal = rules.equalKernelsAreOne ? newlyEqual(state, probe) : null;
  if (equal !== null) return record({ kind: "kernels-equal", kernels: equal, how: "signature" });

  const needs = probe.probes.map((one) => needsOf(state, probe, one, rules));
  const done = probe.probes.filter((_, n) => needs[n]?.length === 0);
  if (decidesAll ? done.length > 0 : done.length === probe.probes.length) {
    return record(answersTo(state, probe.stage, done, rules));
  }
  return work(...withoutTwins(needs.flat().sort(peopleFirst)));
}

/**
 * What the runs say so far that were made of commits under test and not told yet, though more were wanted;
 * null: there are none.
 */
export function answerWhatIsThere(state: BisectionState, rules: Rules): Step | null {
  const { probe } = state;
  const partly = probe?.probes.filter(({ kernel, commit }) => {
    const answer = state.answers.get(commit);
    const told = answer === undefined ? 0 : totalOf(answer);
    return pooledRuns(state, kernel).length > told;
  });
  if (probe === null || partly === undefined || partly.length === 0) return null;
  return record(answersTo(state, probe.stage, partly, rules));
}

/**
 * What the runs say of commits that were answered before their kernels were found equal to others, where that
 * is something else now; null: there are none.
 */
export function answerAgain(state: BisectionState, rules: Rules): Step | null {
  for (const { kernel, commit, stage, ...answer } of state.answers.values()) {
    if (!state.foundLater.has(kernel)) continue;
    const told = answersTo(state, stage, [{ kernel, commit, runs: 0 }], rules);
    const [now] = told.answers;
    if (now !== undefined && totalOf(now) !== totalOf(answer)) return record(told);
  }
  return null;
}

/**
 * What the runs say of commits that were answered before it was known which numbers are the bug's; null: all is told.
 */
export function answerMeasured(state: BisectionState, rules: Rules): Step | null {
  if (limitOf(state) === null) return null;
  for (const { kernel, commit, stage, ...answer } of state.answers.values()) {
    const told = answersTo(state, stage, [{ kernel, commit, runs: 0 }], rules);
    const [now] = told.answers;
    if (now !== undefined && (now.crashed !== answer.crashed || now.clean !== answer.clean)) {
      return record(told);
    }
  }
  return null;
}

type Probe = EventOf<"probe-chosen">;
type Tested = Probe["probes"][number];

/** A kernel of the probe with the signature of one that was built before it, and that one first. */
function newlyEqual(state: BisectionState, { probes }: Probe): KernelId[] | null {
  for (const { kernel } of probes) {
    const { built, representative } = kernelOf(state, kernel);
    const first = built === null ? undefined : state.firstBuilt.get(built.signature);
    if (first === undefined) continue;
    if (kernelOf(state, first).representative !== representative) return [first, kernel];
  }
  return null;
}

/** What is to be done before one of the probes can be answered. */
function needsOf(
  state: BisectionState,
  probe: Probe,
  { kernel, commit, runs }: Tested,
  rules: Rules,
): Task[] {
  // People read what they are waiting for: the commit's subject, once.
  const describe: Task[] = state.described.has(commit)
    ? []
    : [{ task: "describe", commit, culprit: false }];
  const { built, failed } = kernelOf(state, kernel);
  if (failed !== null) return describe;
  if (built === null) return [...describe, { task: "build", kernel }];
  if (mayBorrow(state, kernel) !== null) return [...describe, { task: "reuse", kernel }];
  // Runs of a kernel that is another's but for line numbers were perhaps made already.
  const compare = rules.equalKernelsAreOne ? comparisonsOf(state, kernel) : [];
  if (compare.length > 0) return [...describe, ...compare];
  return [
    ...describe,
    ...missingRuns(state, probe.stage, runnerOf(state, probe, kernel), runs, rules),
  ];
}

/** Of equal kernels that are tested at once, one is run for all: the one that was built first. */
function runnerOf(state: BisectionState, { probes }: Probe, kernel: KernelId): KernelState {
  const { representative } = kernelOf(state, kernel);
  const equal = probes
    .map((other) => kernelOf(state, other.kernel))
    .filter((other) => other.representative === representative);
  const first = equal.find((other) => other.kernel === representative);
  return first ?? equal[0] ?? kernelOf(state, kernel);
}

function peopleFirst(a: Task, b: Task): number {
  return Number(b.task === "describe") - Number(a.task === "describe");
}

/** Runs of one kernel answer for several: each is wanted once. */
function withoutTwins(tasks: readonly Task[]): readonly Task[] {
  return [...new Map(tasks.map((task) => [taskKey(task), task])).values()];
}

function missingRuns(
  state: BisectionState,
  stage: ProbeStage,
  kernel: KernelState,
  runs: number,
  rules: Rules,
): Task[] {
  if (isBuildAlone(state)) return [];
  const finished = pooledRuns(state, kernel.kernel);
  if (areSilent(finished, rules.unbootableAfter)) return [];
  return nextRuns(kernel, runs - finished.length, (n) => mayRestore(state, stage, n, rules));
}

/** What the runs of these probes say, by the rules. */
export function answersTo(
  state: BisectionState,
  stage: ProbeStage,
  probes: readonly Tested[],
  rules: Rules,
): EventOf<"probe-answered"> {
  return {
    kind: "probe-answered",
    stage,
    answers: probes.map(({ kernel, commit }) => {
      const runs = pooledRuns(state, kernel);
      const counts = rules.count(runs, state.bug);
      const verdict = verdictOf(state, rules, counts);
      const remark = remarkOn(state, rules, counts);
      return { kernel, commit, verdict, ...counts, ...toldReach(runs), ...remark };
    }),
  };
}
