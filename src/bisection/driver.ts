import { setTimeout as pass } from "node:timers/promises";
import type { BisectionEvent, EventBody } from "../event/index.ts";
import { asFailure, Failure } from "../failure/failure.ts";
import type { CommitGraph } from "../history/graph.ts";
import type { Journal } from "../journal/journal.ts";
import type { Request, Requests } from "../journal/requests.ts";
import type { PriorWeights } from "../search/reckoning.ts";
import { isNews } from "./compilers.ts";
import { readStoredGraph } from "./graph-file.ts";
import { next } from "./next.ts";
import { beginningOf, type Performed, perform, type Tools } from "./perform.ts";
import { readStoredPrior } from "./prior-file.ts";
import { advance, type BisectionState, stateOf } from "./state.ts";
import { type Task, taskKey } from "./step.ts";
import { checkOverride } from "./take-override.ts";

/** What a bisection is driven with, and how it is told to stop. */
export interface Drive extends Tools {
  readonly journal: Journal;
  /** What other processes want appended; absent: nobody else has a say. */
  readonly requests?: Requests;
  /** Fires: nothing new is begun; what runs is finished and kept. */
  readonly finish: AbortSignal;
  /** Fires: what runs is killed; what was finished is kept. */
  readonly halt: AbortSignal;
}

/**
 * Goes on with the bisection in the journal until it is concluded.
 *
 * Asks the story for its next step, appends decisions, has tasks done as the lab has slots, and appends
 * what came of them. What others want appended is taken in between two steps; tasks that the story
 * wants no longer then are ended, and their end is no failure; so are all of them when the deadline has
 * passed, which is an event of its own: the story has no clock. Whatever ends it early — a signal, this machine's trouble — ends what runs, leaves
 * an event `stopped`, and rejects with the `Failure` that says why (`interrupted` for the signals); a
 * journal that can no longer be written has no such event. Driving the same journal again goes on.
 */
export async function drive(given: Drive): Promise<void> {
  const state = stateOf(given.journal.events);
  const graph = state.graph === null ? null : await readStoredGraph(given.folder, state.graph);
  const prior =
    graph === null || state.prior === null || state.prior.graph !== state.graph?.sha256
      ? null
      : await readStoredPrior(given.folder, state.prior, graph);
  const driver = new Driver(given, state, graph, prior);
  try {
    await driver.toTheEnd();
  } catch (error) {
    const failure = asFailure(error);
    await driver.abandon(failure);
    throw failure;
  }
}

/** A task that ended: what it said, or why it could not. */
type Ended = { readonly key: string } & (
  | { readonly performed: Performed }
  | { readonly failure: Failure }
);

/** A task that was begun. */
interface UnderWay {
  readonly task: Task;
  readonly end: Promise<Ended>;
  /** Fires where the story wants it no longer. */
  readonly unwanted: AbortController;
}

class Driver {
  readonly #given: Drive;
  readonly #state: BisectionState;
  #graph: CommitGraph | null;
  #prior: PriorWeights | null;
  /** When this session began, in milliseconds since 1970. */
  readonly #began = Date.now();
  readonly #underWay = new Map<string, UnderWay>();
  /** Ends the other tasks where one of them has failed. */
  readonly #failed = new AbortController();

  constructor(
    given: Drive,
    state: BisectionState,
    graph: CommitGraph | null,
    prior: PriorWeights | null,
  ) {
    this.#given = given;
    this.#state = state;
    this.#graph = graph;
    this.#prior = prior;
  }

  async toTheEnd(): Promise<void> {
    for (;;) {
      await this.#takeRequests();
      await this.#noteDeadline();
      const step = next(this.#state, this.#graph, this.#given.policy, this.#prior);
      switch (step.kind) {
        case "done":
          return;
        case "record":
          // A conclusion is the last event of a session: what still runs is ended before it.
          if (step.body.kind === "concluded" && this.#underWay.size > 0) {
            this.#endUnwanted([]);
            await this.#somethingHappens();
          } else await this.#append(step.body);
          break;
        case "work":
          this.#endUnwanted(step.tasks);
          if (!this.#isStopping()) await this.#begin(step.tasks);
          if (this.#underWay.size === 0) throw interruption();
          await this.#somethingHappens();
          break;
        default:
          step satisfies never;
      }
    }
  }

  /** Ends what runs, waits for it, and leaves the reason in the journal if that can still be written. */
  async abandon(failure: Failure): Promise<void> {
    this.#failed.abort();
    const ended = await Promise.all([...this.#underWay.values()].map(({ end }) => end));
    try {
      // What was finished at the same moment is kept.
      for (const other of ended) if ("performed" in other) await this.#keep(other.performed);
      await this.#append({ kind: "stopped", reason: failure.code, message: failure.message });
    } catch {
      // The journal itself is what failed: the caller hears of `failure`, and a resume needs no event.
    }
  }

  /** Appends what others asked for, or tells them why not, until nobody asks for more. */
  async #takeRequests(): Promise<void> {
    for (;;) {
      const asked = this.#given.requests?.take() ?? [];
      if (asked.length === 0) return;
      for (const request of asked) await this.#answer(request);
    }
  }

  async #answer(request: Request): Promise<void> {
    try {
      checkOverride(this.#state, this.#graph, request.body);
    } catch (error) {
      request.refuse(asFailure(error));
      return;
    }
    request.accept(await this.#append(request.body));
  }

  async #noteDeadline(): Promise<void> {
    if ((this.#timeLeft() ?? 1) <= 0) await this.#append({ kind: "deadline-passed" });
  }

  /** Milliseconds of work until the deadline; null: there is none, or it has passed. */
  #timeLeft(): number | null {
    const { bounds, deadlinePassed, worked, heard } = this.#state;
    const deadline = bounds?.deadline ?? null;
    if (deadline === null || deadlinePassed) return null;
    const since = Math.max(0, Date.now() - Math.max(heard, this.#began));
    return deadline * 1000 - worked - since;
  }

  #endUnwanted(wanted: readonly Task[]): void {
    const keys = new Set(wanted.map(taskKey));
    for (const [key, { unwanted }] of this.#underWay) if (!keys.has(key)) unwanted.abort();
  }

  /** Waits until a task ends, which is taken in, somebody asks for something, or the deadline is there. */
  async #somethingHappens(): Promise<void> {
    const ends: Promise<Ended | null>[] = [...this.#underWay.values()].map(({ end }) => end);
    const asked = this.#given.requests?.arrival().then(() => null);
    if (asked !== undefined) ends.push(asked);
    const over = new AbortController();
    const left = this.#timeLeft();
    if (left !== null) ends.push(passed(left, over.signal));
    const ended = await Promise.race(ends);
    over.abort();
    if (ended !== null) await this.#takeIn(ended);
  }

  #isStopping(): boolean {
    return this.#given.finish.aborted || this.#given.halt.aborted;
  }

  async #begin(tasks: readonly Task[]): Promise<void> {
    for (const task of tasks) {
      const key = taskKey(task);
      if (this.#underWay.has(key) || !this.#hasRoomFor(task)) continue;
      const beginning = beginningOf(task);
      if (beginning !== null) await this.#append(beginning);
      const unwanted = new AbortController();
      const signal = AbortSignal.any([this.#given.halt, this.#failed.signal, unwanted.signal]);
      const end = perform(task, this.#state, this.#given, this.#graph, signal).then(
        (performed): Ended => ({ key, performed }),
        (error): Ended => ({ key, failure: asFailure(error) }),
      );
      this.#underWay.set(key, { task, end, unwanted });
    }
  }

  #hasRoomFor({ task }: Task): boolean {
    const { builds, runs } = this.#given.lab.slots;
    const most = task === "build" ? builds : task === "run" ? runs : Number.POSITIVE_INFINITY;
    const same = [...this.#underWay.values()].filter((other) => other.task.task === task);
    return same.length < most;
  }

  async #takeIn(ended: Ended): Promise<void> {
    const begun = this.#underWay.get(ended.key);
    const unwanted = begun?.unwanted.signal.aborted ?? false;
    this.#underWay.delete(ended.key);
    if ("failure" in ended) {
      if (unwanted) return;
      throw ended.failure;
    }
    // Evidence is kept even so; the graph of another range would take the place of the right one.
    const { task } = begun?.task ?? {};
    if (unwanted && (task === "load-graph" || task === "set-prior")) return;
    if (ended.performed.prior !== undefined) this.#prior = ended.performed.prior;
    if (ended.performed.graph !== undefined) this.#graph = ended.performed.graph;
    await this.#keep(ended.performed);
  }

  async #keep({ learnt = [], body }: Performed): Promise<void> {
    for (const news of learnt) if (isNews(this.#state, news)) await this.#append(news);
    await this.#append(body);
  }

  async #append(body: EventBody): Promise<BisectionEvent> {
    const event = await this.#given.journal.append(body);
    advance(this.#state, event);
    return event;
  }
}

/** Longest time that a timer takes. */
const longestTimer = 2 ** 31 - 1;

/** Resolves after so many milliseconds, or as soon as `over` fires. */
function passed(milliseconds: number, over: AbortSignal): Promise<null> {
  const time = Math.min(Math.max(1, milliseconds), longestTimer);
  return pass(time, null, { signal: over }).catch(() => null);
}

function interruption(): Failure {
  return new Failure("interrupted", "stopped as asked; everything that was finished is kept");
}
