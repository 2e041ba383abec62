import { createHash } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { guiltyFileOf, relevantFrames } from "../crash/guilty-file.ts";
import type { EventOf } from "../event/index.ts";
import { Failure } from "../failure/failure.ts";
import type { CommitGraph } from "../history/graph.ts";
import { withNewestNames } from "../history/graph-paths.ts";
import type { Repository } from "../history/repository.ts";
import { loadTouchedPaths } from "../history/touched-paths.ts";
import { codeFactor, compiledFactor } from "../search/prior/factors.ts";
import { touchedHistory } from "../search/prior/history.ts";
import { reportPrior } from "../search/prior/report-prior.ts";
import type { PriorWeights } from "../search/reckoning.ts";

/** What is known of a bug before anything of its range is run. */
export interface PriorFacts {
  /** With source lines where they are known; null: no crash stands for it. */
  readonly crash: { readonly title: string; readonly report: string } | null;
  /** Files that the build of the crashing commit read; null: not known. */
  readonly compiled: readonly string[] | null;
}

/** The names that such a file can have: a journal may come from anywhere. */
const priorFiles = /^prior-[0-9a-f]{12}$/;

/**
 * Makes the prior of `graph`, whose hash is `graphHash`, from the facts and the paths that git says the
 * commits touch; keeps it in the bisection's folder durably, eight bytes a commit, and returns its event.
 * A crash that points at no file is no error: then all commits that change code are alike.
 */
export async function storePrior(
  { folder, repository }: { readonly folder: string; readonly repository: Repository },
  graph: CommitGraph,
  graphHash: string,
  { crash, compiled }: PriorFacts,
  signal: AbortSignal,
): Promise<{ readonly body: EventOf<"prior-set">; readonly prior: PriorWeights }> {
  const { touched } = await loadTouchedPaths(repository, graph, { signal });
  const history = touchedHistory(graph, withNewestNames(touched));
  const guilty = crash === null ? null : guiltyFileOf(crash.title, crash.report);
  const frames = crash === null ? [] : relevantFrames(crash.report);
  const stack = new Set(frames.filter(({ generic }) => !generic).map(({ file }) => file));
  const { weights, lines } = reportPrior(history, { report: { guilty, stack: [...stack] } }, [
    codeFactor(history),
    ...(compiled === null ? [] : [compiledFactor(history, new Set(compiled))]),
  ]);
  const bytes = bytesOf(weights.commits);
  const file = `prior-${graphHash.slice(0, 12)}`;
  const path = join(folder, file);
  const handle = await open(`${path}.new`, "w");
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.new`, path);
  const { outside } = weights;
  const sha256 = sha256Of(bytes);
  const body = {
    kind: "prior-set" as const,
    graph: graphHash,
    guilty,
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
  { file, sha256, outside }: EventOf<"prior-set">,
  graph: CommitGraph,
): Promise<PriorWeights> {
  const path = join(folder, file);
  const damaged = (why: string, cause?: unknown) =>
    new Failure("graph-damaged", `cannot go on with the weights of commits ${path}: ${why}`, {
      facts: { path },
      hint: "restore the folder from a copy, or start the bisection anew: kernels are cached",
      cause,
    });
  if (!priorFiles.test(file)) throw damaged("this is no name of such a file");
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : String(error), error);
  }
  if (sha256Of(bytes) !== sha256) throw damaged("its SHA-256 is not the recorded one");
  if (bytes.length !== 8 * graph.count) throw damaged("it is not of this graph");
  const commits = Float64Array.from({ length: graph.count }, (_, i) => bytes.readDoubleLE(8 * i));
  return { commits, outside };
}

function bytesOf(weights: Float64Array): Buffer {
  const bytes = Buffer.alloc(8 * weights.length);
  for (const [i, weight] of weights.entries()) bytes.writeDoubleLE(weight, 8 * i);
  return bytes;
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
