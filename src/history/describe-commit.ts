import type { EventOf } from "../event/index.ts";
import { askGit } from "./git.ts";
import type { Abortable, Repository } from "./repository.ts";

/** Bytes of a message that are kept; a longer one loses its middle. */
const messageLimit = 1 << 20;
/** Files that the statistics of a commit name; git ends a longer list with ` ...`. */
const maxFiles = 1000;
/** Bytes of a patch that are kept. */
const patchLimit = 16 << 20;

/** Whether the commit is to be described as the culprit, with the files that it changes. */
export interface Description extends Abortable {
  readonly culprit: boolean;
}

/**
 * The commit `hash` (full) in words, as an event tells it: times in git's default format and in the
 * author's time zone, text as UTF-8 whatever its encoding. Of a culprit also the lines of
 * `git show --stat`, 80 columns wide; a merge is compared with its first parent. The recipients are
 * left to `recipients.ts`.
 *
 * Throws `git-failed` (a hash that is not there among it) or `interrupted`.
 */
export async function describeCommit(
  repository: Repository,
  hash: string,
  { culprit, signal }: Description,
): Promise<EventOf<"commit-described">> {
  const { stdout } = await askGit({
    gitDir: repository.gitDir,
    cwd: repository.gitDir,
    // Nothing in a commit contains NUL; the message comes last, so that only it can be cut.
    args: [
      ...show,
      "--no-patch",
      "--date=default",
      "--format=%P%x00%an%x00%ae%x00%ad%x00%s%x00%B",
      hash,
      "--",
    ],
    stdout: { kind: "capture", limit: messageLimit },
    what: `describe the commit ${hash}`,
    signal,
  });
  const [parents = "", name = "", email = "", authored = "", subject = "", ...message] = stdout
    .toString("utf8")
    .split("\0");
  return {
    kind: "commit-described",
    commit: hash,
    parents: parents.split(" ").filter((parent) => parent !== ""),
    subject,
    message: message.join("").trimEnd(),
    author: { name, email },
    authored,
    diffstat: culprit ? await statistics(repository, hash, signal) : null,
    recipients: null,
  };
}

/**
 * What the commit `hash` (full) changes, as `git show` prints it with its message: what
 * `maintainersOf` takes. At most 16 MiB; the middle of a larger patch is left out.
 * Throws `git-failed` or `interrupted`.
 */
export async function readPatch(
  repository: Repository,
  hash: string,
  { signal }: Abortable = {},
): Promise<Buffer> {
  const { stdout } = await askGit({
    gitDir: repository.gitDir,
    cwd: repository.gitDir,
    args: [...show, "--patch", hash, "--"],
    stdout: { kind: "capture", limit: patchLimit },
    what: `show the commit ${hash}`,
    signal,
  });
  return stdout;
}

const show = ["show", "--no-ext-diff", "--no-textconv", "--no-notes", "--no-color"];

async function statistics(
  repository: Repository,
  hash: string,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const { stdout } = await askGit({
    gitDir: repository.gitDir,
    cwd: repository.gitDir,
    args: [...show, "--format=", "--stat", `--stat-count=${maxFiles}`, hash, "--"],
    what: `list the files that ${hash} changes`,
    signal,
  });
  return stdout.toString("utf8").split("\n").slice(0, -1);
}
