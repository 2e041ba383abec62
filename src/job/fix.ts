import { text } from "./values.ts";

/** The keys of a target that are for `find: fix`; a search for the cause reads neither. */
export const fixKeys = {
  /** The commit up to which the fix is searched, mostly a branch; without it, the branch that is newest here. */
  head: text.optional(),
  /** The commit that brought the bug: what does not contain it was never broken. */
  cause: text.optional(),
};
