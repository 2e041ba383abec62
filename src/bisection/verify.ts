import type { BisectionEvent, EventBody } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import type { Policy } from "../search/policy.ts";
import type { PriorWeights } from "../search/reckoning.ts";
import { essenceOf, sayDecision } from "./decision.ts";
import { readStoredGraph } from "./graph-file.ts";
import { next } from "./next.ts";
import { readStoredPrior } from "./prior-file.ts";
import { advance, stateOf } from "./state.ts";
import type { Step } from "./step.ts";

/** A decision of a journal, taken again. */
export interface Verified {
  /** Which of them, from 1. */
  readonly decision: number;
  readonly of: number;
  /** The event that has it. */
  readonly seq: number;
  /** What would be decided now where that is something else; null where it is the same. */
  readonly differs: { readonly recorded: string; readonly now: string } | null;
}

/**
 * Takes every decision of `events` again, each from the events before it, and says whether it comes out as
 * it was recorded: with another version of firstbad, or on another engine whose `Math` differs in its last
 * digit, it may not. What is in the journal counts, and the next decision is taken from that.
 *
 * One decision at a time, so that whoever asks may stop where it takes too long. Throws `graph-damaged`
 * where a graph or a prior is not in `folder` as it was.
 */
export async function* verifyDecisions(
  folder: string,
  events: readonly BisectionEvent[],
  policy: Policy,
): AsyncGenerator<Verified, void> {
  const of = events.filter((event) => essenceOf(event) !== null).length;
  const state = stateOf([]);
  let [graph, prior]: [CommitGraph | null, PriorWeights | null] = [null, null];
  let decision = 0;
  for (const event of events) {
    if (essenceOf(event) !== null) {
      decision += 1;
      const step = next(state, graph, policy, prior);
      yield { decision, of, seq: event.seq, differs: difference(event, step) };
    }
    advance(state, event);
    if (event.kind === "graph-loaded") {
      graph = await readStoredGraph(folder, event);
      prior = null;
    }
    if (event.kind === "prior-set" && graph !== null) {
      prior = await readStoredPrior(folder, event, graph);
    }
  }
}

function difference(event: EventBody, step: Step): Verified["differs"] {
  const now = step.kind === "record" ? essenceOf(step.body) : null;
  if (now === essenceOf(event)) return null;
  return { recorded: sayDecision(event), now: sayStep(step) };
}

function sayStep(step: Step): string {
  switch (step.kind) {
    case "record":
      return sayDecision(step.body);
    case "work":
      return "goes on with what is under test";
    case "done":
      return "is done";
    default:
      return step satisfies never;
  }
}
