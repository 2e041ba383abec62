import { z } from "zod";
import { hash } from "./shapes.ts";

const named = z.strictObject({ hash, name: z.string().min(1).max(1024) });
const count = z.number().int().nonnegative();

/** Most trees that are asked for at once. */
export const mostTrees = 256;

/**
 * A change as a tree has it, and how it was known: by hash; by the line with which a stable tree or
 * `git cherry-pick -x` names where it is from; by what it changes; by its title and author. `revert`: the tree took
 * the cause back.
 */
const traced = z.strictObject({
  commit: hash,
  how: z.enum(["itself", "upstream", "picked", "patch", "title", "revert"]),
});

/** What a tree has; null: not that. */
const content = { cause: traced.nullable(), fix: traced.nullable() };

/** Where a bug is, of several trees. */
export const presenceBodies = [
  /** In which trees: releases, branches, any commits. */
  z.strictObject({
    kind: z.literal("presence-asked"),
    trees: z.array(named).min(1).max(mostTrees),
    /** The commits that brought and mended it, where they are known. */
    cause: named.nullable(),
    fix: named.nullable(),
    /** Every tree is built, whatever others say of it. */
    all: z.boolean(),
  }),
  /** What each of these trees has of both, and which contains which, by their places in `presence-asked`. */
  z.strictObject({
    kind: z.literal("presence-traced"),
    trees: z.array(z.strictObject({ ...content, holds: z.array(count).max(mostTrees) })),
    /** The crashing commit: the trees that it contains, and those that contain it. */
    crashing: z.strictObject({
      ...content,
      holds: z.array(count).max(mostTrees),
      heldBy: z.array(count).max(mostTrees),
    }),
  }),
  /** What follows of each tree, in the order of `presence-asked`. */
  z.strictObject({
    kind: z.literal("presence-told"),
    trees: z.array(
      z.strictObject({
        state: z.enum(["affected", "not-affected", "fixed", "unbuildable", "unknown"]),
        /** The kernel that was run; null: others tell of it, or nobody can. */
        kernel: z.string().nullable(),
        crashed: count,
        /** Runs that say something. */
        of: count,
        why: z.string(),
      }),
    ),
  }),
] as const;
