import { contains } from "./contains.ts";
import { askGit } from "./git.ts";
import { type ViewOfObjects, withObjectsOnly } from "./object-view.ts";
import { patchBetween, pickedTree, some, treeWith, withOwnObjects } from "./picked-tree.ts";
import type { Abortable, Repository } from "./repository.ts";

/** A fix that is to be brought to a commit, which it was not made for. Full hashes. */
export interface BackportWanted {
  readonly commit: string;
  readonly fix: string;
  /** Fixes that are applied before it, in order. */
  readonly over: readonly string[];
  /** It is wanted only where this commit is in the history; null: wherever it is missing. */
  readonly guilty: string | null;
}

/** What came of it. */
export type Backported = {
  readonly title: string;
  /** What the fix changes where it was made, from the top of the tree; at most so many as are looked at. */
  readonly files: readonly string[];
} & (
  | { readonly result: "applies"; readonly patch: string }
  /** `there`: the history has the fix, by hash or by title. `not-needed`: the guilty commit is not in it. */
  | { readonly result: "there" | "not-needed" }
  /** `unfit`: it is none that can be brought anywhere. */
  | { readonly result: "conflict" | "unfit"; readonly why: string }
);

/** Most files of a fix: what changes more repairs no build alone. */
const mostFiles = 64;
/** How much older than its date a fix may be in another branch, in seconds; syzbot allows it a year, too. */
const year = 365 * 24 * 3600;

/**
 * What `fix` changes, brought to `commit` as `git cherry-pick --no-commit` would: three-way, without a work
 * tree, so that nothing can be left half done. What is written for that is in a folder of our own that is gone
 * when it ends; no hook, driver or attribute of the repository has a say.
 *
 * The same question has the same answer. Throws `git-failed`, also where git is older than 2.38 and cannot
 * merge without a work tree, or `interrupted`.
 */
export async function backport(
  repository: Repository,
  wanted: BackportWanted,
  { signal }: Abortable = {},
): Promise<Backported> {
  return withObjectsOnly(
    repository,
    "",
    async (view) => {
      const own = await withOwnObjects(view);
      const fix = await describedOnce(repository, own, wanted.fix);
      const told = { title: fix.title, files: fix.files.slice(0, mostFiles) };
      const missing = await isMissing(own, wanted, fix);
      if (missing !== "missing") return { ...told, result: missing };
      if (fix.parent === null) return { ...told, result: "unfit", why: "it is a merge or a root" };
      if (fix.files.length === 0) return { ...told, result: "unfit", why: "it changes no file" };
      if (fix.files.length > mostFiles) {
        const why = `it changes more than ${mostFiles} files`;
        return { ...told, result: "unfit", why };
      }
      const tree = await treeWith(own, wanted.commit, wanted.over);
      return { ...told, ...(await patchOver(own, tree, wanted.fix)) };
    },
    { signal },
  );
}

interface Fix {
  readonly title: string;
  readonly date: number;
  /** Null where it has none, or several. */
  readonly parent: string | null;
  readonly files: readonly string[];
}

/** What was asked of each fix: the same for every commit that it is brought to. */
const described = new WeakMap<Repository, Map<string, Fix>>();

async function describedOnce(
  repository: Repository,
  view: ViewOfObjects,
  fix: string,
): Promise<Fix> {
  const known = described.get(repository) ?? new Map<string, Fix>();
  described.set(repository, known);
  const told = known.get(fix) ?? (await describeFix(view, fix));
  known.set(fix, told);
  return told;
}

async function describeFix(view: ViewOfObjects, fix: string): Promise<Fix> {
  const { stdout } = await askGit({
    ...view,
    args: ["show", "--no-patch", "--format=%P%x00%ct%x00%s", fix, "--"],
    what: `describe the fix ${fix}`,
  });
  const [parents = "", date = "0", title = ""] = stdout.toString("utf8").trimEnd().split("\0");
  const [parent, ...others] = parents.split(" ").filter((one) => one !== "");
  if (parent === undefined || others.length > 0) {
    return { title, date: Number(date), parent: null, files: [] };
  }
  const named = await askGit({
    ...view,
    args: ["diff-tree", "-r", "-z", "--name-only", "--no-renames", parent, fix, "--"],
    what: `list the files that ${fix} changes`,
  });
  const files = named.stdout.toString("utf8").split("\0").slice(0, -1);
  return { title, date: Number(date), parent, files };
}

async function isMissing(
  view: ViewOfObjects,
  { commit, guilty }: BackportWanted,
  { title, date }: Fix,
): Promise<"missing" | "there" | "not-needed"> {
  if (guilty !== null && !(await contains(view, commit, guilty))) return "not-needed";
  const { stdout } = await askGit({
    ...view,
    // A title is no pattern; that it is all of the subject is looked at below. The fix itself has it, too.
    args: [
      ...["log", "--format=%s", "--fixed-strings", `--grep=${title}`],
      ...[`--since=${date - year}`, "--max-count=64", commit, "--"],
    ],
    what: `look for ${title} in the history of ${commit}`,
  });
  return stdout.toString("utf8").split("\n").includes(title) ? "there" : "missing";
}

async function patchOver(
  view: ViewOfObjects,
  tree: string,
  fix: string,
): Promise<
  | { readonly result: "applies"; readonly patch: string }
  | { readonly result: "conflict" | "unfit"; readonly why: string }
> {
  const picked = await pickedTree(view, tree, fix);
  if (picked.tree === null) {
    return { result: "conflict", why: `it does not apply: conflicts in ${some(picked.conflicts)}` };
  }
  const made = await patchBetween(view, tree, picked.tree);
  return "patch" in made
    ? { result: "applies", patch: made.patch }
    : { result: "unfit", why: made.why };
}
