import type { BisectionEvent, EventOf } from "../event/index.ts";
import { plainLine, type Summary, summaryOf } from "../syzbot/index.ts";
import { commitText } from "./words.ts";

type Concluded = EventOf<"concluded">;

/** What people know of the answer that stands. */
export interface Judgement {
  readonly verdict: "right" | "wrong";
  /** The commit that it is; null where nobody said so. */
  readonly commit: string | null;
  readonly why: string | null;
}

/**
 * What is known of the conclusion that stands among `events`: the newest word holds. One about an earlier
 * conclusion counts as far as it says something of this one. Null: nobody knows, or there is no conclusion.
 */
export function judgementOf(events: readonly BisectionEvent[]): Judgement | null {
  const judged = events.findLast((event) => event.kind === "judged");
  const concluded = events.findLast((event) => event.kind === "concluded");
  if (judged === undefined || concluded === undefined) return null;
  if (summaryOf(events).concluded === null) return null;
  const { commit, why } = judged;
  const verdict = verdictOn(judged, concluded, events[judged.conclusion]);
  return verdict === null ? null : { verdict, commit, why };
}

/** Whether a conclusion is right where the culprit is `commit`. */
export function verdictFor(concluded: Concluded, commit: string): Judgement["verdict"] {
  return namedBy(concluded).includes(commit) ? "right" : "wrong";
}

/** Whether a conclusion says anything that can be right or wrong. */
export function isAnswer({ end }: Concluded): boolean {
  return end !== "budget" && end !== "untestable" && end !== "minimised" && end !== "surveyed";
}

/** `judged right: the author agrees`, for people. */
export function judgementText(summary: Summary, { verdict, commit, why }: Judgement): string {
  const other =
    commit === null || summary.concluded?.culprit === commit
      ? ""
      : `: it is ${commitText(summary, commit)}`;
  return `judged ${verdict}${other}${why === null ? "" : `: ${plainLine(why)}`}`;
}

function verdictOn(
  { conclusion, verdict, commit }: EventOf<"judged">,
  standing: Concluded & { readonly seq: number },
  meant: BisectionEvent | undefined,
): Judgement["verdict"] | null {
  if (conclusion === standing.seq) return verdict;
  if (commit !== null) return verdictFor(standing, commit);
  if (meant?.kind !== "concluded") return null;
  const [before, now] = [namedBy(meant), namedBy(standing)].map((names) =>
    names.toSorted().join(" "),
  );
  if (before === now && meant.end === standing.end) return verdict;
  // Another answer than the right one is wrong; another than a wrong one may be either.
  return verdict === "right" ? "wrong" : null;
}

/** The commits that a conclusion says it is, or is one of. */
function namedBy({ end, culprit, candidates }: Concluded): readonly string[] {
  if (culprit !== null) return [culprit];
  return end === "ties" ? candidates : [];
}
