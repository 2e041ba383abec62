import type { BisectionEnd, BisectionEvent, EventOf, ProbeStage } from "../event/index.ts";
import type { CommitGraph } from "../history/graph.ts";
import { type Summary, subjectOf, summaryOf } from "../syzbot/index.ts";
import { addedWhy } from "./added-runs.ts";
import type { Believed } from "./belief.ts";
import { needsOf } from "./needs.ts";
import type { Said } from "./overrides.ts";
import { type Narrowed, SuspectCount } from "./suspect-count.ts";
import type { ToldSuspicion } from "./suspicion.ts";

type Answer = EventOf<"probe-answered">["answers"][number];

/** One thing that was learnt, in the order in which it was. */
export type ExplainedStep =
  /** A commit was tested: why, and what its runs showed. */
  | ({
      readonly kind: "tested";
      readonly stage: ProbeStage;
      readonly label: string | null;
      readonly subject: string;
      readonly why: string;
      /** The number of the event that chose it; null where none did. */
      readonly chosenBy: number | null;
      /** What was believed then, by a policy that reckons with probabilities. */
      readonly belief: Believed | null;
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
  /** A search for what mended a commit that could not be tested. */
  | (Omit<EventOf<"repair-ended">, "kind" | "commit"> &
      Pick<EventOf<"repair-begun">, "commit" | "how"> & {
        readonly kind: "repair";
        /** Why it was begun. */
        readonly begunWhy: string;
      })
  /** A fix is not used any more. */
  | ({ readonly kind: "doubted" } & Omit<EventOf<"fix-doubted">, "kind">)
  /** A commit cannot tell of a fix: the bug never came there, or that cannot be told. */
  | (Pick<EventOf<"fork-judged">, "commit" | "verdict" | "why"> & {
      readonly kind: "fork";
      readonly subject: string;
      readonly suspects: Narrowed | null;
    })
  /** The fix is searched up to another commit from here on. */
  | ({ readonly kind: "head" } & Omit<EventOf<"head-moved">, "kind">)
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
  /** Whom a policy suspects that reckons with probabilities; null for others, and before the range is known. */
  readonly suspicion: ToldSuspicion | null;
  /** What would make it surer, or bring it further; nothing where every check passed. */
  readonly needs: readonly string[];
}

/** What is known of a bisection beside its events. */
export interface Known {
  /** That of the newest `graph-loaded`; without one nothing is said of how many commits were ruled out. */
  readonly graph: CommitGraph | null;
  readonly suspicion: ToldSuspicion | null;
  /** Whether a process is at work on it now. */
  readonly running: boolean;
}

/** The explanation of `events`, which may end anywhere. */
export function explanationOf(
  events: readonly BisectionEvent[],
  { graph, suspicion, running }: Known,
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
    steps: stepsIn(summary, events, graph),
    checks: summary.checks.map(({ check, result, parent, crashed, of, why }) => {
      return { check, result, parent, crashed, of, why };
    }),
    suspicion,
    needs: needsOf(summary, running, suspicion),
  };
}

/** The steps of `events`, of which `summary` is the summary, as {@link explanationOf} tells them. */
export function stepsIn(
  summary: Summary,
  events: readonly BisectionEvent[],
  graph: CommitGraph | null,
): readonly ExplainedStep[] {
  const undone = new Set(
    events.flatMap((event) => (event.kind === "override-undone" ? [event.override] : [])),
  );
  const suspects = new SuspectCount();
  const loaded = events.findLast((event) => event.kind === "graph-loaded");
  const chosen = new Map<string, Chosen>();
  const added = new Map<string, string>();
  const narrowed = narrowing(events);
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
          const probe = chosen.get(answer.commit) ?? null;
          const wish = added.get(answer.commit) ?? "";
          chosen.delete(answer.commit);
          added.delete(answer.commit);
          return {
            kind: "tested",
            ...answer,
            stage: event.stage,
            label: probe?.label ?? null,
            subject: subjectOf(summary, answer.commit),
            why: probe?.why ?? wish,
            chosenBy: probe?.seq ?? null,
            belief: probe?.belief ?? null,
            overruled: suspects.isTold(answer.commit),
            suspects: narrowed(event.seq, probe, suspects.answered(answer.commit, answer.verdict)),
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
      case "runs-added":
        added.set(event.commit, addedWhy(event));
        return [];
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
      case "repair-ended": {
        const begun = summary.repairs.find(({ ended }) => ended === event)?.begun;
        if (begun === undefined) return [];
        const { commit, result, fixes, why } = event;
        const { how, why: begunWhy } = begun;
        return [{ kind: "repair", commit, how, begunWhy, result, fixes, why }];
      }
      case "fork-judged": {
        const { commit, verdict, why } = event;
        const narrowed = suspects.answered(commit, verdict);
        const subject = subjectOf(summary, commit);
        return [{ kind: "fork", commit, subject, verdict, why, suspects: narrowed }];
      }
      case "head-moved":
        return [{ kind: "head", hash: event.hash, name: event.name }];
      case "fix-doubted":
        return [{ kind: "doubted", fix: event.fix, why: event.why }];
      case "concluded":
        // The conclusion that stands is told by itself.
        if (event === summary.concluded) return [];
        return [{ kind: "concluded", end: event.end, why: event.why }];
      default:
        return [];
    }
  });
}

type Chosen = BisectionEvent & EventOf<"probe-chosen">;

/** By what a policy believed when it chose a test and after the answer, where it says so; else by `counted`. */
function narrowing(events: readonly BisectionEvent[]) {
  const beliefs = events.flatMap((event) =>
    event.kind === "probe-chosen" && event.belief !== undefined ? [event] : [],
  );
  return (seq: number, chosen: Chosen | null, counted: Narrowed | null): Narrowed | null => {
    if (chosen?.belief === undefined) return counted;
    const next = beliefs.find((later) => later.seq > seq)?.belief;
    return next === undefined ? null : { before: chosen.belief.suspects, after: next.suspects };
  };
}

function saidBy({ source, commits, verdict, why }: EventOf<"overridden">): Said {
  return { source, commits, verdict, why };
}
