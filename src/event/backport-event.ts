import { z } from "zod";
import { hash } from "./shapes.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A fix that is applied where it is missing. */
export const knownBackport = z.strictObject({
  fix: hash,
  /** It is missing only where this commit is in the history; null: wherever it is not there. */
  guilty: hash.nullable(),
  title: z.string(),
  why: z.string().nullable(),
  /** Who knows of it: firstbad itself, or the job. */
  source: z.enum(["built-in", "job"]),
});

/** Of the fixes that a kernel has, the one of each of its patches. */
export const appliedBackport = z.strictObject({
  fix: hash,
  title: z.string(),
  /** It was known from the start, or this bisection found it. */
  source: z.enum(["known", "found"]),
});

/** What is broken: it does not build, or what was built does not boot. */
const how = z.enum(["build", "boot"]);

/** Fixes brought to commits that they were not made for, and the search for those that nobody named. */
export const backportBodies = [
  /** Whether a fix can be brought to a commit, over the patches of other fixes. */
  z.strictObject({
    kind: z.literal("backport-tried"),
    commit: hash,
    fix: hash,
    source: z.enum(["known", "found"]),
    /** Fixes that are applied before it, in order. */
    over: z.array(hash),
    title: z.string(),
    /** Files that the fix changes where it was made. */
    files: z.array(z.string()).max(64),
    /**
     * `there`: the history of the commit has it, by hash or by title. `not-needed`: it does not have the guilty
     * commit. `unfit`: it cannot be brought anywhere.
     */
    result: z.enum(["applies", "there", "not-needed", "conflict", "unfit"]),
    /** SHA-256 of the patch, which is the file `patches/SHA256.patch`; null where it does not apply. */
    patch: sha256.nullable(),
    /** Why it does not apply. */
    why: z.string().nullable(),
  }),
  /** The commit is searched that repaired what is broken at `commit`. */
  z.strictObject({
    kind: z.literal("repair-begun"),
    commit: hash,
    how,
    /** Most kernels that are built for it. */
    builds: z.number().int().positive(),
    /** The probability that the culprit cannot be found without. */
    mass: z.number().min(0).max(1),
    why: z.string(),
  }),
  /** One of the kernels that the search builds; how many commits may be the fix before it. */
  z.strictObject({
    kind: z.literal("repair-tried"),
    commit: hash,
    tried: hash,
    left: z.number().int().positive(),
  }),
  /** The search ended at a commit: what it contains is broken, and it is not. */
  z.strictObject({
    kind: z.literal("repair-found"),
    commit: hash,
    fix: hash,
    title: z.string(),
  }),
  /**
   * `repaired`: the commit works with these fixes. `partly`: later commits may, and it does not. `given-up`:
   * there is no fix to use.
   */
  z.strictObject({
    kind: z.literal("repair-ended"),
    commit: hash,
    result: z.enum(["repaired", "partly", "given-up"]),
    fixes: z.array(z.strictObject({ fix: hash, title: z.string() })),
    why: z.string(),
  }),
  /** A fix is not used: it may be what is searched. What kernels with it said counts no more. */
  z.strictObject({
    kind: z.literal("fix-doubted"),
    fix: hash,
    why: z.string(),
  }),
] as const;

/** What of a `kernel-planned` tells of fixes: one for each of its patches, in their order. */
export const plannedBackports = { backports: z.array(appliedBackport).optional() };
/** What of a `started` does: fixes applied where they are missing, and whether others are searched. */
export const startedBackports = {
  backports: z.array(knownBackport).max(1000).optional(),
  /** Most kernels built for one repair; null: nothing is repaired, as where it is absent. */
  repair: z.number().int().positive().nullable().optional(),
};

/** A fix that is applied where it is missing. */
export type KnownBackport = z.infer<typeof knownBackport>;
/** A fix that a kernel has. */
export type AppliedBackport = z.infer<typeof appliedBackport>;
