import { askGit } from "../history/git.ts";
import { isBuildInput } from "../history/graph-compiled.ts";
import type { Repository } from "../history/repository.ts";
import { isLoader } from "./objects/manifest.ts";

/** Bytes of git's list of changes; a release changes 2 MB. */
const mostBytes = 16 << 20;

/**
 * Why the builds of two commits may differ in more than C files that are compiled; null where they do not.
 * `compiled` are the files that either has read.
 *
 * A file that was added, removed or made another kind of file may change what is linked, as some Makefiles
 * look for files. Throws `git-failed` or `interrupted`.
 */
export async function changesMoreThanCode(
  repository: Repository,
  one: string,
  other: string,
  compiled: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<string | null> {
  const { stdout } = await askGit({
    gitDir: repository.gitDir,
    cwd: repository.gitDir,
    args: [
      ...["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-ext-diff", "--no-textconv"],
      ...["--end-of-options", one, other],
    ],
    stdout: { kind: "capture", limit: mostBytes + 1 },
    what: `compare ${one} with ${other}`,
    signal,
  });
  if (stdout.length > mostBytes) return "far too many files differ";
  const fields = stdout.toString("utf8").split("\0");
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const why = reason(fields[at] as string, fields[at + 1] as string, compiled);
    if (why !== null) return why;
  }
  return null;
}

/** `change` is `:OLD-MODE NEW-MODE OLD-ID NEW-ID STATUS`. */
function reason(change: string, path: string, compiled: ReadonlySet<string>): string | null {
  if (isBuildInput(path)) return `${path} differs, which builds may go by`;
  const [oldMode = "", newMode = "", , , status = ""] = change.slice(1).split(" ");
  if (!compiled.has(path)) return null;
  if (isLoader(path)) return `${path} differs, which unpacks the kernel`;
  if (status !== "M" || oldMode !== newMode)
    return `${path} is not there in both, or of another kind`;
  return /\.[ch]$/.test(path) ? null : `${path} differs, which is no C`;
}
