import {
  type BisectionEnd,
  type BisectionEvent,
  type CrashSeen,
  type EventOf,
  type KernelId,
  type ProbeStage,
  type RunId,
  type RunOutcome,
  runNumberOf,
} from "../event/index.ts";

/** What is known of one kernel. */
export interface KernelState {
  readonly kernel: KernelId;
  readonly commit: string;
  built: EventOf<"kernel-built"> | null;
  failed: EventOf<"build-failed"> | null;
  /** Finished runs by number; a number that is missing was not finished. */
  readonly runs: Map<number, RunState>;
  /** The first kernel known to be equal to this one, itself included: runs are pooled there. */
  representative: KernelId;
}

/** A finished run. */
export interface RunState {
  readonly run: RunId;
  readonly outcome: RunOutcome;
  readonly crashes: readonly CrashSeen[];
  readonly seconds: number;
  /** Set where the machine went on from a snapshot and did not boot. */
  readonly restored?: true | undefined;
}

/** What became of one tested commit. */
export type Answer = EventOf<"probe-answered">["answers"][number] & { readonly stage: ProbeStage };

/** An override that was not taken back, by the `seq` of its event. */
export type Override = EventOf<"overridden"> & { readonly seq: number };

/** A bisection as its events tell it. Made by {@link advance} alone. */
export interface BisectionState {
  started: EventOf<"started"> | null;
  /** What the newest session does at once; null where it did not say. */
  slots: NonNullable<EventOf<"started">["slots"]> | null;
  bug: EventOf<"bug-identified"> | null;
  releases: EventOf<"releases-listed"> | null;
  mergeBases: EventOf<"merge-bases-listed"> | null;
  graph: EventOf<"graph-loaded"> | null;
  prior: EventOf<"prior-set"> | null;
  /** In the order in which they were planned. */
  readonly kernels: Map<KernelId, KernelState>;
  /** The probe that is not answered yet. */
  probe: EventOf<"probe-chosen"> | null;
  /** The newest answer of each commit, in the order in which these were given. */
  readonly answers: Map<string, Answer>;
  /** Those that stand, oldest first: of two about one commit the newer counts. */
  readonly overrides: Override[];
  readonly described: Map<string, EventOf<"commit-described">>;
  symbolized: EventOf<"crash-symbolized"> | null;
  readonly checks: EventOf<"checked">[];
  concluded: (EventOf<"concluded"> & { readonly end: BisectionEnd }) | null;
}

/** The state before the first event. */
function initialState(): BisectionState {
  return {
    started: null,
    slots: null,
    bug: null,
    releases: null,
    mergeBases: null,
    graph: null,
    prior: null,
    kernels: new Map(),
    probe: null,
    answers: new Map(),
    overrides: [],
    described: new Map(),
    symbolized: null,
    checks: [],
    concluded: null,
  };
}

/** The state that all `events` make, oldest first. */
export function stateOf(events: Iterable<BisectionEvent>): BisectionState {
  const state = initialState();
  for (const event of events) advance(state, event);
  return state;
}

/** Takes one more event into `state`. The only place that changes a state. */
export function advance(state: BisectionState, event: BisectionEvent): void {
  switch (event.kind) {
    case "started":
      state.started = event;
      state.slots = event.slots ?? null;
      return;
    case "resumed":
      state.slots = event.slots ?? null;
      return;
    case "bug-identified":
      state.bug = event;
      return;
    case "releases-listed":
      state.releases = event;
      return;
    case "merge-bases-listed":
      state.mergeBases = event;
      return;
    case "graph-loaded":
      state.graph = event;
      return;
    case "prior-set":
      state.prior = event;
      return;
    case "kernel-planned":
      state.kernels.set(event.kernel, {
        kernel: event.kernel,
        commit: event.commit,
        built: null,
        failed: null,
        runs: new Map(),
        representative: event.kernel,
      });
      return;
    case "kernel-built":
      kernelOf(state, event.kernel).built = event;
      return;
    case "build-failed":
      kernelOf(state, event.kernel).failed = event;
      return;
    case "kernels-equal": {
      const [first, ...others] = event.kernels.map((kernel) => kernelOf(state, kernel));
      for (const other of others) other.representative = first?.representative ?? other.kernel;
      return;
    }
    case "run-finished":
      kernelOf(state, event.kernel).runs.set(runNumberOf(event.run), event);
      return;
    case "probe-chosen":
      state.probe = event;
      return;
    case "probe-answered":
      for (const answer of event.answers) {
        // Last answered, last in line: what was learnt last is what a search goes on from.
        state.answers.delete(answer.commit);
        state.answers.set(answer.commit, { ...answer, stage: event.stage });
      }
      state.probe = null;
      return;
    case "overridden":
      state.overrides.push(event);
      thinkAgain(state);
      return;
    case "override-undone": {
      const place = state.overrides.findIndex(({ seq }) => seq === event.override);
      if (place >= 0) state.overrides.splice(place, 1);
      thinkAgain(state);
      return;
    }
    case "commit-described":
      state.described.set(event.commit, event);
      return;
    case "crash-symbolized":
      state.symbolized = event;
      return;
    case "checked":
      state.checks.push(event);
      return;
    case "concluded":
      state.concluded = event;
      return;
    case "build-started":
    case "run-started":
    case "stopped":
    case "log-read":
    case "noted":
    case "git-told":
    case "git-said":
    case "effort-reported":
    case "line-unrecognised":
      // What was begun and not finished is begun again: these tell people, not the story. A log
      // of others is no story of ours.
      return;
    default:
      event satisfies never;
  }
}

/**
 * What was decided before somebody said otherwise is void: the open probe, the checks, the conclusion.
 * Evidence stays: builds, runs, and the answers that they gave.
 */
function thinkAgain(state: BisectionState): void {
  state.probe = null;
  state.checks.length = 0;
  state.symbolized = null;
  state.concluded = null;
}

/** The kernel with this id; a journal that names one it never planned is not ours. */
export function kernelOf(state: BisectionState, kernel: KernelId): KernelState {
  const known = state.kernels.get(kernel);
  if (known === undefined) throw new Error(`kernel ${kernel} was never planned`);
  return known;
}

/** The job's facts; every story begins with them. */
export function startOf(state: BisectionState): EventOf<"started"> {
  if (state.started === null) throw new Error("the bisection has not started");
  return state.started;
}
