import { Failure } from "../failure/failure.ts";
import { runProcess } from "../process/run.ts";
import { parseMaintainers, type Recipients } from "./recipients.ts";

/** Seconds that the script gets; it reads one file and matches the patch against it. */
const deadline = 60;
/** Where a kernel tree lies inside the sandbox. */
const insideFolder = "/firstbad/src";

/** Whose maintainers are asked for. */
export interface MaintainersQuestion {
  /** A kernel tree with `scripts/get_maintainer.pl`: absolute path of the host. */
  readonly treeFolder: string;
  /** A patch against it. */
  readonly patch: Uint8Array;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The maintainers, reviewers and lists for a patch, as the tree's own script tells them. The script is
 * part of what is tested and may be hostile: it runs in a sandbox that sees the tree, read-only, and
 * without git, whose answers it would need a repository for.
 *
 * Null where there is nothing to learn: no script, no perl, no sandbox, or the script fails or takes
 * more than 60 seconds. Throws `sandbox-failed` or `interrupted`.
 */
export async function maintainersOf(question: MaintainersQuestion): Promise<Recipients | null> {
  const result = await run(question);
  if (result === null) return null;
  if (result.ending === "aborted") {
    throw new Failure("interrupted", "interrupted while asking for the maintainers");
  }
  return result.exitCode === 0 ? parseMaintainers(result.stdout.toString("utf8")) : null;
}

async function run({ treeFolder, patch, signal }: MaintainersQuestion) {
  try {
    return await runProcess({
      command: "perl",
      args: [
        "scripts/get_maintainer.pl",
        "--no-git",
        "--no-git-fallback",
        "--no-rolestats",
        "--roles",
      ],
      cwd: insideFolder,
      env: { LC_ALL: "C" },
      stdin: patch,
      sandbox: { mounts: [{ host: treeFolder, inside: insideFolder, writable: false }] },
      limits: { memoryBytes: 1 << 30, processes: 64 },
      deadline,
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (error instanceof Failure && error.code === "tool-missing") return null;
    throw error;
  }
}
