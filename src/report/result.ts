import type { AppliedBackport, BisectionEnd, BisectionEvent, EventOf } from "../event/index.ts";
import { type FailureCode, failureCodes } from "../failure/failure.ts";
import {
  buildSeconds,
  type Summary,
  sessionSeconds,
  subjectOf,
  summaryOf,
  testSeconds,
} from "../syzbot/index.ts";
import { type Conditions, conditionsOf } from "./conditions.ts";
import { oddsOf } from "./confidence.ts";
import { type CommitEvidence, evidenceIn } from "./evidence.ts";
import { type Judgement, judgementOf } from "./judgement.ts";
import { allLentRuns } from "./lent.ts";
import { type MinimisedResult, minimisedResult } from "./minimise.ts";
import { type NumbersResult, numbersResult } from "./numbers.ts";
import { type PresenceResult, presenceResult } from "./presence.ts";
import type { ToldSuspect, ToldSuspicion } from "./suspicion.ts";
import { type ToTell, toTellOf } from "./to-tell.ts";

/** The one object that `--json` prints. Hashes are full; nothing is shortened or made up. */
export interface Result {
  /** Version of this form. */
  readonly version: 1;
  readonly id: string;
  /** Null while it is not concluded. */
  readonly end: BisectionEnd | null;
  /** The end; or why the last session stopped; or `unfinished` while one is at work or was killed. */
  readonly reason: BisectionEnd | FailureCode | "unfinished";
  readonly culprit: string | null;
  readonly subject: string | null;
  readonly confidence: number | null;
  /** It is wrong about once in so many. */
  readonly odds: number | null;
  /** What the evidence alone gives, before a table of that version made the confidence of it. */
  readonly posterior: number | null;
  readonly table: string | null;
  readonly why: string | null;
  readonly checks: readonly Omit<EventOf<"checked">, "kind">[];
  /** Something was left out for want of a budget; a larger one makes it. Absent: nothing was. */
  readonly leftOut?: true;
  /** What was searched behind the culprit, or inside of it where it is a merge; absent: nothing. */
  readonly deeper?: NonNullable<EventOf<"concluded">["deeper"]>;
  /** The smaller configuration; absent: none was looked for, or it is not known yet. */
  readonly config?: MinimisedResult;
  /** What is to be known of commits that the job names; absent: nothing. */
  readonly notes?: readonly Omit<EventOf<"end-noted">, "kind">[];
  /** In which trees the bug is; absent: that was not asked for, or is not known yet. */
  readonly presence?: PresenceResult;
  /** Whether people found the conclusion right; absent: nobody said so. */
  readonly judgement?: Judgement;
  /** Mails that told people of it, oldest first; absent: none did. */
  readonly mailed?: readonly (Omit<EventOf<"mailed">, "kind"> & { readonly at: string })[];
  /** What else it may be, or the commit that an end without a culprit is about. */
  readonly candidates: readonly string[];
  /** The probability of each of them; null where the policy reckons none. */
  readonly candidateOdds: readonly number[] | null;
  /** The likeliest commits; null where the policy reckons none, or nobody asked for them. */
  readonly suspects: readonly Pick<ToldSuspect, "commit" | "subject" | "probability">[] | null;
  readonly bug: Pick<EventOf<"bug-identified">, "title" | "titles" | "crashed" | "of"> | null;
  /** What was measured, where the bug is a number; absent: it is none, or nothing is known yet. */
  readonly numbers?: NumbersResult;
  readonly range: Pick<EventOf<"graph-loaded">, "before" | "after" | "commits"> | null;
  /** Kernels whose build ended, each once: built, taken from the cache, or failed. */
  readonly kernels: number;
  /** Runs that were made, those that say nothing included. */
  readonly runs: number;
  /** Runs that were taken over from an earlier bisection; absent: none was. */
  readonly lent?: { readonly from: string; readonly runs: number };
  /** Wall seconds during which at least one build, or run, was under way, and of all sessions. */
  readonly seconds: { readonly build: number; readonly test: number; readonly total: number };
  /** What the runs of each commit said, and the command that repeats one. */
  readonly evidence: readonly CommitEvidence[];
  /** What kernels were built and run with; null of a log of others. */
  readonly conditions: Conditions | null;
  /** The lines that a fix has, and whom to tell; null where no culprit was found. */
  readonly toTell: ToTell | null;
  /** Fixes that kernels were built with; absent: none. */
  readonly fixes?: readonly AppliedBackport[];
  /** Path of the log in syzbot's dialect, where one was written. */
  readonly log: string | null;
}

/** What the bisection of `events` has come to; `events` may end anywhere. */
export function resultOf(
  events: readonly BisectionEvent[],
  { log, suspicion }: { readonly log: string | null; readonly suspicion: ToldSuspicion | null },
): Result {
  const summary = summaryOf(events);
  const { concluded, bug, range } = summary;
  const culprit = concluded?.culprit ?? null;
  const confidence = concluded?.confidence ?? null;
  const fixes = fixesOf(summary);
  const config = minimisedResult(summary);
  const presence = presenceResult(summary);
  const judgement = judgementOf(events);
  const lent = allLentRuns(summary);
  const numbers = numbersResult(summary);
  return {
    version: 1,
    id: summary.started?.id ?? "",
    end: concluded?.end ?? null,
    reason: reasonOf(summary),
    culprit,
    subject: culprit === null ? null : subjectOf(summary, culprit) || null,
    confidence,
    odds: oddsOf(confidence),
    posterior: concluded?.posterior ?? null,
    table: concluded?.table ?? null,
    why: concluded?.why ?? summary.stopped?.message ?? null,
    checks: summary.checks.map(({ check, result, parent, crashed, of, numbers, why }) => {
      const told = { check, result, parent, crashed, of, why };
      return numbers === undefined ? told : { ...told, numbers };
    }),
    ...(concluded?.leftOut && { leftOut: true as const }),
    ...(concluded?.deeper && { deeper: concluded.deeper }),
    ...(config && { config }),
    ...(summary.noted.length > 0 && { notes: summary.noted.map(noteOf) }),
    ...(presence && { presence }),
    ...(judgement && { judgement }),
    ...(summary.mailed.length > 0 && { mailed: summary.mailed.map(mailOf) }),
    candidates: concluded?.candidates ?? [],
    candidateOdds: concluded?.odds ?? null,
    suspects:
      suspicion?.suspects.map(({ commit, subject, probability }) => {
        return { commit, subject, probability };
      }) ?? null,
    bug: bug && { title: bug.title, titles: bug.titles, crashed: bug.crashed, of: bug.of },
    ...(numbers !== null && { numbers }),
    range: range && { before: range.before, after: range.after, commits: range.commits },
    ...countsOf(summary),
    ...(lent > 0 && { lent: { from: summary.offer?.from ?? "", runs: lent } }),
    seconds: {
      build: buildSeconds(summary),
      test: testSeconds(summary),
      total: sessionSeconds(summary),
    },
    evidence: evidenceIn(events),
    conditions: conditionsOf(summary),
    toTell: toTellOf(summary),
    ...(fixes.length > 0 && { fixes }),
    log,
  };
}

function noteOf({ end, name, commit, how, counterpart, why }: EventOf<"end-noted">) {
  return { end, name, commit, how, counterpart, why };
}

function mailOf({ culprit, messageId, to, cc, at }: Summary["mailed"][number]) {
  return { culprit, messageId, to, cc, at };
}

/** Each once, in the order in which they were first used. */
function fixesOf({ kernels }: Summary): readonly AppliedBackport[] {
  const all = [...kernels.values()].flatMap(({ build, backports }) =>
    build?.kind === "built" ? backports : [],
  );
  return [...new Map(all.map((applied) => [applied.fix, applied])).values()];
}

/** Kernels whose build ended, whichever way, each once; and runs that were made here. */
export function countsOf({ kernels }: Summary): { kernels: number; runs: number } {
  const all = [...kernels.values()];
  return {
    kernels: all.filter(({ build }) => build !== null).length,
    runs: all.reduce(
      (sum, { runs }) => sum + runs.filter(({ lent }) => lent === undefined).length,
      0,
    ),
  };
}

/** A closed set: a reason that no failure has is this version's own trouble. */
function reasonOf({ concluded, stopped }: Summary): Result["reason"] {
  if (concluded !== null) return concluded.end;
  if (stopped === null) return "unfinished";
  return isFailureCode(stopped.reason) ? stopped.reason : "internal";
}

function isFailureCode(reason: string): reason is FailureCode {
  return Object.hasOwn(failureCodes, reason);
}
