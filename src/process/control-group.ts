import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Controller, findControllers } from "./controllers.ts";
import type { Limits } from "./process.ts";
import { isRunning } from "./process-tree.ts";

/** Seconds that a group which still holds an ending process is tried to be removed. */
const removalPatience = 1;
/** Longest pause between two tries, in milliseconds; the first is 1, as most are gone by then. */
const longestPause = 10;

let sequence = 0;
let swept = false;

/** Control groups around the processes of one run. */
export interface ControlGroup {
  /** The bounds of `Limits` that are enforced. */
  readonly enforced: readonly Controller["name"][];
  /** A process of one thread that writes `0` into each of these is in, and what it starts from then on is as well. */
  readonly joins: readonly string[];
  /** True where the kernel killed a process in here because of the memory bound. */
  outOfMemory(): boolean;
  /** Removes the groups; to be called when their processes have ended. Never throws. */
  remove(): Promise<void>;
}

/**
 * A group with the bounds of `limits` that this host lets us make below our own group; with control
 * groups of version 1, of version 2, and of both at once. A bound that cannot be made is not enforced.
 */
export function createControlGroup(limits: Limits): ControlGroup {
  const groups: { controller: Controller; folder: string }[] = [];
  if (limits.memoryBytes !== undefined || limits.processes !== undefined) {
    const controllers = findControllers();
    if (!swept) sweep(controllers);
    const name = `firstbad-${process.pid}-${sequence++}`;
    for (const controller of controllers) {
      // Two processes of bubblewrap itself are in there too.
      const bound = controller.name === "memory" ? limits.memoryBytes : plus(limits.processes, 2);
      const folder = join(controller.parent, name);
      if (bound !== undefined && make(folder, controller, bound))
        groups.push({ controller, folder });
    }
  }
  return {
    enforced: groups.map(({ controller }) => controller.name),
    joins: groups.map(({ controller, folder }) => join(folder, controller.entry)),
    outOfMemory: () =>
      groups.some(({ controller, folder }) => {
        const file = controller.name === "memory" ? controller.events : null;
        return file !== null && /^oom_kill [1-9]/m.test(tryRead(join(folder, file)));
      }),
    remove: async () => {
      for (const { folder } of groups) await removeGroup(folder);
    },
  };
}

function plus(value: number | undefined, more: number): number | undefined {
  return value === undefined ? undefined : value + more;
}

function make(folder: string, controller: Controller, bound: number): boolean {
  try {
    mkdirSync(folder);
  } catch {
    return false;
  }
  if (tryWrite(join(folder, controller.bound), `${bound}`)) return true;
  tryRemove(folder);
  return false;
}

async function removeGroup(folder: string): Promise<void> {
  const until = performance.now() + removalPatience * 1000;
  for (let pause = 1; !tryRemove(folder); pause = Math.min(longestPause, 2 * pause)) {
    if (performance.now() > until) return;
    await delay(pause);
  }
}

/** Removes the empty groups of firstbad processes that were killed before they could. */
function sweep(controllers: readonly Controller[]): void {
  swept = true;
  for (const { parent } of controllers) {
    for (const entry of readdirSync(parent)) {
      const owner = /^firstbad-(\d+)-\d+$/.exec(entry)?.[1];
      if (owner !== undefined && !isRunning(Number(owner))) tryRemove(join(parent, entry));
    }
  }
}

/** True where the folder is gone. A control group's files go with it; one that has processes stays. */
function tryRemove(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

function tryWrite(file: string, text: string): boolean {
  try {
    writeFileSync(file, text);
    return true;
  } catch {
    return false;
  }
}

function tryRead(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
