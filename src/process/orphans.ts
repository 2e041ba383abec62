import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { isRunning, send, startOf } from "./process-tree.ts";

/** Seconds that killed orphans get to be gone. */
const patience = 5;

/**
 * A mark for bubblewrap's command line that names the firstbad process which a sandbox belongs to: its
 * process namespace, id, and start time in ticks since boot, which no later process of that id shares.
 * It is given as the name of an environment variable to be unset, which does nothing.
 */
export function sandboxMark(): string {
  return `FIRSTBAD_SANDBOX_OF_${namespaceId()}_${process.pid}_${startOf(process.pid) ?? 0}`;
}

let ended: Promise<void> | null = null;

/**
 * Ends the sandboxes of firstbad processes that are no more; once per process.
 *
 * A sandbox ends with its parent by itself, but for the milliseconds in which bubblewrap still sets it
 * up: its inner process asks for that signal only at the end (bwrap 0.8, `do_init`). Whoever kills
 * firstbad just then leaves a program without a deadline, which may write where the next one builds.
 */
export function endOrphans(): Promise<void> {
  ended ??= killOrphans();
  return ended;
}

async function killOrphans(): Promise<void> {
  const orphans = readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter(isOrphan);
  for (const pid of orphans) send(pid, "SIGKILL");
  const until = performance.now() + patience * 1000;
  while (orphans.some(isRunning) && performance.now() < until) await delay(5);
}

function isOrphan(pid: number): boolean {
  const mark = markOf(pid);
  if (mark === null || mark.namespace !== namespaceId()) return false;
  return startOf(mark.pid) !== mark.start || !isRunning(mark.pid);
}

function markOf(pid: number): { namespace: string; pid: number; start: number } | null {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0");
    // Only of bubblewrap and what becomes it: a program may have anything among its arguments.
    const option = command.indexOf("--unsetenv");
    if (option === -1 || !/\/(?:nice|prlimit|bwrap)$/.test(command[0] ?? "")) return null;
    const found = /^FIRSTBAD_SANDBOX_OF_(\d+)_(\d+)_(\d+)$/.exec(command[option + 1] ?? "");
    if (found === null) return null;
    const [, namespace, owner, start] = found;
    return { namespace: namespace!, pid: Number(owner), start: Number(start) };
  } catch {
    return null;
  }
}

/** The inode of our process namespace: elsewhere the same id is another process. */
function namespaceId(): string {
  return readlinkSync("/proc/self/ns/pid").replace(/\D/g, "");
}
