import {
  type AppliedBackport,
  type BisectionEnd,
  type BisectionEvent,
  type CommitChange,
  type CrashSeen,
  type EventOf,
  isCutShort,
  type KernelId,
  type ProbeStage,
  type ReachedFunctions,
  type RunId,
  type RunOutcome,
  runNumberOf,
} from "../event/index.ts";
import { beginMinimising, learn, type Minimising } from "../minimise/minimising.ts";
import { forgetLeftOut } from "./left-out.ts";
import { backportKey, changeKey } from "./tried-keys.ts";

/** What is known of one kernel. */
export interface KernelState {
  readonly kernel: KernelId;
  readonly commit: string;
  /** Fixes that are applied over the commit. */
  readonly backports: readonly AppliedBackport[];
  /** SHA-256 of its patches. */
  readonly patches: readonly string[];
  /** SHA-256 of what it is configured with. */
  readonly config: string;
  readonly purpose: EventOf<"kernel-planned">["purpose"];
  /** What it has that its commit has not; null: it is its commit, with fixes at most. */
  readonly change: CommitChange | null;
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
  /** Absent: it is not known. */
  readonly reached?: ReachedFunctions | undefined;
  /** Another bisection made it. */
  readonly lent?: EventOf<"run-finished">["lent"];
  /** What was measured; absent: nothing was. */
  readonly number?: number | undefined;
}

/** What became of one tested commit. */
export type Answer = EventOf<"probe-answered">["answers"][number] & { readonly stage: ProbeStage };

/** An override that was not taken back, by the `seq` of its event. */
export type Override = EventOf<"overridden"> & { readonly seq: number };

/** A search for the commit that repaired another. */
export interface Repair {
  readonly begun: EventOf<"repair-begun">;
  /** Kernels that were planned for it. */
  readonly kernels: KernelId[];
  /** Fixes that it found, in that order. */
  readonly found: EventOf<"repair-found">[];
  /** What is tried next; null before anything is. */
  trying: EventOf<"repair-tried"> | null;
  ended: EventOf<"repair-ended"> | null;
}

/** A search for what lies behind a culprit, or inside a merge. */
export interface Deeper {
  readonly begun: EventOf<"deeper-begun">;
  /** By commit, in the order in which they were given. */
  readonly answers: Map<string, EventOf<"deeper-answered">>;
  ended: EventOf<"deeper-ended"> | null;
}

/** A bisection as its events tell it. Made by {@link advance} alone. */
export interface BisectionState {
  started: EventOf<"started"> | null;
  /** What the newest session does at once; null where it did not say. */
  slots: NonNullable<EventOf<"started">["slots"]> | null;
  bug: EventOf<"bug-identified"> | null;
  releases: EventOf<"releases-listed"> | null;
  mergeBases: EventOf<"merge-bases-listed"> | null;
  /** All that were listed, by {@link forkKey}. */
  readonly forks: Map<string, readonly string[]>;
  /** Where a fix is searched: up to which commit; null: as `started` says. */
  head: EventOf<"head-moved"> | null;
  /** Commits that cannot tell of a fix, as the bug may never have got there. */
  readonly judgedForks: Map<string, EventOf<"fork-judged">>;
  graph: EventOf<"graph-loaded"> | null;
  prior: EventOf<"prior-set"> | null;
  /** In the order in which they were planned. */
  readonly kernels: Map<KernelId, KernelState>;
  /** The kernels of each commit, oldest first. */
  readonly kernelsOf: Map<string, KernelId[]>;
  /** Whether fixes can be brought to commits, by {@link backportKey}. */
  readonly backports: Map<string, EventOf<"backport-tried">>;
  readonly repairs: Repair[];
  /** Whether changes can be made to commits, by {@link changeKey}. */
  readonly changes: Map<string, EventOf<"change-tried">>;
  /** What culprits change, by their hash. */
  readonly examined: Map<string, EventOf<"culprit-examined">>;
  readonly deeper: Deeper[];
  /** The merge whose side is searched, as a search along first parents ended there; null: none is. */
  entered: EventOf<"range-entered"> | null;
  /** Fixes that are not used, and why. */
  readonly doubted: Map<string, string>;
  /** Commits whose answers were a doubted fix's: what their other kernels say is not told yet. */
  readonly unanswered: Set<string>;
  /** The kernel of each signature that was built first. */
  readonly firstBuilt: Map<string, KernelId>;
  /**
   * Kernels found equal to others by their tokens, for which these may have been answered before: what runs
   * of one say later is told of all.
   */
  readonly foundLater: Set<KernelId>;
  /** Kernels that were compared and found different, by {@link pairOf}. */
  readonly different: Map<string, EventOf<"kernels-differ">>;
  /** What is under test: the newest choice, without those of its probes that are answered. */
  probe: EventOf<"probe-chosen"> | null;
  /** A part of that choice was answered, and what the rest is worth was not asked again since. */
  decideAnew: boolean;
  /** The newest answer of each commit, in the order in which these were given. */
  answers: Map<string, Answer>;
  /** Those that stand, oldest first: of two about one commit the newer counts. */
  readonly overrides: Override[];
  /** The newest wish of somebody for runs of a kernel, whether they were made or not. */
  readonly added: Map<KernelId, EventOf<"runs-added">>;
  readonly described: Map<string, EventOf<"commit-described">>;
  symbolized: EventOf<"crash-symbolized"> | null;
  readonly compilerChanges: EventOf<"compiler-changed">[];
  readonly configChanges: EventOf<"config-changed">[];
  readonly checks: EventOf<"checked">[];
  /** How far the search for a smaller configuration is; null: none was begun. */
  minimising: Minimising | null;
  /** What came of it; null: nothing yet. */
  minimised: EventOf<"minimised"> | null;
  minimiseGivenUp: boolean;
  /** In which trees the bug is: what was asked, what they have, what is known; null: not yet. */
  readonly presence: {
    asked: EventOf<"presence-asked"> | null;
    traced: EventOf<"presence-traced"> | null;
    told: EventOf<"presence-told"> | null;
  };
  /** What an earlier bisection lends; null: nothing. */
  offer: EventOf<"evidence-offered"> | null;
  /** Kernels that have taken over what was lent to them. */
  readonly reused: Set<KernelId>;
  /** What was known before the configuration became another; null: it is the job's. */
  before: Pick<BisectionState, "bug" | "answers"> | null;
  /** How much it may take; null: as much as it needs. */
  bounds: EventOf<"bounds-set"> | null;
  deadlinePassed: boolean;
  /** Kernels whose builds began, and runs that did, and that are not done. */
  readonly building: Set<KernelId>;
  readonly running: Map<RunId, KernelId>;
  /** Milliseconds of work until `heard`, the time of the newest event of a session. */
  worked: number;
  heard: number;
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
    forks: new Map(),
    head: null,
    judgedForks: new Map(),
    graph: null,
    prior: null,
    kernels: new Map(),
    kernelsOf: new Map(),
    backports: new Map(),
    repairs: [],
    changes: new Map(),
    examined: new Map(),
    deeper: [],
    entered: null,
    doubted: new Map(),
    unanswered: new Set(),
    firstBuilt: new Map(),
    foundLater: new Set(),
    different: new Map(),
    probe: null,
    decideAnew: false,
    answers: new Map(),
    overrides: [],
    added: new Map(),
    described: new Map(),
    symbolized: null,
    compilerChanges: [],
    configChanges: [],
    checks: [],
    minimising: null,
    minimised: null,
    minimiseGivenUp: false,
    presence: { asked: null, traced: null, told: null },
    offer: null,
    reused: new Set(),
    before: null,
    bounds: null,
    deadlinePassed: false,
    building: new Set(),
    running: new Map(),
    worked: 0,
    heard: 0,
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
  noteTime(state, event);
  switch (event.kind) {
    case "started":
      state.started = event;
      state.slots = event.slots ?? null;
      return;
    case "resumed":
      state.slots = event.slots ?? null;
      // Whatever was under way died with the session before.
      state.building.clear();
      state.running.clear();
      return;
    case "bug-identified":
      state.bug = event;
      return;
    case "releases-listed":
      state.releases = event;
      return;
    case "merge-bases-listed":
      state.mergeBases = event;
      state.forks.set(forkKey(event.after, event.before[0] ?? ""), event.bases);
      return;
    case "fork-judged":
      state.judgedForks.set(event.commit, event);
      return;
    case "head-moved":
      state.head = event;
      thinkAgain(state);
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
        backports: event.backports ?? [],
        patches: event.patches,
        config: event.config,
        purpose: event.purpose,
        change: event.change ?? null,
        built: null,
        failed: null,
        runs: new Map(),
        representative: event.kernel,
      });
      state.kernelsOf.set(event.commit, [
        ...(state.kernelsOf.get(event.commit) ?? []),
        event.kernel,
      ]);
      if (event.purpose === "repair") openRepair(state)?.kernels.push(event.kernel);
      return;
    case "backport-tried":
      state.backports.set(backportKey(event.commit, event.fix, event.over), event);
      return;
    case "change-tried":
      state.changes.set(changeKey(event.commit, event.change, event.over), event);
      return;
    case "culprit-examined":
      state.examined.set(event.commit, event);
      return;
    case "deeper-begun":
      state.deeper.push({ begun: event, answers: new Map(), ended: null });
      return;
    case "deeper-answered":
      openDeeper(state).answers.set(event.commit, event);
      return;
    case "deeper-ended":
      openDeeper(state).ended = event;
      return;
    case "range-entered":
      state.entered = event;
      state.checks.length = 0;
      state.symbolized = null;
      return;
    case "repair-begun":
      state.repairs.push({ begun: event, kernels: [], found: [], trying: null, ended: null });
      return;
    case "repair-tried":
    case "repair-found":
    case "repair-ended":
      noteRepair(state, event);
      return;
    case "fix-doubted":
      state.doubted.set(event.fix, event.why);
      forget(state, event.fix);
      return;
    case "build-started":
      state.building.add(event.kernel);
      return;
    case "kernel-built":
      state.building.delete(event.kernel);
      noteBuilt(state, event);
      return;
    case "build-failed":
      state.building.delete(event.kernel);
      kernelOf(state, event.kernel).failed = event;
      return;
    case "kernels-equal": {
      for (const other of event.kernels.slice(1)) unite(state, event.kernels[0] as string, other);
      if (event.how === "tokens") noteFoundLater(state, event.kernels[0] as string);
      return;
    }
    case "kernels-differ":
      state.different.set(pairOf(event.kernels[0] as string, event.kernels[1] as string), event);
      return;
    case "run-started":
      state.running.set(event.run, event.kernel);
      return;
    case "run-finished":
      state.running.delete(event.run);
      kernelOf(state, event.kernel).runs.set(runNumberOf(event.run), event);
      return;
    case "probe-chosen":
      state.probe = event.probes.length > 0 ? event : null;
      state.decideAnew = false;
      endOthers(state, event);
      // Work goes on: what was checked before is checked anew.
      state.checks.length = 0;
      return;
    case "probe-answered":
      for (const answer of event.answers) {
        // Last answered, last in line: what was learnt last is what a search goes on from.
        state.answers.delete(answer.commit);
        state.unanswered.delete(answer.commit);
        state.answers.set(answer.commit, { ...answer, stage: event.stage });
      }
      closeProbes(state, event);
      return;
    case "overridden":
      state.overrides.push(event);
      leaveMerge(state, event.commits);
      thinkAgain(state);
      return;
    case "override-undone": {
      const place = state.overrides.findIndex(({ seq }) => seq === event.override);
      const [undone] = place < 0 ? [] : state.overrides.splice(place, 1);
      leaveMerge(state, undone?.commits ?? []);
      thinkAgain(state);
      return;
    }
    case "runs-added":
      state.added.set(event.kernel, event);
      reopen(state);
      return;
    case "commit-described":
      state.described.set(event.commit, event);
      return;
    case "crash-symbolized":
      state.symbolized = event;
      return;
    case "compiler-changed":
      state.compilerChanges.push(event);
      return;
    case "config-changed":
      state.configChanges.push(event);
      return;
    case "checked":
      state.checks.push(event);
      return;
    case "concluded":
      state.concluded = event;
      return;
    case "bounds-set":
      state.bounds = event;
      state.deadlinePassed = false;
      if (isCutShort(state.concluded)) {
        forgetLeftOut(state);
        state.concluded = null;
        state.presence.told = null;
      }
      return;
    case "deadline-passed":
      state.deadlinePassed = true;
      return;
    case "minimise-prepared":
      state.minimising = beginMinimising(event);
      return;
    case "minimise-given-up":
      state.minimiseGivenUp = true;
      return;
    case "config-chosen":
      if (state.minimising !== null) state.minimising.open = event;
      return;
    case "config-answered":
      if (state.minimising !== null) learn(state.minimising, event);
      return;
    case "minimised":
      state.minimised = event;
      if (event.result !== null) beginAgain(state);
      return;
    case "minimise-undone":
      goBack(state);
      return;
    case "presence-asked":
      state.presence.asked = event;
      return;
    case "presence-traced":
      state.presence.traced = event;
      return;
    case "presence-told":
      state.presence.told = event;
      return;
    case "evidence-offered":
      state.offer = event;
      return;
    case "evidence-reused":
      state.reused.add(event.kernel);
      return;
    case "end-noted":
    case "judged":
    case "mailed":
    case "stopped":
    case "log-read":
    case "noted":
    case "git-told":
    case "git-said":
    case "effort-reported":
    case "line-unrecognised":
      // These tell people, not the story; a log of others is no story of ours.
      return;
    default:
      event satisfies never;
  }
}

/** Names two commits whose merge bases are asked for. */
export function forkKey(one: string, other: string): string {
  return `${one} ${other}`;
}

/** The search behind a culprit that is under way. */
function openDeeper({ deeper }: BisectionState): Deeper {
  const last = deeper.at(-1);
  if (last === undefined) throw new Error("nothing is searched behind a culprit");
  return last;
}

/** The repair that is under way; there is one at most. */
export function openRepair({ repairs }: BisectionState): Repair | null {
  const last = repairs.at(-1);
  return last !== undefined && last.ended === null ? last : null;
}

function noteRepair(
  state: BisectionState,
  event: EventOf<"repair-tried"> | EventOf<"repair-found"> | EventOf<"repair-ended">,
): void {
  const repair = openRepair(state);
  if (repair === null) throw new Error(`${event.kind}, and nothing is repaired`);
  switch (event.kind) {
    case "repair-tried":
      repair.trying = event;
      return;
    case "repair-found":
      repair.trying = null;
      repair.found.push(event);
      return;
    case "repair-ended":
      repair.ended = event;
      return;
    default:
      event satisfies never;
  }
}

/** What kernels with a doubted fix were taken to say counts no more, and nor does what followed from it. */
function forget(state: BisectionState, fix: string): void {
  for (const [commit, { kernel }] of state.answers) {
    if (!hasFix(state.kernels.get(kernel), fix)) continue;
    state.answers.delete(commit);
    state.unanswered.add(commit);
  }
  thinkAgain(state);
}

function hasFix(kernel: KernelState | undefined, fix: string): boolean {
  return kernel?.backports.some((applied) => applied.fix === fix) ?? false;
}

/** What people say or do beside the work, at any time. */
const saidAside: ReadonlySet<BisectionEvent["kind"]> = new Set([
  "overridden",
  "override-undone",
  "runs-added",
  "judged",
  "mailed",
]);

/**
 * The pauses between sessions are no work, nor is the time until somebody says something, who may do so
 * while nothing runs. A clock that was set back adds nothing.
 */
function noteTime(state: BisectionState, { kind, at }: BisectionEvent): void {
  if (saidAside.has(kind)) return;
  const now = Date.parse(at);
  const isBeginning = kind === "started" || kind === "resumed";
  if (!isBeginning) state.worked += Math.max(0, now - state.heard);
  state.heard = now;
}

/** A kernel that is only built to try its configuration, or a change, is nobody's equal: its runs are no evidence. */
function noteBuilt(state: BisectionState, event: EventOf<"kernel-built">): void {
  const kernel = kernelOf(state, event.kernel);
  kernel.built = event;
  const isItsCommit = kernel.purpose !== "minimise" && kernel.change === null;
  if (!isItsCommit || state.firstBuilt.has(event.signature)) return;
  state.firstBuilt.set(event.signature, event.kernel);
}

/** Kernels are configured otherwise from now on: what was said of them before is of others. */
function beginAgain(state: BisectionState): void {
  state.before = { bug: state.bug, answers: state.answers };
  state.bug = null;
  state.answers = new Map();
  state.probe = null;
}

/** The kernels that were known before are the ones that are meant again. */
function goBack(state: BisectionState): void {
  if (state.before === null) return;
  state.bug = state.before.bug;
  state.answers = state.before.answers;
  state.before = null;
  state.probe = null;
}

/** What is under way for a kernel that is not wanted any more is ended, and no event says so. */
function endOthers(
  { added, building, running }: BisectionState,
  { probes }: EventOf<"probe-chosen">,
): void {
  const wanted = new Set([...probes.map(({ kernel }) => kernel), ...added.keys()]);
  for (const kernel of building) if (!wanted.has(kernel)) building.delete(kernel);
  for (const [run, kernel] of running) if (!wanted.has(kernel)) running.delete(run);
}

/** All kernels equal to `other` are equal to `first`, too. */
function unite(state: BisectionState, first: KernelId, other: KernelId): void {
  const { representative } = kernelOf(state, first);
  const joined = kernelOf(state, other).representative;
  for (const kernel of state.kernels.values()) {
    if (kernel.representative === joined) kernel.representative = representative;
  }
}

function noteFoundLater(state: BisectionState, kernel: KernelId): void {
  const { representative } = kernelOf(state, kernel);
  for (const other of state.kernels.values()) {
    if (other.representative === representative) state.foundLater.add(other.kernel);
  }
}

/** One name of two kernels, in either order. */
export function pairOf(one: KernelId, other: KernelId): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}

/** What is answered is not under test any more; the rest is. */
function closeProbes(state: BisectionState, { answers }: EventOf<"probe-answered">): void {
  const answered = new Set(answers.map(({ kernel }) => kernel));
  const rest = state.probe?.probes.filter(({ kernel }) => !answered.has(kernel)) ?? [];
  state.probe = state.probe !== null && rest.length > 0 ? { ...state.probe, probes: rest } : null;
  state.decideAnew = state.probe !== null;
}

/**
 * What was decided before somebody said otherwise is void: the open probe, the checks, the conclusion.
 * Evidence stays: builds, runs, and the answers that they gave.
 */
function thinkAgain(state: BisectionState): void {
  state.probe = null;
  state.decideAnew = false;
  reopen(state);
}

/** What evidence was taken to come to is void: it is asked again. */
function reopen(state: BisectionState): void {
  state.checks.length = 0;
  state.symbolized = null;
  state.presence.told = null;
  state.concluded = null;
}

/** What somebody says of a merge that was entered, or of its parent, may make another one the first. */
function leaveMerge(state: BisectionState, commits: readonly string[]): void {
  const { entered } = state;
  if (entered === null) return;
  const isAbout = commits.includes(entered.merge) || commits.includes(entered.before);
  if (isAbout) state.entered = null;
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
