import type { BisectionEnd, BisectionEvent, EventOf, ProbeStage } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import { indexOf } from "../history/graph-hashes.ts";
import { ancestorMask, isAncestor } from "../history/graph-walk.ts";
import { subjectOf, summaryOf } from "../syzbot/index.ts";
import { needsOf } from "./needs.ts";
import type { Said } from "./overrides.ts";

type Verdict = EventOf<"overridden">["verdict"];
type Answer = EventOf<"probe-answered">["answers"][number];

/** How many commits could be the culprit before and after something was learnt. */
export interface Narrowed {
  readonly before: number;
  readonly after: number;
}

/** One thing that was learnt, in the order in which it was. */
export type ExplainedStep =
  /** A commit was tested: why, and what its runs showed. */
  | ({
      readonly kind: "tested";
      readonly stage: ProbeStage;
      readonly label: string | null;
      readonly subject: string;
      readonly why: string;
      /** It was said otherwise before: then that counts. */
      readonly overruled: boolean;
      /** Null outside of the range, or before it was known. */
      readonly suspects: Narrowed | null;
    } & Answer)
  | (Pick<EventOf<"bug-identified">, "title" | "titles" | "crashed" | "of"> & {
      readonly kind: "bug";
    })
  | (Pick<EventOf<"graph-loaded">, "before" | "after" | "commits" | "merges"> & {
      readonly kind: "range";
    })
  /** Somebody said where commits lie, the event being number `override`. */
  | (Said & {
      readonly kind: "told";
      readonly override: number;
      /** Whether it was taken back later. */
      readonly undone: boolean;
      readonly suspects: Narrowed | null;
    })
  | (Said & {
      readonly kind: "undone";
      readonly override: number;
      readonly suspects: Narrowed | null;
    })
  /** It was concluded, which counts no more where something follows. */
  | { readonly kind: "concluded"; readonly end: BisectionEnd; readonly why: string };

/** Why a bisection came to what it came to, or what it knows and still needs; what `--json` prints. */
export interface Explanation {
  /** Version of this form. */
  readonly version: 1;
  readonly id: string;
  readonly end: BisectionEnd | null;
  readonly culprit: string | null;
  readonly confidence: number | null;
  readonly why: string | null;
  readonly steps: readonly ExplainedStep[];
  readonly checks: readonly Omit<EventOf<"checked">, "kind">[];
  /** What would make it surer, or bring it further; nothing where every check passed. */
  readonly needs: readonly string[];
}

/**
 * The explanation of `events`, which may end anywhere. `graph` is that of the newest `graph-loaded`;
 * without one nothing is said of how many commits were ruled out. `running`: a process is at work on it.
 */
export function explanationOf(
  events: readonly BisectionEvent[],
  graph: CommitGraph | null,
  running: boolean,
): Explanation {
  const summary = summaryOf(events);
  const { concluded } = summary;
  return {
    version: 1,
    id: summary.started?.id ?? "",
    end: concluded?.end ?? null,
    culprit: concluded?.culprit ?? null,
    confidence: concluded?.confidence ?? null,
    why: concluded?.why ?? null,
    steps: stepsOf(events, graph),
    checks: summary.checks.map(({ check, result, parent, crashed, of, why }) => {
      return { check, result, parent, crashed, of, why };
    }),
    needs: needsOf(summary, running),
  };
}

function stepsOf(
  events: readonly BisectionEvent[],
  graph: CommitGraph | null,
): readonly ExplainedStep[] {
  const summary = summaryOf(events);
  const undone = new Set(
    events.flatMap((event) => (event.kind === "override-undone" ? [event.override] : [])),
  );
  const suspects = new SuspectCount();
  const loaded = events.findLast((event) => event.kind === "graph-loaded");
  const chosen = new Map<string, EventOf<"probe-chosen">>();
  return events.flatMap((event): ExplainedStep[] => {
    switch (event.kind) {
      case "probe-chosen":
        // What is chosen beside tests under way says nothing new of these.
        for (const { commit } of event.probes) {
          if (!chosen.has(commit)) chosen.set(commit, event);
        }
        return [];
      case "probe-answered":
        return event.answers.map((answer) => {
          const probe = chosen.get(answer.commit);
          chosen.delete(answer.commit);
          return {
            kind: "tested",
            ...answer,
            stage: event.stage,
            label: probe?.label ?? null,
            subject: subjectOf(summary, answer.commit),
            why: probe?.why ?? "",
            overruled: suspects.isTold(answer.commit),
            suspects: suspects.answered(answer.commit, answer.verdict),
          };
        });
      case "bug-identified": {
        const { title, titles, crashed, of } = event;
        return [{ kind: "bug", title, titles, crashed, of }];
      }
      case "graph-loaded": {
        const { before, after, commits, merges } = event;
        if (event === loaded && graph !== null) suspects.begin(graph, after);
        return [{ kind: "range", before, after, commits, merges }];
      }
      case "overridden": {
        const { seq, commits, verdict } = event;
        const told = { ...saidBy(event), override: seq, undone: undone.has(seq) };
        return [{ ...told, kind: "told", suspects: suspects.told(seq, commits, verdict) }];
      }
      case "override-undone": {
        const { override } = event;
        const said = events.find(({ seq }) => seq === override);
        if (said?.kind !== "overridden") return [];
        const narrowed = suspects.undone(override);
        return [{ ...saidBy(said), kind: "undone", override, suspects: narrowed }];
      }
      case "concluded":
        // The conclusion that stands is told by itself.
        if (event === summary.concluded) return [];
        return [{ kind: "concluded", end: event.end, why: event.why }];
      default:
        return [];
    }
  });
}

function saidBy({ source, commits, verdict, why }: EventOf<"overridden">): Said {
  return { source, commits, verdict, why };
}

/** How many commits may be the culprit, as answers and overrides come in, once the range is known. */
class SuspectCount {
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

  /** Ancestors of the nearest commit with the change, less those of all without it. */
  #count(): number {
    const graph = this.#graph;
    if (graph === null || this.#tip < 0) return 0;
    const verdicts = new Map(this.#answers);
    for (const { commits, verdict } of this.#told) {
      for (const commit of commits) verdicts.set(commit, verdict);
    }
    let after = this.#tip;
    const clean: number[] = [];
    for (const [hash, verdict] of verdicts) {
      const commit = indexOf(graph, hash);
      if (commit < 0) continue;
      if (verdict === "before") clean.push(commit);
      if (verdict === "after" && isAncestor(graph, commit, after)) after = commit;
    }
    const cleared = ancestorMask(graph, clean);
    return ancestorMask(graph, [after]).reduce(
      (sum, reached, commit) => sum + (reached === 1 && cleared[commit] === 0 ? 1 : 0),
      0,
    );
  }
}
