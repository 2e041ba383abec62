import type { CommitChange } from "../event/index.ts";

/** Names what can be made of a fix at a commit, over the patches of others. */
export function backportKey(commit: string, fix: string, over: readonly string[]): string {
  return [commit, fix, ...over].join(" ");
}

/** Names what can be made of a change at a commit, over the patches of fixes. */
export function changeKey(
  commit: string,
  { how, of, side = 1 }: CommitChange,
  over: readonly string[],
): string {
  return [commit, how, of, side, ...over].join(" ");
}
