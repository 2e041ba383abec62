import type { AppliedBackport, CommitChange, EventBody, KernelId, RunId } from "../event/index.ts";
import { backportKey, changeKey } from "./tried-keys.ts";

/** Something that takes time or asks the world, and ends in one event. Safe to begin again. */
export type Task =
  | { readonly task: "build"; readonly kernel: KernelId }
  /** Whether two kernels with different signatures differ in line numbers alone; in the order of plans. */
  | { readonly task: "compare"; readonly kernels: readonly [KernelId, KernelId] }
  /** Takes over what an earlier bisection lends to this kernel. */
  | { readonly task: "reuse"; readonly kernel: KernelId }
  /** `mayRestore`: the machine may go on from a snapshot of the booted kernel. */
  | {
      readonly task: "run";
      readonly kernel: KernelId;
      readonly run: RunId;
      readonly mayRestore: boolean;
    }
  /** Looks whether a fix can be brought to a commit, over those before it. */
  | {
      readonly task: "try-backport";
      readonly commit: string;
      readonly fix: string;
      readonly guilty: string | null;
      readonly source: AppliedBackport["source"];
      readonly over: readonly string[];
    }
  /** Looks whether a change can be made to a commit, over the fixes that its kernel has. */
  | {
      readonly task: "try-change";
      readonly commit: string;
      readonly change: CommitChange;
      readonly over: readonly string[];
    }
  /** What a culprit changes, by git and by the build; `kernels`: its own and its parents', as far as built. */
  | { readonly task: "examine"; readonly commit: string; readonly kernels: readonly KernelId[] }
  | { readonly task: "list-releases"; readonly commit: string }
  | { readonly task: "list-merge-bases"; readonly after: string; readonly before: string }
  /** `before`: what the graph does not contain; null: it reaches back to the beginning. */
  | { readonly task: "load-graph"; readonly after: string; readonly before: string | null }
  /** What is likely before anything of the graph is run; `crash`: the one that stands for the bug. */
  | { readonly task: "set-prior"; readonly graph: string; readonly crash: CrashOfRun | null }
  /** What may be left out of the configuration; `crash`: the one that stands for the bug. */
  | { readonly task: "prepare-minimise"; readonly crash: CrashOfRun | null }
  /** Keeps the smallest configuration that crashes, as the tree itself writes it. */
  | { readonly task: "keep-config"; readonly why: string }
  /** What the trees that are asked for have of the cause and the fix. */
  | { readonly task: "trace-presence" }
  | { readonly task: "describe"; readonly commit: string; readonly culprit: boolean }
  | {
      readonly task: "symbolize";
      readonly kernel: KernelId;
      readonly run: RunId;
      readonly title: string;
    };

/** A crash, by the run that showed it. */
export interface CrashOfRun {
  readonly kernel: KernelId;
  readonly run: RunId;
  readonly title: string;
}

/** What the story wants next. */
export type Step =
  /** A decision: append it, then ask again. */
  | { readonly kind: "record"; readonly body: EventBody }
  /** Have these done, at once where there is room; ask again after each event. Never empty. */
  | { readonly kind: "work"; readonly tasks: readonly Task[] }
  /** The bisection is concluded. */
  | { readonly kind: "done" };

export function record(body: EventBody): Step {
  return { kind: "record", body };
}

export function work(...tasks: readonly Task[]): Step {
  return { kind: "work", tasks };
}

/** One name a task, the same for the same work: what tells a task under way from a new one. */
export function taskKey(task: Task): string {
  switch (task.task) {
    case "build":
    case "reuse":
      return `${task.task} ${task.kernel}`;
    case "compare":
      return `compare ${task.kernels.join(" ")}`;
    case "run":
    case "symbolize":
      return `${task.task} ${task.run}`;
    case "prepare-minimise":
    case "keep-config":
    case "trace-presence":
      return task.task;
    case "describe":
      return `describe ${task.commit} ${task.culprit}`;
    case "try-backport":
      return `${task.task} ${backportKey(task.commit, task.fix, task.over)}`;
    case "try-change":
      return `${task.task} ${changeKey(task.commit, task.change, task.over)}`;
    case "examine":
      return `examine ${task.commit}`;
    case "list-releases":
      return `list-releases ${task.commit}`;
    case "set-prior":
      return `set-prior ${task.graph}`;
    case "list-merge-bases":
    case "load-graph":
      return `${task.task} ${task.after} ${task.before}`;
    default:
      return task satisfies never;
  }
}
