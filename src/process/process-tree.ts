import { readdirSync, readFileSync } from "node:fs";

/**
 * The ids of all processes below `root`, by the parent ids in `/proc`; `root` itself is not among them.
 * A process whose parent has ended is found only inside a process namespace, where it becomes a child
 * of the namespace's first process.
 */
export function descendantsOf(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = statOf(Number(entry))?.parent;
    if (parent === undefined) continue;
    const siblings = children.get(parent);
    if (siblings) siblings.push(Number(entry));
    else children.set(parent, [Number(entry)]);
  }
  const found: number[] = [];
  const next = [root];
  for (let pid = next.pop(); pid !== undefined; pid = next.pop()) {
    const below = children.get(pid) ?? [];
    found.push(...below);
    next.push(...below);
  }
  return found;
}

/** True while a process runs; a zombie no longer does. */
export function isRunning(pid: number): boolean {
  const state = statOf(pid)?.state;
  return state !== undefined && state !== "Z" && state !== "X";
}

/** Sends a signal to a process, or to a process group where `pid` is negative; false if it was gone. */
export function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/**
 * Ends a process group and everything below its leader, also what moved to a session of its own.
 * Best effort: a process that both changed its session and lost its parent is out of sight. In a sandbox
 * nothing is, since all end with the process namespace.
 */
export function killTree(leader: number, signal: NodeJS.Signals): void {
  // Found before anything ends: the children of an ended process no longer name it as their parent.
  const below = descendantsOf(leader);
  send(-leader, signal);
  for (const pid of below) send(pid, signal);
}

/** When a process started, in clock ticks since boot; null where there is none. */
export function startOf(pid: number): number | null {
  return statOf(pid)?.start ?? null;
}

/**
 * State, parent and start time from `/proc/PID/stat` (proc(5): fields 3, 4 and 22); the name before them
 * may hold any byte but ends at the last `)`.
 */
function statOf(pid: number): { state: string; parent: number; start: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [state, parent] = fields;
    return state ? { state, parent: Number(parent), start: Number(fields[19]) } : null;
  } catch {
    return null;
  }
}
