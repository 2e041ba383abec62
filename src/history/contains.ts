import { askGit } from "./git.ts";
import type { ViewOfObjects } from "./object-view.ts";

/**
 * Whether the commit `commit` is `other` or contains it. `mayBeMissing`: `other` may be a hash that is not in the
 * repository, which nothing contains. Throws `git-failed` or `interrupted`.
 */
export async function contains(
  view: ViewOfObjects,
  commit: string,
  other: string,
  { mayBeMissing = false }: { readonly mayBeMissing?: boolean } = {},
): Promise<boolean> {
  const { exitCode } = await askGit({
    ...view,
    args: ["merge-base", "--is-ancestor", other, commit],
    answers: mayBeMissing ? [0, 1, 128] : [0, 1],
    what: `look whether ${commit} contains ${other}`,
  });
  return exitCode === 0;
}
