import { type BisectionEvent, type KernelId, type RunId, runNumberOf } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import type { Compiled } from "../report/at-work.ts";
import { stateWord } from "../report/state.ts";
import type { ToldSuspicion } from "../report/suspicion.ts";
import { namesIn } from "../report/words.ts";
import {
  addEvent,
  emptySummary,
  type FinishedRun,
  plainLine,
  type Summary,
  subjectOf,
} from "../syzbot/index.ts";
import { Course } from "./course.ts";
import type { BisectionView, NamedCommit } from "./schema.ts";

/** What the events do not tell about a bisection. */
export interface Around {
  /** Whether a process is at work on it now. */
  readonly running: boolean;
  /** Set where it is not at work since it waits for its turn, or was told to. */
  readonly waiting?: "queued" | "paused" | undefined;
  /** Whom a policy suspects; absent: nobody reckoned it. */
  readonly suspicion?: ToldSuspicion | null | undefined;
  /** That of the newest `graph-loaded`: with it marks have places, and steps tell how many suspects they left. */
  readonly graph?: CommitGraph | null | undefined;
  /** The kernels and runs under way that have a place of the machine; the others wait for one. Absent: all have. */
  readonly placed?: ReadonlySet<string> | undefined;
  /** Files that the builds under way have compiled. */
  readonly compiled?: ReadonlyMap<KernelId, Compiled> | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What all parts of a view are made from: one fold over the events, and what is looked up often. */
export interface Scene {
  readonly events: readonly BisectionEvent[];
  readonly around: Around;
  readonly summary: Summary;
  readonly course: BisectionView["course"];
  readonly names: ReadonlyMap<string, string>;
  /** By the first of several equal kernels: the runs of all of them, in the order of the kernels. */
  readonly runs: ReadonlyMap<KernelId, readonly FinishedRun[]>;
  /** The number of the event with which a run ended. */
  readonly endOf: ReadonlyMap<RunId, number>;
}

/** The scene of `events`, which may end anywhere; in one pass. */
export function sceneOf(events: readonly BisectionEvent[], around: Around): Scene {
  const summary = emptySummary();
  const course = new Course();
  const endOf = new Map<RunId, number>();
  for (const event of events) {
    addEvent(summary, event);
    course.add(summary, event);
    if (event.kind === "run-finished") endOf.set(event.run, event.seq);
  }
  const names = new Map(namesIn(summary));
  for (const tree of summary.presence.asked?.trees ?? [])
    names.set(tree.hash, plainLine(tree.name));
  return { events, around, summary, course: course.points, names, runs: pooled(summary), endOf };
}

function pooled({ kernels }: Summary): Map<KernelId, FinishedRun[]> {
  const all = new Map<KernelId, FinishedRun[]>();
  for (const { kernel, equalTo, runs } of kernels.values()) {
    const representative = equalTo ?? kernel;
    const known = all.get(representative);
    if (known === undefined) all.set(representative, [...runs]);
    else known.push(...runs);
  }
  return all;
}

/** The runs that answer for a kernel: its own and those of kernels equal to it. */
export function runsFor({ summary, runs }: Scene, kernel: KernelId): readonly FinishedRun[] {
  return runs.get(summary.kernels.get(kernel)?.equalTo ?? kernel) ?? [];
}

/** A commit by its hash, as people know it. */
export function named({ summary, names }: Scene, hash: string): NamedCommit {
  return { hash, name: names.get(hash) ?? null, subject: plainLine(subjectOf(summary, hash)) };
}

/** The same of one that need not be there. */
export function namedOrNull(scene: Scene, hash: string | null | undefined): NamedCommit | null {
  return hash == null ? null : named(scene, hash);
}

/** Whether a build or a run that is under way has begun, and does not wait for its turn. */
export function hasPlace({ around: { placed } }: Scene, id: KernelId | RunId): boolean {
  return placed === undefined || placed.has(id);
}

/** The kernel that a run is of. */
export function kernelOfRun(run: RunId): KernelId {
  return run.slice(0, -`#${runNumberOf(run)}`.length);
}

/** Where it stands, in a word, and what people look for it among. */
export function standing(
  summary: Summary,
  { running, waiting }: Pick<Around, "running" | "waiting">,
): Pick<BisectionView["head"], "state" | "group"> {
  if (summary.concluded !== null) return { state: stateWord(summary, running), group: "concluded" };
  if (waiting !== undefined) return { state: waiting, group: "waiting" };
  return { state: stateWord(summary, running), group: running ? "running" : "waiting" };
}
