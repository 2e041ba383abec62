import { readdirSync, readFileSync } from "node:fs";
import { send } from "../../src/process/process-tree.ts";

/**
 * Kills what tests have left running, and returns the command lines: all that has `folder` for its temporary
 * folder, but not this process, and not its children, which are vitest's own. A program that outlives its tests may
 * hold their output open, and whoever waits for the end of that waits for ever.
 */
export function endLeftBehind(folder: string): string[] {
  const left = readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && isLeftBehind(pid, `TMPDIR=${folder}`));
  return left.map((pid) => {
    const command = textOf(pid, "cmdline").replaceAll("\0", " ").trim();
    send(pid, "SIGKILL");
    return command;
  });
}

function isLeftBehind(pid: number, variable: string): boolean {
  const isOfTests = textOf(pid, "environ").split("\0").includes(variable);
  return isOfTests && !textOf(pid, "status").includes(`\nPPid:\t${process.pid}\n`);
}

/** Empty where the process has ended, or is another user's. */
function textOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return "";
  }
}
