import { type EventOf, kernelIdOf, type ProbeStage, runIdOf } from "../event/index.ts";
import type { Rules } from "../search/rules.ts";
import { pooledRuns } from "./pooled-runs.ts";
import { mayRestore } from "./restored-runs.ts";
import { situationOf } from "./situation.ts";
import {
  type BisectionState,
  type KernelState,
  kernelOf,
  type RunState,
  startOf,
} from "./state.ts";
import { record, type Step, type Task, work } from "./step.ts";

/** What a stage wants tested. */
export interface Wanted {
  readonly stage: ProbeStage;
  readonly commits: readonly { readonly commit: string; readonly runs: number }[];
  readonly label?: string;
  readonly why: string;
  readonly left?: { readonly suspects: number; readonly steps: number };
  readonly belief?: EventOf<"probe-chosen">["belief"];
}

/** Decides for a probe: its kernels are planned first, then the probe itself is chosen. */
export function choose(state: BisectionState, wanted: Wanted): Step {
  for (const { commit } of wanted.commits) {
    if (!state.kernels.has(kernelIdOf(commit))) return planKernel(state, commit, "search");
  }
  return record({
    kind: "probe-chosen",
    stage: wanted.stage,
    probes: wanted.commits.map(({ commit, runs }) => ({
      kernel: kernelIdOf(commit),
      commit,
      runs,
    })),
    label: wanted.label ?? null,
    why: wanted.why,
    left: wanted.left ?? null,
    ...(wanted.belief && { belief: wanted.belief }),
  });
}

/** Decides that the kernel of `commit` itself, without patches, is built. */
export function planKernel(
  state: BisectionState,
  commit: string,
  purpose: EventOf<"kernel-planned">["purpose"],
): Step {
  const { config, arch } = startOf(state);
  const kernel = kernelIdOf(commit);
  return record({ kind: "kernel-planned", kernel, commit, patches: [], config, arch, purpose });
}

/** What the open probe still needs: builds, runs, and at last its answer. */
export function workOn(state: BisectionState, probe: EventOf<"probe-chosen">, rules: Rules): Step {
  const tasks: Task[] = [];
  for (const { kernel, runs } of probe.probes) {
    const known = kernelOf(state, kernel);
    if (known.failed !== null) continue;
    if (known.built === null) {
      tasks.push({ task: "build", kernel });
      continue;
    }
    const equal = rules.equalKernelsAreOne ? equalKernel(state, known) : null;
    if (equal !== null) {
      return record({ kind: "kernels-equal", kernels: [equal, kernel], how: "signature" });
    }
    tasks.push(...missingRuns(state, probe.stage, known, runs, rules));
  }
  // People read what they are waiting for: the commit's subject, once.
  for (const { commit } of probe.probes) {
    if (!state.described.has(commit)) tasks.unshift({ task: "describe", commit, culprit: false });
  }
  return tasks.length > 0 ? work(...tasks) : record(answerTo(state, probe, rules));
}

function equalKernel(state: BisectionState, kernel: KernelState): string | null {
  for (const other of state.kernels.values()) {
    if (other === kernel) return null;
    const same = other.built?.signature === kernel.built?.signature;
    if (same && other.representative !== kernel.representative) return other.kernel;
  }
  return null;
}

function missingRuns(
  state: BisectionState,
  stage: ProbeStage,
  kernel: KernelState,
  runs: number,
  rules: Rules,
): Task[] {
  const finished = pooledRuns(state, kernel.kernel);
  if (finished.length >= rules.unbootableAfter && !finished.some(saysSomething)) return [];
  const tasks: Task[] = [];
  for (let n = 0; finished.length + tasks.length < runs; n++) {
    if (kernel.runs.has(n)) continue;
    tasks.push({
      task: "run",
      kernel: kernel.kernel,
      run: runIdOf(kernel.kernel, n),
      mayRestore: mayRestore(state, stage, n, rules),
    });
  }
  return tasks;
}

/** Whether a run came as far as to try: it booted, and the program did not refuse to be tested. */
export function saysSomething({ outcome }: RunState): boolean {
  return outcome !== "boot-failed" && outcome !== "no-output" && outcome !== "untestable";
}

function answerTo(
  state: BisectionState,
  probe: EventOf<"probe-chosen">,
  rules: Rules,
): EventOf<"probe-answered"> {
  const situation = situationOf(state);
  return {
    kind: "probe-answered",
    stage: probe.stage,
    answers: probe.probes.map(({ kernel, commit }) => {
      const counts = rules.count(pooledRuns(state, kernel), state.bug);
      const verdict = rules.verdict(counts, situation);
      return { kernel, commit, verdict, ...counts, ...rules.remark(counts, situation) };
    }),
  };
}
