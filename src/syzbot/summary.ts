import {
  type AppliedBackport,
  type BisectionEvent,
  type CrashSeen,
  type EventOf,
  isCutShort,
  type KernelId,
  type NumberLimit,
  type ProbeStage,
  type RunId,
  type RunOutcome,
  runNumberOf,
} from "../event/index.ts";
import { seenBy } from "../outcome/limit.ts";
import { busySeconds, type Span } from "./busy.ts";

/** How the build of a kernel ended. */
export type Build =
  | {
      readonly kind: "built";
      readonly signature: string;
      readonly compiler: string;
      readonly cached: boolean;
      /** How long it took. */
      readonly seconds: number;
    }
  | {
      readonly kind: "failed";
      readonly stage: "patch" | "config" | "build";
      readonly excerpt: readonly string[];
      readonly compiler: string | null;
      readonly seconds: number;
      /** What it lacks for the crash to be seen; absent: that is not the reason. */
      readonly gone?: readonly string[] | undefined;
    };

/** A run that ended. */
export interface FinishedRun {
  readonly run: RunId;
  readonly outcome: RunOutcome;
  readonly crashes: readonly CrashSeen[];
  /** How long it took. */
  readonly seconds: number;
  /** Path of its console inside the folder; empty: none was kept. */
  readonly console: string;
  /** The bisection that made it, where that is another. */
  readonly lent?: EventOf<"run-finished">["lent"];
  /** What was measured; absent: nothing was. */
  readonly number?: number | undefined;
}

/** What has become of one kernel. */
export interface KernelSummary {
  readonly kernel: KernelId;
  /** Null until the event that plans it, or a probe of it, is seen. */
  commit: string | null;
  /** Fixes that are applied over the commit. */
  backports: readonly AppliedBackport[];
  /** SHA-256 of what it is configured with; null: it was not planned, but read from a log. */
  config: string | null;
  build: Build | null;
  /** In the order in which they ended. */
  readonly runs: FinishedRun[];
  /** The first kernel that it was found equal to: runs of the two answer for both. */
  equalTo: KernelId | null;
  /** Set where the two differ in line numbers, and in nothing else. */
  butForLines: boolean;
}

/** A search for the commit that repaired others. */
export interface RepairSummary {
  readonly begun: EventOf<"repair-begun">;
  trying: EventOf<"repair-tried"> | null;
  readonly found: EventOf<"repair-found">[];
  ended: EventOf<"repair-ended"> | null;
}

/** A build, when it was under way. */
export interface BuildSpan extends Span {
  /** Whether it gave a kernel. */
  readonly done: boolean;
  /** What its commit was tested for; null where no probe says so. */
  readonly stage: ProbeStage | null;
}

/** What somebody, or a log that was replayed, said about commits. */
export type Override = EventOf<"overridden"> & { readonly seq: number };

/** What people are told of the search for a smaller configuration. */
export interface MinimisingSummary {
  readonly prepared: EventOf<"minimise-prepared">;
  /** The configuration under test. */
  open: EventOf<"config-chosen"> | null;
  /** Those that were tried, and whether they crashed. */
  readonly tried: (EventOf<"config-chosen"> & { readonly crashes: boolean })[];
  /** What came of it. */
  result: EventOf<"minimised"> | null;
  /** It did not crash again. */
  undone: boolean;
}

/** One answer, with what its probe was for. */
export type Tested = EventOf<"probe-answered">["answers"][number] & {
  readonly stage: ProbeStage;
  readonly label: string | null;
};

/**
 * What people are told about a bisection, as its events tell it; filled by {@link addEvent} alone.
 * It never throws on events in an unusual order: a log or a page of a damaged journal is worth more
 * than none.
 */
export interface Summary {
  /** Where a fix is searched: up to which commit; null where the cause is, or a log does not tell. */
  head: { readonly hash: string; readonly name: string } | null;
  /** The first event: of a bisection of ours, or of a log of others. */
  started: EventOf<"started"> | EventOf<"log-read"> | null;
  readonly kernels: Map<KernelId, KernelSummary>;
  readonly commits: Map<string, EventOf<"commit-described">>;
  /** Searches for what repaired commits that do not build or boot, oldest first. */
  readonly repairs: RepairSummary[];
  /** Fixes that are not used, and why. */
  readonly doubted: Map<string, string>;
  /** Subjects of commits of which a log tells no more. */
  readonly subjects: Map<string, string>;
  /** What is under test: the newest choice, without those of its probes that are answered. */
  probe: EventOf<"probe-chosen"> | null;
  /** Every answer, in order. A commit tested again has several. */
  readonly tested: Tested[];
  /** Those that were not taken back, oldest first: of two about one commit the newer counts. */
  readonly overrides: Override[];
  /** The newest wish of somebody for more runs of a kernel, as long as these are not told of. */
  readonly added: Map<KernelId, EventOf<"runs-added">>;
  range: EventOf<"graph-loaded"> | null;
  /** What was suspected before anything of the range was run. */
  prior: EventOf<"prior-set"> | null;
  bug: EventOf<"bug-identified"> | null;
  /** How far the search for a smaller configuration is; null: none was begun. */
  minimising: MinimisingSummary | null;
  /** What is to be known of the commits that the job names. */
  readonly noted: EventOf<"end-noted">[];
  /** In which trees the bug is: what was asked, what they have, what follows; null: not yet. */
  readonly presence: {
    asked: EventOf<"presence-asked"> | null;
    traced: EventOf<"presence-traced"> | null;
    told: EventOf<"presence-told"> | null;
  };
  /** SHA-256 of the configuration of kernels from now on, where it is not the job's. */
  config: string | null;
  /** At most one a check and parent: the newest. */
  checks: EventOf<"checked">[];
  /** Compilers that took the place of others, in that order. */
  readonly compilerChanges: EventOf<"compiler-changed">[];
  /** Options of kernels of some ages that were asked for otherwise. */
  readonly configChanges: EventOf<"config-changed">[];
  /** Options that were asked for and did not survive, of any kernel, each once. */
  dropped: readonly string[];
  /** The newest crash with source lines. */
  crash: EventOf<"crash-symbolized"> | null;
  bounds: EventOf<"bounds-set"> | null;
  deadlinePassed: boolean;
  /** Null again once work goes on after it, as with a larger budget. */
  concluded: EventOf<"concluded"> | null;
  /** What an earlier bisection lends; null: nothing. */
  offer: EventOf<"evidence-offered"> | null;
  /** Mails that told the result to people, oldest first. */
  readonly mailed: (EventOf<"mailed"> & { readonly at: string })[];
  /** Whether an override made a conclusion void, and nobody has gone on since. */
  reopened: boolean;
  /** Why the last session ended before a conclusion; null while one is at work. */
  stopped: EventOf<"stopped"> | null;
  /** Builds and runs that are under way: when they began. */
  readonly building: Map<KernelId, number>;
  readonly running: Map<RunId, number>;
  /** When the sessions began and when each was heard of last. */
  readonly sessions: { readonly from: number; to: number }[];
  /** When builds (not those that a cache answered) and runs were under way. */
  readonly builds: BuildSpan[];
  readonly runs: Span[];
  /** What a log of others says that it all took; it is more exact than its made-up times. */
  effort: EventOf<"effort-reported"> | null;
}

/** The summary of all `events`, oldest first. */
export function summaryOf(events: Iterable<BisectionEvent>): Summary {
  const summary = emptySummary();
  for (const event of events) addEvent(summary, event);
  return summary;
}

/** The summary before the first event. */
export function emptySummary(): Summary {
  return {
    started: null,
    head: null,
    kernels: new Map(),
    commits: new Map(),
    repairs: [],
    doubted: new Map(),
    subjects: new Map(),
    probe: null,
    tested: [],
    overrides: [],
    added: new Map(),
    range: null,
    prior: null,
    bug: null,
    minimising: null,
    noted: [],
    presence: { asked: null, traced: null, told: null },
    config: null,
    checks: [],
    compilerChanges: [],
    configChanges: [],
    dropped: [],
    crash: null,
    bounds: null,
    deadlinePassed: false,
    concluded: null,
    offer: null,
    mailed: [],
    reopened: false,
    stopped: null,
    building: new Map(),
    running: new Map(),
    sessions: [],
    builds: [],
    runs: [],
    effort: null,
  };
}

/** Takes one more event into `summary`. */
export function addEvent(summary: Summary, event: BisectionEvent): void {
  const at = Date.parse(event.at);
  noteSession(summary, event, at);
  switch (event.kind) {
    case "started":
    case "log-read":
      summary.started = event;
      summary.head = (event.kind === "started" ? event.head : null) ?? null;
      return;
    case "head-moved":
      summary.head = event;
      thinkAgain(summary);
      return;
    case "resumed":
      // Whatever was under way died with the session before.
      summary.building.clear();
      summary.running.clear();
      summary.reopened = false;
      summary.stopped = null;
      return;
    case "graph-loaded":
      summary.range = event;
      return;
    case "prior-set":
      summary.prior = event;
      return;
    case "bug-identified":
      summary.bug = event;
      noteLimit(summary, event.limit);
      return;
    case "kernel-planned":
      Object.assign(kernelOf(summary, event.kernel), {
        commit: event.commit,
        backports: event.backports ?? [],
        config: event.config,
      });
      return;
    case "repair-begun":
      summary.repairs.push({ begun: event, trying: null, found: [], ended: null });
      return;
    case "repair-tried":
    case "repair-found":
    case "repair-ended":
      noteRepair(summary.repairs.at(-1), event);
      return;
    case "fix-doubted":
      summary.doubted.set(event.fix, event.why);
      return;
    case "build-started":
      summary.building.set(event.kernel, at);
      if (event.commit !== undefined) kernelOf(summary, event.kernel).commit = event.commit;
      return;
    case "config-changed":
      summary.configChanges.push(event);
      return;
    case "kernel-built":
    case "build-failed":
      noteBuild(summary, event, at);
      return;
    case "run-started":
      summary.running.set(event.run, at);
      return;
    case "run-finished":
      summary.running.delete(event.run);
      if (event.lent === undefined) {
        summary.runs.push({ from: at - event.seconds * 1000, to: at });
      }
      kernelOf(summary, event.kernel).runs.push(seenBy(event, summary.bug?.limit));
      return;
    case "probe-chosen":
      noteProbe(summary, event);
      return;
    case "probe-answered":
      noteAnswers(summary, event);
      return;
    case "overridden":
      summary.overrides.push(event);
      thinkAgain(summary);
      return;
    case "override-undone": {
      const place = summary.overrides.findIndex(({ seq }) => seq === event.override);
      if (place >= 0) summary.overrides.splice(place, 1);
      thinkAgain(summary);
      return;
    }
    case "runs-added":
      summary.added.set(event.kernel, event);
      reopen(summary);
      return;
    case "commit-described":
      noteCommit(summary, event);
      return;
    case "crash-symbolized":
      summary.crash = event;
      return;
    case "checked":
      summary.checks = summary.checks.filter(
        ({ check, parent }) => check !== event.check || parent !== event.parent,
      );
      summary.checks.push(event);
      return;
    case "bounds-set":
      summary.bounds = event;
      summary.deadlinePassed = false;
      if (isCutShort(summary.concluded)) {
        summary.checks = summary.checks.filter(({ bounded }) => !bounded);
        summary.concluded = null;
      }
      return;
    case "concluded":
      endOthers(summary, new Set());
      summary.concluded = event;
      noteSubject(summary, event.culprit, event.subject);
      return;
    case "git-said":
      noteSubject(summary, event.facts.commit, event.facts.subject);
      return;
    case "effort-reported":
      summary.effort = event;
      return;
    case "stopped":
      summary.stopped = event;
      return;
    case "kernels-equal":
      noteEqual(summary, event);
      return;
    case "deadline-passed":
      summary.deadlinePassed = true;
      return;
    case "compiler-changed":
      summary.compilerChanges.push(event);
      return;
    case "minimise-prepared":
      summary.minimising = { prepared: event, open: null, tried: [], result: null, undone: false };
      return;
    case "config-chosen":
    case "config-answered":
    case "minimised":
    case "minimise-undone":
      if (summary.minimising !== null) noteMinimising(summary, summary.minimising, event);
      return;
    case "end-noted":
      summary.noted.push(event);
      return;
    case "presence-asked":
      summary.presence.asked = event;
      return;
    case "presence-traced":
      summary.presence.traced = event;
      return;
    case "presence-told":
      summary.presence.told = event;
      return;
    case "evidence-offered":
      summary.offer = event;
      return;
    case "mailed":
      summary.mailed.push(event);
      return;
    case "evidence-reused":
    case "judged":
    case "minimise-given-up":
    case "backport-tried":
    case "change-tried":
    case "culprit-examined":
    case "deeper-begun":
    case "deeper-answered":
    case "deeper-ended":
    case "range-entered":
    case "kernels-differ":
    case "releases-listed":
    case "merge-bases-listed":
    case "fork-judged":
    case "noted":
    case "git-told":
    case "line-unrecognised":
      return;
    default:
      event satisfies never;
  }
}

/** From here on it is known which of the numbers that were measured before are the bug. */
function noteLimit({ kernels }: Summary, limit: NumberLimit | undefined): void {
  if (limit === undefined) return;
  for (const { runs } of kernels.values()) {
    runs.splice(0, runs.length, ...runs.map((run) => seenBy(run, limit)));
  }
}

function noteRepair(
  repair: RepairSummary | undefined,
  event: EventOf<"repair-tried"> | EventOf<"repair-found"> | EventOf<"repair-ended">,
): void {
  if (repair === undefined) return;
  if (event.kind === "repair-tried") repair.trying = event;
  else if (event.kind === "repair-found") repair.found.push(event);
  else repair.ended = event;
}

function noteMinimising(
  summary: Summary,
  search: MinimisingSummary,
  event: EventOf<"config-chosen" | "config-answered" | "minimised" | "minimise-undone">,
): void {
  switch (event.kind) {
    case "config-chosen":
      search.open = event;
      return;
    case "config-answered":
      if (search.open !== null) search.tried.push({ ...search.open, crashes: event.crashes });
      search.open = null;
      return;
    case "minimised":
      search.open = null;
      search.result = event;
      summary.config = event.result?.sha256 ?? null;
      return;
    case "minimise-undone":
      search.undone = true;
      summary.config = null;
      return;
    default:
      event satisfies never;
  }
}

/** The newest override of each commit that has one that stands. */
export function overridesOf({ overrides }: Summary): Map<string, Override> {
  const newest = new Map<string, Override>();
  for (const override of overrides) {
    for (const commit of override.commits) newest.set(commit, override);
  }
  return newest;
}

/** What was decided before is void, evidence stays. */
function thinkAgain(summary: Summary): void {
  summary.probe = null;
  reopen(summary);
}

function reopen(summary: Summary): void {
  summary.reopened ||= summary.concluded !== null;
  summary.checks = [];
  summary.crash = null;
  summary.concluded = null;
}

/** The kernel of this id; one that was never heard of before begins here. */
export function kernelOf(summary: Summary, kernel: KernelId): KernelSummary {
  const known = summary.kernels.get(kernel);
  if (known !== undefined) return known;
  const fresh: KernelSummary = {
    kernel,
    commit: null,
    build: null,
    runs: [],
    backports: [],
    config: null,
    equalTo: null,
    butForLines: false,
  };
  summary.kernels.set(kernel, fresh);
  return fresh;
}

/** Wall seconds during which at least one kernel was being built. */
export function buildSeconds({ effort, builds }: Summary): number {
  return effort?.build ?? busySeconds(builds);
}

/** Wall seconds during which at least one run was under way. */
export function testSeconds({ effort, runs }: Summary): number {
  return effort?.test ?? busySeconds(runs);
}

/** Wall seconds that sessions took, the pauses between them left out. */
export function sessionSeconds(summary: Summary): number {
  if (summary.effort !== null) return summary.effort.total;
  return summary.sessions.reduce((sum, { from, to }) => sum + (to - from), 0) / 1000;
}

/** The first line of a commit's message, or an empty text where it is not known. */
export function subjectOf(summary: Summary, commit: string): string {
  const known = summary.commits.get(commit)?.subject;
  if (known !== undefined) return known;
  const crashes = summary.started?.crashes;
  const subject = crashes?.hash === commit ? crashes.subject : "";
  return subject || (summary.subjects.get(commit) ?? "");
}

/** The facts of a log may be anything. */
function noteSubject(summary: Summary, commit: unknown, subject: unknown): void {
  if (typeof commit !== "string" || typeof subject !== "string") return;
  summary.subjects.set(commit, subject);
}

/** A session begins with `started` or `resumed`; a clock that was set back adds nothing. */
function noteSession(summary: Summary, event: BisectionEvent, at: number): void {
  // What people do weeks later is no work on it.
  if (event.kind === "judged" || event.kind === "mailed") return;
  const session = summary.sessions.at(-1);
  if (event.kind === "started" || event.kind === "resumed" || session === undefined) {
    summary.sessions.push({ from: at, to: at });
  } else {
    session.to = Math.max(session.to, at);
  }
}

function noteBuild(
  summary: Summary,
  event: EventOf<"kernel-built"> | EventOf<"build-failed">,
  at: number,
): void {
  summary.building.delete(event.kernel);
  const cached = event.kind === "kernel-built" && event.cached;
  const done = event.kind === "kernel-built";
  const stage = summary.probe?.stage ?? null;
  if (event.kind === "kernel-built" && event.dropped.length > 0) {
    summary.dropped = [...new Set([...summary.dropped, ...event.dropped])];
  }
  if (!cached) summary.builds.push({ from: at - event.seconds * 1000, to: at, done, stage });
  kernelOf(summary, event.kernel).build =
    event.kind === "kernel-built" ? { ...event, kind: "built" } : { ...event, kind: "failed" };
}

function noteEqual(summary: Summary, { kernels, how }: EventOf<"kernels-equal">): void {
  const [first, ...others] = kernels.map((kernel) => kernelOf(summary, kernel));
  if (first === undefined) return;
  const representative = first.equalTo ?? first.kernel;
  for (const other of others) {
    const joined = other.equalTo ?? other.kernel;
    if (joined === representative) continue;
    for (const kernel of summary.kernels.values()) {
      if (kernel.kernel !== joined && kernel.equalTo !== joined) continue;
      kernel.equalTo = representative;
      kernel.butForLines ||= how === "tokens" || first.butForLines;
    }
  }
}

function noteProbe(summary: Summary, probe: EventOf<"probe-chosen">): void {
  summary.probe = probe.probes.length > 0 ? probe : null;
  summary.stopped = null;
  if (summary.concluded !== null) {
    // Work goes on: what was concluded and checked before is answered anew.
    summary.concluded = null;
    summary.checks = [];
  }
  for (const { kernel, commit } of probe.probes) kernelOf(summary, kernel).commit ??= commit;
  const probed = probe.probes.map(({ kernel }) => kernel);
  endOthers(summary, new Set([...probed, ...summary.added.keys()]));
}

/** What was under way for something that is not wanted any more was ended, and no event says so. */
function endOthers({ building, running }: Summary, wanted: ReadonlySet<KernelId>): void {
  for (const kernel of building.keys()) if (!wanted.has(kernel)) building.delete(kernel);
  for (const run of running.keys()) {
    if (!wanted.has(run.slice(0, -`#${runNumberOf(run)}`.length))) running.delete(run);
  }
}

function noteAnswers(summary: Summary, event: EventOf<"probe-answered">): void {
  const { probe } = summary;
  const label = probe?.label ?? null;
  const answered = new Set(event.answers.map(({ kernel }) => kernel));
  const rest = probe?.probes.filter(({ kernel }) => !answered.has(kernel)) ?? [];
  summary.probe = probe !== null && rest.length > 0 ? { ...probe, probes: rest } : null;
  for (const answer of event.answers) {
    kernelOf(summary, answer.kernel).commit ??= answer.commit;
    const { crashed, clean, foreign, missing } = answer;
    const wanted = summary.added.get(answer.kernel)?.runs ?? Infinity;
    if (crashed + clean + foreign + missing >= wanted) summary.added.delete(answer.kernel);
    summary.tested.push({ ...answer, stage: event.stage, label });
  }
}

/** A later description adds to an earlier one: only a culprit's has a diffstat and recipients. */
function noteCommit(summary: Summary, event: EventOf<"commit-described">): void {
  const known = summary.commits.get(event.commit);
  summary.commits.set(event.commit, {
    ...event,
    diffstat: event.diffstat ?? known?.diffstat ?? null,
    recipients: event.recipients ?? known?.recipients ?? null,
  });
}
