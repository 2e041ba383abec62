import type { EventBody } from "../event/index.ts";
import { asFailure, Failure } from "../failure/failure.ts";
import type { CommitGraph } from "../history/graph.ts";
import type { Journal } from "../journal/journal.ts";
import { readStoredGraph } from "./graph-file.ts";
import { next } from "./next.ts";
import { beginningOf, type Performed, perform, type Tools } from "./perform.ts";
import { advance, type BisectionState, stateOf } from "./state.ts";
import { type Task, taskKey } from "./step.ts";

/** What a bisection is driven with, and how it is told to stop. */
export interface Drive extends Tools {
  readonly journal: Journal;
  /** Fires: nothing new is begun; what runs is finished and kept. */
  readonly finish: AbortSignal;
  /** Fires: what runs is killed; what was finished is kept. */
  readonly halt: AbortSignal;
}

/**
 * Goes on with the bisection in the journal until it is concluded.
 *
 * Asks the story for its next step, appends decisions, has tasks done as the lab has slots, and appends
 * what came of them. Whatever ends it early — a signal, this machine's trouble — ends what runs, leaves
 * an event `stopped`, and rejects with the `Failure` that says why (`interrupted` for the signals); a
 * journal that can no longer be written has no such event. Driving the same journal again goes on.
 */
export async function drive(given: Drive): Promise<void> {
  const state = stateOf(given.journal.events);
  const graph = state.graph === null ? null : await readStoredGraph(given.folder, state.graph);
  const driver = new Driver(given, state, graph);
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

class Driver {
  readonly #given: Drive;
  readonly #state: BisectionState;
  #graph: CommitGraph | null;
  readonly #underWay = new Map<string, { task: Task; end: Promise<Ended> }>();
  /** Ends the other tasks where one of them has failed. */
  readonly #failed = new AbortController();

  constructor(given: Drive, state: BisectionState, graph: CommitGraph | null) {
    this.#given = given;
    this.#state = state;
    this.#graph = graph;
  }

  async toTheEnd(): Promise<void> {
    for (;;) {
      const step = next(this.#state, this.#graph, this.#given.policy);
      switch (step.kind) {
        case "done":
          return;
        case "record":
          await this.#append(step.body);
          break;
        case "work":
          if (!this.#isStopping()) await this.#begin(step.tasks);
          if (this.#underWay.size === 0) throw interruption();
          await this.#takeIn(
            await Promise.race([...this.#underWay.values()].map(({ end }) => end)),
          );
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
      for (const other of ended) if ("performed" in other) await this.#append(other.performed.body);
      await this.#append({ kind: "stopped", reason: failure.code, message: failure.message });
    } catch {
      // The journal itself is what failed: the caller hears of `failure`, and a resume needs no event.
    }
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
      const signal = AbortSignal.any([this.#given.halt, this.#failed.signal]);
      const end = perform(task, this.#state, this.#given, signal).then(
        (performed): Ended => ({ key, performed }),
        (error): Ended => ({ key, failure: asFailure(error) }),
      );
      this.#underWay.set(key, { task, end });
    }
  }

  #hasRoomFor({ task }: Task): boolean {
    const { builds, runs } = this.#given.lab.slots;
    const most = task === "build" ? builds : task === "run" ? runs : Number.POSITIVE_INFINITY;
    const same = [...this.#underWay.values()].filter((other) => other.task.task === task);
    return same.length < most;
  }

  async #takeIn(ended: Ended): Promise<void> {
    this.#underWay.delete(ended.key);
    if ("failure" in ended) throw ended.failure;
    if (ended.performed.graph !== undefined) this.#graph = ended.performed.graph;
    await this.#append(ended.performed.body);
  }

  async #append(body: EventBody): Promise<void> {
    advance(this.#state, await this.#given.journal.append(body));
  }
}

function interruption(): Failure {
  return new Failure("interrupted", "stopped as asked; everything that was finished is kept");
}
