import { z } from "zod";
import { hash, kernelId } from "./shapes.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();

/** What a kernel has that its commit has not: another commit taken out, brought to it, or merged into it. */
export const commitChange = z.strictObject({
  how: z.enum(["revert", "apply", "merge"]),
  of: hash,
  /** The parent, from 1, that a merge is compared with; absent: the first. */
  side: z.number().int().min(1).max(64).optional(),
});

/** What a culprit is asked, one after the other, before it is named. */
export const checkName = z.enum([
  "culprit-crashes",
  "parent-clean",
  "signatures-differ",
  "compilers-agree",
  /** Of a fix: it was run often enough without a crash, and its parents crash. */
  "fix-clean",
  "parent-crashes",
  /** The commit by what it changes: facts from git and from the build, and no runs. */
  "changes-code",
  "is-compiled",
  "touches-stack",
  "no-detector",
  /** The culprit without its change. */
  "revert-on-culprit",
  /** The crashing commit without it. */
  "revert-on-crashing",
  /** A fix, brought to its parent and to the crashing commit. */
  "fix-on-parent",
  "fix-on-crashing",
]);

/** Where a search goes on: behind a culprit that made a bug visible, or inside a merge. */
const deeperKind = z.enum(["behind", "inside"]);

/** What the checks of a culprit are about, and the search that goes on behind it. */
export const checkBodies = [
  /** Whether a change can be made to a commit, over the fixes that its kernel has. */
  z.strictObject({
    kind: z.literal("change-tried"),
    commit: hash,
    change: commitChange,
    over: z.array(hash),
    /** `nothing`: the commit is the same with it. `unfit`: it is none that can be made anywhere. */
    result: z.enum(["applies", "nothing", "conflict", "unfit"]),
    /** Whether its patch fits as it is; null where it does not apply. */
    how: z.enum(["as it is", "three-way"]).nullable(),
    /** SHA-256 of the patch, which is the file `patches/SHA256.patch`; null where it does not apply. */
    patch: sha256.nullable(),
    /** Git's name of the tree that it makes, fixes included; null where it does not apply. */
    tree: hash.nullable(),
    why: z.string().nullable(),
  }),
  /** What git says of what a culprit changes, and its build of what is compiled. */
  z.strictObject({
    kind: z.literal("culprit-examined"),
    commit: hash,
    /** Git's name of its tree. */
    tree: hash,
    /** Paths that it changes, at most so many; how many there are. A merge: against its first parent. */
    files: z.array(z.string()).max(64),
    of: count,
    /** All of them, each counted once. `other`: what builds go by, and sources where no build tells. */
    kinds: z.strictObject({
      documentation: count,
      /** Of other architectures. */
      foreign: count,
      compiled: count,
      uncompiled: count,
      other: count,
    }),
    /** Whether the build has told what it reads. */
    isBuildKnown: z.boolean(),
    isMerge: z.boolean(),
    /** It changes nothing but the version in the top Makefile. */
    isRelease: z.boolean(),
    /** Those on the stack of the crash, and the file that the crash points at. */
    onStack: z.array(z.string()).max(64),
    guilty: z.string().nullable(),
    /** Lines of it that make bugs visible, and could have made this one so. */
    detectors: z
      .array(
        z.strictObject({
          /** A check in the code, an option, a compiler's instrumentation, or that a warning is fatal. */
          what: z.enum(["check", "option", "instrumentation", "fatal"]),
          path: z.string(),
          text: z.string().max(200),
        }),
      )
      .max(16),
  }),
  /**
   * The culprit brought no bug: it made one visible, which is searched behind it, with its change brought to
   * older commits. Or it is a merge, and the commit is searched inside that, merged with `onto`, crashes.
   */
  z.strictObject({
    kind: z.literal("deeper-begun"),
    culprit: hash,
    search: deeperKind,
    /** What is searched: the ancestors of `after` that `before` does not contain; null: all of them. */
    after: hash,
    before: hash.nullable(),
    /** The commit that those of the merged side are merged into; null: what is behind is searched. */
    onto: hash.nullable(),
    /** Runs of each of its kernels, and most kernels built. */
    runs: z.number().int().positive(),
    builds: z.number().int().positive(),
    why: z.string(),
  }),
  /** What a commit is taken to say in that search; `kernel`: null where there is none to run. */
  z.strictObject({
    kind: z.literal("deeper-answered"),
    commit: hash,
    kernel: kernelId.nullable(),
    verdict: z.enum(["before", "after", "untestable"]),
    crashed: count,
    clean: count,
    why: z.string(),
  }),
  z.strictObject({
    kind: z.literal("deeper-ended"),
    culprit: hash,
    search: deeperKind,
    /**
     * `found`: one commit. `several`: any of `commits`. `older`: it is older than what was searched. `own`: the
     * merge itself, and neither of its sides. `given-up`: it could not be told.
     */
    result: z.enum(["found", "several", "older", "own", "given-up"]),
    commits: z.array(hash).max(1000),
    /** It was given up for want of what the bisection may take. */
    bounded: z.literal(true).optional(),
    why: z.string(),
  }),
  /** A search along first parents ended at a merge: the range is what it brought from now on. */
  z.strictObject({
    kind: z.literal("range-entered"),
    merge: hash,
    before: hash,
    why: z.string(),
  }),
] as const;

/** What of a `kernel-planned` tells of a change: its last patch is that one's. */
export const plannedChange = { change: commitChange.optional() };

/** What of a `started` tells of checks; absent: what cost builds is not made. */
export const startedChecks = {
  checks: z
    .strictObject({
      /** Whether kernels without the culprit are built. */
      revert: z.boolean(),
      /** Most kernels that are built behind a culprit or inside a merge; null: none. */
      deeper: z.number().int().positive().nullable(),
    })
    .optional(),
};

/** What a `concluded` says of what was searched behind the culprit, or inside it. */
export const concludedDeeper = {
  deeper: z
    .strictObject({
      search: deeperKind,
      result: z.enum(["found", "several", "older", "own", "given-up"]),
      commits: z.array(hash).max(1000),
      why: z.string(),
    })
    .optional(),
};

/** A change that is made to a commit. */
export type CommitChange = z.infer<typeof commitChange>;
