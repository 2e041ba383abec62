import type { EventOf } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import type { Repository } from "../history/repository.ts";
import type { PriorWeights } from "../search/reckoning.ts";
import { type PriorFacts, priorOf, type Telling } from "./prior-of.ts";
import { fileDamaged, readStoredFile, sha256Of, storeFile } from "./stored-file.ts";

/** As many as the prior goes by. */
const mostStackFiles = 10;

const priorFiles = { what: "the weights of commits", names: /^prior-[0-9a-f]{12}$/ };

/**
 * Makes the prior of `graph`, whose hash is `graphHash`, from the facts; keeps it in the bisection's folder
 * durably, eight bytes a commit, and returns its event.
 */
export async function storePrior(
  { folder, repository }: { readonly folder: string; readonly repository: Repository },
  graph: CommitGraph,
  graphHash: string,
  facts: PriorFacts,
  telling: Telling,
): Promise<{ readonly body: EventOf<"prior-set">; readonly prior: PriorWeights }> {
  const { report, prior } = await priorOf(repository, graph, facts, telling);
  const { weights, lines } = prior;
  const bytes = bytesOf(weights.commits);
  const file = `prior-${graphHash.slice(0, 12)}`;
  await storeFile(folder, file, bytes);
  const { outside } = weights;
  const { guilty, stack } = report;
  const sha256 = sha256Of(bytes);
  const body = {
    kind: "prior-set" as const,
    graph: graphHash,
    guilty,
    stack: stack.filter((path) => path !== guilty).slice(0, mostStackFiles),
    outside,
    lines: [...lines],
    file,
    sha256,
  };
  return { body, prior: weights };
}

/** The prior that `event` names, from `folder`. Throws `graph-damaged` where it is not that one. */
export async function readStoredPrior(
  folder: string,
  event: EventOf<"prior-set">,
  graph: CommitGraph,
): Promise<PriorWeights> {
  const bytes = await readStoredFile(folder, event, priorFiles);
  if (bytes.length !== 8 * graph.count) {
    throw fileDamaged(folder, event.file, priorFiles.what, "it is not of this graph");
  }
  const commits = Float64Array.from({ length: graph.count }, (_, i) => bytes.readDoubleLE(8 * i));
  return { commits, outside: event.outside };
}

function bytesOf(weights: Float64Array): Buffer {
  const bytes = Buffer.alloc(8 * weights.length);
  for (const [i, weight] of weights.entries()) bytes.writeDoubleLE(weight, 8 * i);
  return bytes;
}
