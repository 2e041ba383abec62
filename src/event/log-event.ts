import { z } from "zod";

const commitHash = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/);
const seconds = z.number().nonnegative();

/**
 * Dialects of syzbot's bisection logs, each named by the month from which it was written, oldest
 * first. What they differ in is a table of the room that reads and writes them.
 */
export const logDialect = z.enum([
  "2018-05",
  "2019-03",
  "2019-11",
  "2020-04",
  "2020-07",
  "2020-12",
  "2021-07",
  "2022-07",
  "2022-08",
  "2022-09",
  "2026-01",
]);

/** What a line of a log carries besides its fixed words, by name. */
const facts = z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())]));

/** Sentences of the program that bisected; the words of each are in the log's grammar. */
export const logNote = z.enum([
  "tool",
  "fetching",
  "fetch-failed",
  "reidentified",
  "reproducing",
  "config-already-minimal",
  "config-sizes",
  "config-sizes-left",
  "config-base-crashes",
  "config-half",
  "config-half-crashed",
  "config-no-half-crashed",
  "config-result",
  "config-full-only",
  "config-baseline-crashes",
  "config-baseline-untestable",
  "config-failed",
  "config-bad",
  "config-kept",
  "instrumentation",
  "instrumentation-disabled",
  "instrumentation-none",
  "instrumentation-not-needed",
  "config-minimised",
  "chunks",
  "chunk-split",
  "chunk-whole",
  "chunk-left-out",
  "chunk-dropped",
  "chunk-needed",
  "chunk-limit",
  "releases-picked",
  "releases-counted",
  "release",
  "head",
  "merge-base-of",
  "merge-bases-unexpected",
  "merge-base-tested",
  "merge-base-found",
  "merge-base-clean",
  "oldest-crashes",
  "head-untestable",
  "guilty-inside",
  "guilty-reachable",
  "merge-base-checked",
  "merge-base-untested",
  "not-introduced-yet",
  "too-many-unclear",
  "unclear",
  "representative",
  "false-negative",
  "error-probability",
  "flaky-test",
  "flaky",
  "flaky-chance",
  "environment-failed",
  "test-failed",
  "test-aborted",
  "release-unknown",
  "parent-untested",
  "culprit-signature",
  "parent-signature",
  "kernel-signature-again",
  "previous-signature",
  "noop-unknown",
  "message",
]);

/** Sentences of git's. */
export const gitSaying = z.enum([
  "left",
  "merge-base-next",
  "chosen",
  "first-bad",
  "only-skipped",
  "any-of",
  "candidate",
  "no-more",
  "merge-base-bad",
  "fixed-between",
  "merge-base-skipped",
  "not-sure",
  "continuing",
  "inaccessible",
  "warning",
  "previous-head",
  "switched",
  "first-comment",
  "only-skipped-comment",
  "possible-comment",
  "end",
  "marked",
  "waiting",
  "waiting-good",
  "waiting-bad",
]);

/**
 * What a log of another program tells that no event of a bisection of ours does. Together with those
 * that do (`probe-answered`, `run-finished`, …) a list that begins with `log-read` is the whole log:
 * its text is made from them again.
 */
export const logBodies = [
  /** Stands where `started` stands in a bisection of ours. */
  z.strictObject({
    kind: z.literal("log-read"),
    id: z.string().min(1),
    form: z.enum(["syzbot", "git"]),
    /** Null for a form that has none. */
    dialect: logDialect.nullable(),
    /** `latin-1` where the bytes are no UTF-8: then every character is a byte. */
    encoding: z.enum(["utf-8", "latin-1"]),
    /** Whether the last line had a line end. */
    ended: z.boolean(),
    find: z.enum(["cause", "fix"]),
    /** Where it began; a hash, or a name where the log says no more. */
    crashes: z.strictObject({ hash: z.string(), name: z.string(), subject: z.string() }),
    /** Who wrote it and when; `at` in nanoseconds, `uptime` of the writer in seconds. */
    begun: z
      .strictObject({ host: z.string(), at: z.string(), zone: z.string(), uptime: z.string() })
      .nullable(),
  }),
  /** A sentence with its facts. */
  z.strictObject({ kind: z.literal("noted"), note: logNote, facts }),
  /** A command that git was given: `start` with its arguments, or a term with commits. */
  z.strictObject({
    kind: z.literal("git-told"),
    command: z.enum(["start", "before", "after", "skip", "terms"]),
    /** The word that was used for it: `good`, `old`, … */
    term: z.string(),
    arguments: z.array(z.string()),
  }),
  /** What git said to that. */
  z.strictObject({ kind: z.literal("git-said"), said: gitSaying, facts }),
  /** How much was done, as the log sums it up. */
  z.strictObject({
    kind: z.literal("effort-reported"),
    tested: z.number().int().nonnegative(),
    total: seconds,
    build: seconds,
    test: seconds,
  }),
  /** A line, from 1, that no dialect has at its place. */
  z.strictObject({
    kind: z.literal("line-unrecognised"),
    line: z.number().int().positive(),
    text: z.string(),
  }),
] as const;

/** Why a run of a log says nothing: where it failed, and the log's words for it. */
export const missedRun = z.strictObject({
  at: z.enum(["boot", "basic-test", "setup", "infrastructure", "ignored"]),
  text: z.string(),
});

/** The commit that a build of a log is of, and the compiler that its first line names. */
export const announcedBuild = { commit: commitHash.optional(), compiler: z.string().optional() };
