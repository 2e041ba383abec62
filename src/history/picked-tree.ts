import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { askGit } from "./git.ts";
import type { ViewOfObjects } from "./object-view.ts";

/** Most bytes of a patch. */
const largestPatch = 1 << 20;

/** New objects go to the folder that is removed, and not to the repository. */
export async function withOwnObjects(view: ViewOfObjects): Promise<ViewOfObjects> {
  const theirs = view.env?.GIT_OBJECT_DIRECTORY ?? "";
  const own = join(view.cwd, "objects");
  await mkdir(join(own, "info"), { recursive: true });
  await writeFile(join(own, "info", "alternates"), `${theirs}\n`);
  return { ...view, env: { GIT_OBJECT_DIRECTORY: own, ...person } };
}

/** Commits that are made on the way are the same wherever and whenever they are made. */
const person = {
  GIT_AUTHOR_NAME: "firstbad",
  GIT_AUTHOR_EMAIL: "firstbad",
  GIT_AUTHOR_DATE: "@1 +0000",
  GIT_COMMITTER_NAME: "firstbad",
  GIT_COMMITTER_EMAIL: "firstbad",
  GIT_COMMITTER_DATE: "@1 +0000",
};

/** A tree that was made of others, or the files that got in each other's way. */
export type MadeTree =
  | { readonly tree: string }
  | { readonly tree: null; readonly conflicts: readonly string[] };

/** The tree of `commit` with `fixes`, one over the other; one that does not apply is left out. */
export async function treeWith(
  view: ViewOfObjects,
  commit: string,
  fixes: readonly string[],
): Promise<string> {
  let tree = `${commit}^{tree}`;
  for (const fix of fixes) tree = (await pickedTree(view, tree, fix)).tree ?? tree;
  return tree;
}

/** `tree` with what `fix` changes, as `git cherry-pick` would: three-way. */
export function pickedTree(view: ViewOfObjects, tree: string, fix: string): Promise<MadeTree> {
  return threeWay(view, { base: `${fix}^`, ours: tree, theirs: `${fix}^{tree}` });
}

/** What a three-way merge of two trees makes of them; `base`: the commit that both are seen from. */
export async function threeWay(
  view: ViewOfObjects,
  { base, ours, theirs }: { readonly base: string; readonly ours: string; readonly theirs: string },
): Promise<MadeTree> {
  // Children of the base with these trees: it is the merge base of both then.
  const child = async (tree: string, name: string) => {
    const args = ["commit-tree", "-m", name, "-p", base, tree];
    const { stdout } = await askGit({ ...view, args, what: `see a change from ${base}` });
    return stdout.toString("utf8").trim();
  };
  return mergedTree(view, await child(ours, "ours"), await child(theirs, "theirs"));
}

/** The tree of the merge of two commits, where it can be made without anybody's help. */
export async function mergedTree(
  view: ViewOfObjects,
  one: string,
  other: string,
): Promise<MadeTree> {
  const { stdout, exitCode } = await askGit({
    ...view,
    args: ["merge-tree", "--write-tree", "--name-only", one, other],
    answers: [0, 1],
    what: `merge ${other} into ${one}`,
  });
  const [tree = "", ...lines] = stdout.toString("utf8").split("\n");
  if (exitCode === 0) return { tree };
  return { tree: null, conflicts: lines.slice(0, Math.max(0, lines.indexOf(""))) };
}

/** The patch that makes `after` of the tree `before`, at most `limit` bytes (absent: 1 MiB), or why there is none. */
export async function patchBetween(
  view: ViewOfObjects,
  before: string,
  after: string,
  limit = largestPatch,
): Promise<{ readonly patch: string } | { readonly why: string }> {
  const { stdout, truncated } = await askGit({
    ...view,
    args: [
      ...["diff-tree", "-r", "-p", "--binary", "--full-index", "--no-renames"],
      ...["--no-ext-diff", "--no-textconv", before, after, "--"],
    ],
    stdout: { kind: "capture", limit },
    what: "compare with and without a change",
  });
  if (stdout.length === 0) return { why: "it changes nothing there" };
  if (truncated) return { why: `it is larger than ${limit >> 20} MiB` };
  const patch = stdout.toString("utf8");
  // Patches are kept as text; sources in Latin-1 would not come out as they went in.
  if (!Buffer.from(patch).equals(stdout)) return { why: "it is no UTF-8 text" };
  return { patch };
}

/** Some of these names, and how many there are besides. */
export function some(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(", ");
  return names.length > 3 ? `${shown} and ${names.length - 3} more files` : shown;
}
