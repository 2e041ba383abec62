import { z } from "zod";
import { backportBodies, plannedBackports, startedBackports } from "./backport-event.ts";
import { boundsBodies } from "./bounds-event.ts";
import { buildBodies, gone, toolchain } from "./build-event.ts";
import {
  checkBodies,
  checkName,
  concludedDeeper,
  plannedChange,
  startedChecks,
} from "./check-event.ts";
import { comparedSamples, expectation, numberLimit } from "./expectation.ts";
import { fixBodies, left, lookedAtFor, startedFix } from "./fix-event.ts";
import {
  announcedBuild,
  type gitSaying,
  logBodies,
  type logDialect,
  type logNote,
  missedRun,
} from "./log-event.ts";
import { mailBodies } from "./mail-event.ts";
import { minimiseBodies, minimising } from "./minimise-event.ts";
import { presenceBodies } from "./presence-event.ts";
import { lentBy, reuseBodies } from "./reuse-event.ts";
import { hash, kernelId } from "./shapes.ts";
import { startBodies } from "./start-event.ts";
import { historyPart, userBodies, userTerms } from "./user-event.ts";

/** Version of the event format that is written; older ones are read. */
export const eventVersion = 1;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const seconds = z.number().nonnegative();

/** Names a kernel inside a bisection: see `ids.ts`. */
const runId = z.string().regex(/^[0-9a-f]{12,64}(\+[0-9a-f]{8})?#\d+$/);

/** Why a commit is tested. */
export const probeStage = z.enum([
  "reproduce",
  "clean-end",
  "release",
  "merge-base",
  "search",
  "culprit",
  "parent",
  /** One of several trees, of which each is looked at. */
  "presence",
]);

/** How one run ended; whose crash it was is a matter of comparison and not part of the fact. */
export const runOutcome = z.enum([
  "crashed",
  "clean",
  "boot-failed",
  "no-output",
  "lost",
  "hung",
  "flooded",
  /** A program said that this commit cannot be tested. */
  "untestable",
  /** It gave a number, and where that counts as the bug is said elsewhere. */
  "measured",
]);

/** The ends of a bisection. */
export const bisectionEnd = z.enum([
  "found",
  "unconfirmed",
  "ties",
  "since-oldest",
  "not-fixed-yet",
  "not-reproduced",
  "clean-end-crashes",
  /** A fix is searched, and where the two trees part the bug is not there yet. */
  "merge-base-clean",
  "untestable",
  "budget",
  /** The configuration was made smaller, and nothing else was asked for. */
  "minimised",
  /** It was found out of several trees whether the bug is there, and nothing else was asked for. */
  "surveyed",
]);

const crashSeen = z.strictObject({
  title: z.string().min(1),
  /** Coarser titles that bugs are also known by: `bad-access in FUNC`. Absent: there are none. */
  altTitles: z.array(z.string()).optional(),
  type: z.string(),
  frame: z.string().nullable(),
  /** Functions of the stack, innermost first, generic ones left out. */
  stack: z.array(z.string()),
  /** Whether it is what the job expects; absent where the job leaves that to the crashing commit. */
  expected: z.boolean().optional(),
});

/**
 * Whether the functions of the crash were executed while the reproducer ran, by name. Of those asked, the
 * innermost first, `absent` are not to be watched in this kernel: inlined, called otherwise, not there.
 */
const reachedFunctions = z.strictObject({
  asked: z.array(z.string().min(1)).min(1).max(8),
  absent: z.array(z.string()),
  hit: z.array(z.string()),
});

const host = z.strictObject({
  name: z.string(),
  node: z.string(),
  cpus: z.number().int(),
  /** Whether builds and machines are isolated with bubblewrap. */
  sandbox: z.boolean(),
});

/** How many builds and runs a session does at once. */
const slots = z.strictObject({
  builds: z.number().int().positive(),
  runs: z.number().int().positive(),
});

const body = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("started"),
    id: z.string().min(1),
    /** Version of firstbad. */
    tool: z.string(),
    host,
    /** The job as validated, defaults filled in; paths absolute. */
    job: z.record(z.string(), z.unknown()),
    /** What the job's names stood for when it began. */
    crashes: z.strictObject({ hash, name: z.string(), subject: z.string() }),
    clean: z.strictObject({ hash, name: z.string() }).nullable(),
    ...startedFix,
    /** What is bisected; absent: a kernel. */
    target: z.enum(["kernel", "program"]).optional(),
    expect: expectation.optional(),
    find: z.enum(["cause", "fix"]),
    policy: z.string(),
    /** Runs asked of each commit; null: as many as the crash rate on the crashing commit asks for. */
    runs: z.number().int().positive().nullable(),
    /** Probability that a named culprit shall be right with. */
    confidence: z.number().gt(0).lt(1),
    /** SHA-256 of what the kernels are configured with, and of the compiled reproducer's source. */
    config: sha256,
    reproducer: sha256,
    arch: z.string(),
    machine: z.string(),
    /** The user's words for the sides of the change; without them good and bad. */
    terms: userTerms.optional(),
    /** What of history is searched, where it is not all of it. */
    part: historyPart.optional(),
    /** Files and folders that the user suspects. */
    suspect: z.array(z.string().min(1).max(4096)).max(1000).optional(),
    slots: slots.optional(),
    ...startedBackports,
    ...startedChecks,
    /** The configuration is made smaller first. */
    minimise: minimising.optional(),
    /** Set where that is all that is asked for. */
    goal: z.enum(["config", "presence"]).optional(),
  }),
  /** A later session goes on with it. */
  z.strictObject({
    kind: z.literal("resumed"),
    tool: z.string(),
    host,
    slots: slots.optional(),
  }),
  /**
   * The releases before the crashing commit that will be walked back, newest first; or, where none is
   * walked, those that the history is divided by.
   */
  z.strictObject({
    kind: z.literal("releases-listed"),
    releases: z.array(z.strictObject({ tag: z.string(), hash })),
    /** How many release tags there were to pick from. */
    of: z.number().int().nonnegative(),
  }),
  /** Merge bases of the two ends that are no ancestors of a clean end yet, in git's order. */
  z.strictObject({
    kind: z.literal("merge-bases-listed"),
    after: hash,
    before: z.array(hash),
    bases: z.array(hash),
  }),
  /**
   * The range: `after` contains the change, none of `before` does, as far as is known; empty: it reaches
   * back to the beginning. The graph is a file in the folder.
   */
  z.strictObject({
    kind: z.literal("graph-loaded"),
    after: hash,
    before: z.array(hash),
    commits: z.number().int().nonnegative(),
    merges: z.number().int().nonnegative(),
    file: z.string(),
    sha256,
    /** Some of the releases in it, the oldest first, by their place in the graph. */
    releases: z
      .array(z.strictObject({ tag: z.string(), at: z.number().int().nonnegative() }))
      .max(64)
      .optional(),
  }),
  /** How likely each commit of a graph is the culprit before anything of it is run: a file in the folder. */
  z.strictObject({
    kind: z.literal("prior-set"),
    /** SHA-256 of the graph that it is for. */
    graph: sha256,
    /** The file that the crash points at; null where it points at none. */
    guilty: z.string().nullable(),
    /** Further files on its stack, innermost first. */
    stack: z.array(z.string()).max(10).optional(),
    /** The probability that the change lies outside of the graph. */
    outside: z.number().gt(0).lt(1),
    /** What it goes by, for people. */
    lines: z.array(z.string()),
    file: z.string(),
    sha256,
  }),
  z.strictObject({
    kind: z.literal("kernel-planned"),
    kernel: kernelId,
    commit: hash,
    patches: z.array(sha256),
    config: sha256,
    arch: z.string(),
    /** `repair`: the commit that repaired others is searched; what it shows counts all the same. */
    purpose: z.enum(["search", "check", "minimise", "presence", "repair"]),
    ...plannedBackports,
    ...plannedChange,
  }),
  z.strictObject({ kind: z.literal("build-started"), kernel: kernelId, ...announcedBuild }),
  z.strictObject({
    kind: z.literal("kernel-built"),
    kernel: kernelId,
    /** A SHA-256. In a log of others it may be a SHA-1, or empty where the log names none. */
    signature: z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})?$/),
    compiler: z.string(),
    toolchain,
    /** Options asked for that did not survive. */
    dropped: z.array(z.string()),
    seconds,
    cached: z.boolean(),
    /** Objects that it was made of, where it can be compared with others by them. */
    objects: z.number().int().positive().optional(),
  }),
  z.strictObject({
    kind: z.literal("build-failed"),
    kernel: kernelId,
    stage: z.enum(["patch", "config", "build"]),
    excerpt: z.array(z.string()),
    /** The one sentence that a log gives as the reason, beside what the build printed. */
    reason: z.string().optional(),
    gone,
    compiler: z.string().nullable(),
    seconds,
  }),
  z.strictObject({
    kind: z.literal("kernels-equal"),
    kernels: z.array(kernelId).min(2),
    /** `tokens`: their signatures differ, and nothing does but line numbers. */
    how: z.enum(["signature", "tokens"]),
  }),
  /** Two kernels were compared, and differ in more than line numbers. */
  z.strictObject({
    kind: z.literal("kernels-differ"),
    kernels: z.array(kernelId).length(2),
    /** False: it cannot be told, and they count as different. */
    known: z.boolean(),
    why: z.string(),
  }),
  z.strictObject({ kind: z.literal("run-started"), run: runId, kernel: kernelId }),
  z.strictObject({
    kind: z.literal("run-finished"),
    run: runId,
    kernel: kernelId,
    outcome: runOutcome,
    crashes: z.array(crashSeen),
    seconds,
    /** Path of the console inside the folder; empty where a log of others was read. */
    console: z.string(),
    missed: missedRun.optional(),
    /** Set where the machine went on from a snapshot of the booted kernel. */
    restored: z.literal(true).optional(),
    lent: lentBy,
    /** What was found out of the machine in this run, in a line for people; said once. */
    note: z.string().optional(),
    /** Absent: it is not known, as of a run that crashed, or on a machine that cannot tell. */
    reached: reachedFunctions.optional(),
    /** Set where a log has a line of its own for this run, though all of its test ended alike. */
    listed: z.literal(true).optional(),
    /** What was measured, where the job wants a number. */
    number: z.number().optional(),
    /** How it ended by itself, where what the job expects makes another outcome of it. */
    ended: runOutcome.optional(),
  }),
  z.strictObject({
    kind: z.literal("probe-chosen"),
    stage: probeStage,
    /**
     * All that is under test from now on, what was before and is still wanted included; none: nothing is.
     * Each kernel is run until `runs` runs of it are finished, counted from its first.
     */
    probes: z.array(
      z.strictObject({ kernel: kernelId, commit: hash, runs: z.number().int().nonnegative() }),
    ),
    /** The name people know the commit by, such as a release tag. */
    label: z.string().nullable(),
    why: z.string(),
    left: left.nullable(),
    ...lookedAtFor,
    /** Where a policy stood that reckons with probabilities. */
    belief: z
      .strictObject({
        best: z.strictObject({ commit: hash, probability: z.number().min(0).max(1) }),
        /** Size of the smallest set of commits that has the culprit with probability 0.99. */
        suspects: z.number().int().nonnegative(),
        /** The confidence that would be stated for `best`, were it found with what was known then. */
        stated: z.number().min(0).max(1).optional(),
        /** Bits that tests still had to tell. */
        bits: z.number().nonnegative().optional(),
        /** The belief in equally long stretches of the graph, the oldest first. */
        spread: z.array(z.number().min(0).max(1)).max(64).optional(),
      })
      .optional(),
  }),
  /**
   * These probes of the last `probe-chosen` are finished, and this is what they were taken to say; those
   * without an answer are still under test.
   */
  z.strictObject({
    kind: z.literal("probe-answered"),
    stage: probeStage,
    answers: z.array(
      z.strictObject({
        kernel: kernelId,
        commit: hash,
        verdict: z.enum(["before", "after", "untestable"]),
        /** Runs with a crash of this bug, without one, with another crash, and that say nothing. */
        crashed: z.number().int().nonnegative(),
        clean: z.number().int().nonnegative(),
        foreign: z.number().int().nonnegative(),
        missing: z.number().int().nonnegative(),
        /** Of the clean runs: those known to have reached the crashing function, and not to have. */
        reached: z
          .strictObject({
            yes: z.number().int().nonnegative(),
            no: z.number().int().nonnegative(),
          })
          .optional(),
        /** Probability that the clean runs hid the bug, where the policy reckons it. */
        missable: z.number().min(0).max(1).optional(),
        /** Where there were too few: runs that a verdict takes, clean ones and telling ones. */
        wanted: z.strictObject({ clean: z.number().int(), telling: z.number().int() }).optional(),
      }),
    ),
  }),
  /** What counts as a crash of this bug, from the runs of the crashing commit: see `crash/same.ts`. */
  z.strictObject({
    kind: z.literal("bug-identified"),
    /** The title that most runs show. */
    title: z.string().min(1),
    /** All titles that count, that one first. */
    titles: z.array(z.string()).min(1),
    /** The coarser titles of the crashes that count. Absent: they have none. */
    altTitles: z.array(z.string()).optional(),
    /** Type and frame of those crashes, without repetition. */
    kinds: z.array(z.strictObject({ type: z.string(), frame: z.string().nullable() })),
    /** Their stacks, without repetition. */
    stacks: z.array(z.array(z.string())),
    crashed: z.number().int().positive(),
    of: z.number().int().positive(),
    /** Set where the bug is a number. */
    limit: numberLimit.optional(),
  }),
  z.strictObject({
    kind: z.literal("commit-described"),
    commit: hash,
    parents: z.array(hash),
    /** Abbreviated parents, all that a log tells of a merge. */
    merge: z.array(z.string()).optional(),
    subject: z.string(),
    /** The whole message, the subject included. */
    message: z.string(),
    author: z.strictObject({ name: z.string(), email: z.string() }),
    /** As `git log --date=default` prints it: `Fri Jan 21 04:38:56 2022 -0800`. */
    authored: z.string(),
    /** Lines of `git show --stat`, each without its line end; only of a culprit. */
    diffstat: z.array(z.string()).nullable(),
    /** Whom to tell; only of a culprit. */
    recipients: z.strictObject({ to: z.array(z.string()), cc: z.array(z.string()) }).nullable(),
  }),
  z.strictObject({
    kind: z.literal("crash-symbolized"),
    run: runId,
    title: z.string(),
    /** The report with source lines; as it was where there is no binary to ask. */
    report: z.string(),
  }),
  z.strictObject({
    kind: z.literal("checked"),
    check: checkName,
    /** `unknown`: it could not be made, as with an untestable parent, or it tells nothing. */
    result: z.enum(["passed", "failed", "unknown"]),
    /** The parent that was compared, where there is one. */
    parent: hash.nullable(),
    /** Runs that crashed with this bug, of how many that say something. */
    crashed: z.number().int().nonnegative(),
    of: z.number().int().nonnegative(),
    /** Clean runs that reached the crashing function, of how many that could tell. */
    reached: z
      .strictObject({ yes: z.number().int().nonnegative(), no: z.number().int().nonnegative() })
      .optional(),
    /** Where the bug is a number: the culprit's and the parent's. */
    numbers: comparedSamples.optional(),
    /** It was left out, or ended, for want of what the bisection may take. */
    bounded: z.literal(true).optional(),
    why: z.string(),
  }),
  z.strictObject({
    kind: z.literal("concluded"),
    end: bisectionEnd,
    culprit: hash.nullable(),
    /** The culprit's, where a log names it beside the hash. */
    subject: z.string().optional(),
    /** What else it may be, or the commit that an end without a culprit is about. */
    candidates: z.array(hash),
    /** Probability that the culprit is right; null where none is named, or the policy does not say. */
    confidence: z.number().min(0).max(1).nullable(),
    /** What the evidence alone gave, before a table made `confidence` of it, and that table's version. */
    posterior: z.number().min(0).max(1).optional(),
    table: z.string().optional(),
    /** The probability of each of `candidates`. */
    odds: z.array(z.number().min(0).max(1)).optional(),
    /** A check of the culprit, or the search behind it, was left out for want of what the bisection may take. */
    leftOut: z.literal(true).optional(),
    why: z.string(),
    ...concludedDeeper,
  }),
  /** A session ended before a conclusion; what was finished is kept and it can be resumed. */
  z.strictObject({
    kind: z.literal("stopped"),
    reason: z.string(),
    message: z.string(),
  }),
  ...backportBodies,
  ...boundsBodies,
  ...buildBodies,
  ...checkBodies,
  ...fixBodies,
  ...mailBodies,
  ...minimiseBodies,
  ...presenceBodies,
  ...reuseBodies,
  ...startBodies,
  ...userBodies,
  ...logBodies,
]);

const envelope = z.object({
  version: z.literal(eventVersion),
  /** Place in the list, from 0, without gaps. */
  seq: z.number().int().nonnegative(),
  /** ISO-8601 time, UTC. */
  at: z.iso.datetime(),
});

/** What happened. */
export type EventBody = z.infer<typeof body>;
/** What happened, and when: one line of a journal. */
export type BisectionEvent = EventBody & z.infer<typeof envelope>;
/** The kind of an event. */
export type EventKind = EventBody["kind"];
/** The body of one kind of event. */
export type EventOf<K extends EventKind> = Extract<EventBody, { kind: K }>;
export type ProbeStage = z.infer<typeof probeStage>;
export type RunOutcome = z.infer<typeof runOutcome>;
export type BisectionEnd = z.infer<typeof bisectionEnd>;
/** A crash as a run remembers it; the whole text is in the run's console. */
export type CrashSeen = z.infer<typeof crashSeen>;
export type ReachedFunctions = z.infer<typeof reachedFunctions>;
export type Expectation = z.infer<typeof expectation>;
export type NumberLimit = z.infer<typeof numberLimit>;
export type ComparedSamples = z.infer<typeof comparedSamples>;
export type Host = z.infer<typeof host>;
/** A dialect of syzbot's logs. */
export type LogDialect = z.infer<typeof logDialect>;
export type LogNote = z.infer<typeof logNote>;
export type GitSaying = z.infer<typeof gitSaying>;
/** What a line of a log carries, by name. */
export type LogFacts = EventOf<"noted">["facts"];

const enveloped = z.looseObject(envelope.shape);

/**
 * `value`, which came from a file or another process, as an event.
 * Throws a ZodError that names what does not fit.
 */
export function parseEvent(value: unknown): BisectionEvent {
  const { version, seq, at, ...rest } = enveloped.parse(value);
  return { version, seq, at, ...body.parse(rest) };
}
