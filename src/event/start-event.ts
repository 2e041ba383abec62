import { z } from "zod";
import { hash } from "./shapes.ts";

/** What was found out of what the job names when it began. */
export const startBodies = [
  /** A commit that the job names is not, or not any more, where people would look for it. */
  z.strictObject({
    kind: z.literal("end-noted"),
    end: z.enum(["crashes", "clean", "head", "cause", "tree"]),
    /** The name that the job has, and the commit that it was taken for. */
    name: z.string(),
    commit: hash,
    /**
     * `title`: found by the title that the job has, as its hash is not there; `unreachable`: no branch or tag
     * contains it; `fetched`: it was not there before; `submodules`: its tree is built without them.
     */
    how: z.enum(["title", "unreachable", "fetched", "submodules"]),
    /** The commit that has the same change on a branch; null: none is known. */
    counterpart: hash.nullable(),
    why: z.string(),
  }),
] as const;
