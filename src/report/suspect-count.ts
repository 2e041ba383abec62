import type { EventOf } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import { indexOf } from "../history/graph-hashes.ts";
import { ancestorMask, isAncestor } from "../history/graph-walk.ts";

type Verdict = EventOf<"overridden">["verdict"];

/** How many commits could be the culprit before and after something was learnt. */
export interface Narrowed {
  readonly before: number;
  readonly after: number;
}

/** How many commits may be the culprit, as answers and overrides come in, once the range is known. */
export class SuspectCount {
  #graph: CommitGraph | null = null;
  #tip = -1;
  readonly #answers = new Map<string, Verdict>();
  readonly #told: {
    readonly seq: number;
    readonly commits: readonly string[];
    verdict: Verdict;
  }[] = [];
  #now = 0;

  begin(graph: CommitGraph, tip: string): void {
    this.#graph = graph;
    this.#tip = indexOf(graph, tip);
    this.#now = this.#count();
  }

  isTold(commit: string): boolean {
    return this.#told.some(({ commits }) => commits.includes(commit));
  }

  answered(commit: string, verdict: Verdict): Narrowed | null {
    this.#answers.delete(commit);
    this.#answers.set(commit, verdict);
    return this.#narrowed([commit]);
  }

  told(seq: number, commits: readonly string[], verdict: Verdict): Narrowed | null {
    this.#told.push({ seq, commits, verdict });
    return this.#narrowed(commits);
  }

  undone(seq: number): Narrowed | null {
    const place = this.#told.findIndex((each) => each.seq === seq);
    const [taken] = place < 0 ? [] : this.#told.splice(place, 1);
    return taken === undefined ? null : this.#narrowed(taken.commits);
  }

  /** Null where none of these is in the range. */
  #narrowed(commits: readonly string[]): Narrowed | null {
    const graph = this.#graph;
    if (graph === null || !commits.some((commit) => indexOf(graph, commit) >= 0)) return null;
    const before = this.#now;
    this.#now = this.#count();
    return { before, after: this.#now };
  }

  #count(): number {
    const graph = this.#graph;
    if (graph === null || this.#tip < 0) return 0;
    const verdicts = new Map(this.#answers);
    for (const { commits, verdict } of this.#told) {
      for (const commit of commits) verdicts.set(commit, verdict);
    }
    return suspectsIn(graph, this.#tip, verdicts).reduce((sum, one) => sum + one, 0);
  }
}

/**
 * Which commits of `graph` may be the culprit, 1 for each that may: the ancestors of the nearest commit with the
 * change, `tip` unless one of `verdicts` (by hash) is nearer, less those of all without it. O(n).
 */
export function suspectsIn(
  graph: CommitGraph,
  tip: number,
  verdicts: ReadonlyMap<string, Verdict>,
): Uint8Array {
  let after = tip;
  const clean: number[] = [];
  for (const [hash, verdict] of verdicts) {
    const commit = indexOf(graph, hash);
    if (commit < 0) continue;
    if (verdict === "before") clean.push(commit);
    if (verdict === "after" && isAncestor(graph, commit, after)) after = commit;
  }
  const cleared = ancestorMask(graph, clean);
  return ancestorMask(graph, [after]).map((reached, commit) =>
    reached === 1 && cleared[commit] === 0 ? 1 : 0,
  );
}
