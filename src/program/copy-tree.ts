import { rm } from "node:fs/promises";
import { Failure } from "../failure/failure.ts";
import { isDiskFull } from "../process/disk-room.ts";
import { runProcess } from "../process/run.ts";

/**
 * Copies all that is in the folder `from` into the folder `to`, which is there and empty; links stay
 * links. Where the file system can, blocks are shared.
 *
 * Throws `disk-full`, `build-infrastructure` with cp's words, or `interrupted`.
 */
export async function copyTree(from: string, to: string, signal: AbortSignal): Promise<void> {
  const result = await runProcess({
    command: "cp",
    args: ["-a", "--reflink=auto", "--", `${from}/.`, to],
    signal,
  });
  if (result.exitCode === 0) return;
  if (result.ending === "aborted") {
    throw new Failure("interrupted", "interrupted while copying a tree");
  }
  if (await isDiskFull(to)) {
    throw new Failure("disk-full", `no space left in ${to}`, {
      facts: { folder: to },
      hint: "free some space, then resume",
    });
  }
  const said = result.stderr.toString("utf8").split("\n").slice(0, 5).join("\n");
  throw new Failure("build-infrastructure", `a built tree cannot be copied: ${said}`, {
    facts: { from, to },
    hint: "see what of the built tree this user may not read",
  });
}

/** Removes the folder `path` and all below it, folders that nobody may write to as well. */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EACCES" && code !== "EPERM") throw error;
    await runProcess({ command: "chmod", args: ["-R", "u+rwX", "--", path] });
    await rm(path, { recursive: true, force: true });
  }
}
