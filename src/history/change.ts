import { join } from "node:path";
import type { CommitChange } from "../event/index.ts";
import { askGit } from "./git.ts";
import { type ViewOfObjects, withObjectsOnly } from "./object-view.ts";
import {
  type MadeTree,
  mergedTree,
  patchBetween,
  some,
  threeWay,
  treeWith,
  withOwnObjects,
} from "./picked-tree.ts";
import type { Abortable, Repository } from "./repository.ts";

/** A change that is to be made to a commit, over fixes that are applied to it before. Full hashes. */
export interface ChangeWanted {
  readonly commit: string;
  readonly change: CommitChange;
  readonly over: readonly string[];
}

/** What came of it. */
export type Changed =
  /** `how`: its patch fits as it is, or only a three-way merge makes it fit. */
  | {
      readonly result: "applies";
      readonly how: "as it is" | "three-way";
      readonly patch: string;
      /** Git's name of what it makes of the commit's tree. */
      readonly tree: string;
    }
  /** `nothing`: the commit is the same with it. `unfit`: it is none that can be made anywhere. */
  | { readonly result: "nothing" | "conflict" | "unfit"; readonly why: string };

/** Most bytes of a patch: a merge may bring all that a subsystem did. */
const largest = 32 << 20;

/**
 * What makes of `commit` a commit with a change: another one reverted, brought to it, or merged into it. A revert
 * or a pick is tried as a patch first, and as a three-way merge where that does not fit. Nothing is written to the
 * repository, and no hook, driver or attribute of it has a say.
 *
 * The same question has the same answer. Throws `git-failed`, also where git is older than 2.38 and cannot
 * merge without a work tree, or `interrupted`.
 */
export async function changeOf(
  repository: Repository,
  { commit, change, over }: ChangeWanted,
  { signal }: Abortable = {},
): Promise<Changed> {
  return withObjectsOnly(
    repository,
    "",
    async (view) => {
      const own = await withOwnObjects(view);
      const before = await treeWith(own, commit, over);
      const made = await makeChange(own, commit, before, change);
      if ("why" in made) return { result: "unfit", why: made.why };
      if (made.tree === null) {
        return { result: "conflict", why: `conflicts in ${some(made.conflicts)}` };
      }
      if (await isSameTree(own, before, made.tree)) {
        return { result: "nothing", why: "it changes nothing there" };
      }
      const patch = await patchBetween(own, before, made.tree, largest);
      if ("why" in patch) return { result: "unfit", why: patch.why };
      return { result: "applies", how: made.how, patch: patch.patch, tree: made.tree };
    },
    { signal },
  );
}

type Made = (MadeTree & { readonly how: "as it is" | "three-way" }) | { readonly why: string };

async function makeChange(
  view: ViewOfObjects,
  commit: string,
  tree: string,
  { how, of, side = 1 }: CommitChange,
): Promise<Made> {
  if (how === "merge") return { ...(await merged(view, commit, tree, of)), how: "three-way" };
  const parent = await parentOf(view, of, side);
  if (parent === null) return { why: "it has no parent" };
  const [from, to] = how === "apply" ? [parent, of] : [of, parent];
  const plain = await patchedTree(view, tree, from, to);
  if (plain !== null) return { tree: plain, how: "as it is" };
  const theirs = `${to}^{tree}`;
  return { ...(await threeWay(view, { base: from, ours: tree, theirs })), how: "three-way" };
}

/** `commit`, with the fixes that its tree has, and another one merged. */
async function merged(view: ViewOfObjects, commit: string, tree: string, other: string) {
  const args = ["commit-tree", "-m", "ours", "-p", commit, tree];
  const { stdout } = await askGit({ ...view, args, what: `merge ${other} into ${commit}` });
  return mergedTree(view, stdout.toString("utf8").trim(), other);
}

async function parentOf(view: ViewOfObjects, commit: string, side: number): Promise<string | null> {
  const { stdout } = await askGit({
    ...view,
    args: ["show", "--no-patch", "--format=%P", commit, "--"],
    what: `tell the parents of ${commit}`,
  });
  return stdout.toString("utf8").trim().split(" ")[side - 1] || null;
}

/** `tree` with the very lines that are different from `from` to `to`; null where they do not fit. */
async function patchedTree(
  view: ViewOfObjects,
  tree: string,
  from: string,
  to: string,
): Promise<string | null> {
  const made = await patchBetween(view, `${from}^{tree}`, `${to}^{tree}`, largest);
  if ("why" in made) return null;
  const index = join(view.cwd, `index-${to}`);
  const own = { ...view, env: { ...view.env, GIT_INDEX_FILE: index } };
  const what = `patch the tree of ${from}`;
  await askGit({ ...own, args: ["read-tree", tree], what });
  const args = ["apply", "--cached", "--whitespace=nowarn", "-"];
  const { exitCode } = await askGit({
    ...own,
    args,
    stdin: made.patch,
    answers: [0, 1, 128],
    what,
  });
  if (exitCode !== 0) return null;
  const { stdout } = await askGit({ ...own, args: ["write-tree"], what });
  return stdout.toString("utf8").trim();
}

async function isSameTree(view: ViewOfObjects, one: string, other: string): Promise<boolean> {
  const args = ["rev-parse", "--verify", "--end-of-options", one];
  const { stdout } = await askGit({ ...view, args, what: "name a tree" });
  return stdout.toString("utf8").trim() === other;
}
