import { type Belief, believe } from "./belief.ts";
import { casesFor } from "./crash-rates.ts";
import { type Evidence, evidenceOf } from "./kernels.ts";
import { type Lattice, latticeOf, nodeOf } from "./lattice.ts";
import { priorOf } from "./prior.ts";
import type { Question } from "./question.ts";

/** What is believed of a question, and what that follows from. */
export interface Reckoned {
  readonly lattice: Lattice;
  readonly evidence: Evidence;
  /** By node, summing to one. */
  readonly prior: Float64Array;
  readonly belief: Belief;
}

/** The reckoning that decides, explains and is shown. */
export function reckon(question: Question): Reckoned {
  const { graph, before, after, observations, crashMeans } = question;
  const lattice = latticeOf(graph, before);
  const evidence = evidenceOf(lattice, observations, crashMeans, casesFor(question));
  const prior = priorOf(lattice, question.prior);
  return {
    lattice,
    evidence,
    prior,
    belief: believe(lattice, nodeOf(lattice, after), prior, evidence),
  };
}
