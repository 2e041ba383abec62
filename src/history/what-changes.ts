import { type ChangedLine, changedLines } from "./changed-lines.ts";
import { askGit } from "./git.ts";
import type { Abortable, Repository } from "./repository.ts";

/** What a commit changes; a merge is compared with its first parent, a root with nothing. */
export interface WhatChanges {
  /** Git's name of its tree. */
  readonly tree: string;
  readonly isMerge: boolean;
  /** As they are called after it, or before it where they are gone. */
  readonly files: readonly string[];
  /** Null of a merge, and of what is too large to look into. */
  readonly lines: readonly ChangedLine[] | null;
}

/** Bytes of a list of paths, and of a patch, that are taken. */
const mostPaths = 16 << 20;
const largestPatch = 8 << 20;

/**
 * What the commit `hash` (full) changes. Of a list of paths that is longer than 16 MiB, its middle is left out.
 * Throws `git-failed` or `interrupted`.
 */
export async function whatChanges(
  repository: Repository,
  hash: string,
  { signal }: Abortable = {},
): Promise<WhatChanges> {
  const ask = (args: readonly string[], limit: number) =>
    askGit({
      gitDir: repository.gitDir,
      cwd: repository.gitDir,
      args: [...args, "--"],
      stdout: { kind: "capture", limit },
      what: `tell what ${hash} changes`,
      signal,
    });
  const told = await ask(["show", "--no-patch", "--format=%T %P", hash], mostPaths);
  const [tree = "", parent, ...others] = told.stdout.toString("utf8").trim().split(" ");
  const between = parent === undefined ? ["--root", "--no-commit-id", hash] : [parent, hash];
  const how = ["diff-tree", "-r", "--no-ext-diff", "--no-textconv"];
  const list = await ask([...how, "-z", "--name-only", "-M", ...between], mostPaths);
  const files = list.stdout.toString("utf8").split("\0").slice(0, -1);
  const isMerge = others.length > 0;
  if (isMerge) return { tree, isMerge, files, lines: null };
  const patch = await ask([...how, "-p", "-U0", "-M", ...between], largestPatch);
  const lines = patch.truncated ? null : changedLines(patch.stdout.toString("utf8"));
  return { tree, isMerge, files, lines };
}
