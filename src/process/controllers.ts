import { accessSync, constants, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A control group controller below which a group can be made. */
export interface Controller {
  readonly name: "memory" | "pids";
  /** Existing folder for new groups: our own group, so that a bound set on us still holds. */
  readonly parent: string;
  /** File of a group into which a process writes `0` to be moved there. */
  readonly entry: string;
  /** File of a group that takes the bound. */
  readonly bound: string;
  /** File of a group that has a line `oom_kill N`, or null. */
  readonly events: string | null;
}

/** Where this process is in one hierarchy, and what that hierarchy controls. */
interface Hierarchy {
  readonly version: 1 | 2;
  /** Controllers of version 1; those of version 2 are named in files. */
  readonly controllers: readonly string[];
  /** Folder of the file system's root, and of our own group. */
  readonly mount: string;
  readonly own: string;
}

/**
 * The controllers that this process may use, from `/proc/self/cgroup` and `/proc/self/mountinfo`
 * (cgroups(7), proc(5)). Empty where there is none or no right to.
 */
export function findControllers(): Controller[] {
  const hierarchies = readHierarchies();
  const found: Controller[] = [];
  for (const name of ["memory", "pids"] as const) {
    for (const hierarchy of hierarchies) {
      const controller = hierarchy.version === 1 ? first(hierarchy, name) : second(hierarchy, name);
      if (controller === null || !isWritable(controller.parent)) continue;
      found.push(controller);
      break;
    }
  }
  return found;
}

function first(hierarchy: Hierarchy, name: Controller["name"]): Controller | null {
  if (!hierarchy.controllers.includes(name)) return null;
  const parent = hierarchy.own;
  // A thread that moves itself waits for nobody; a whole process, for an RCU grace period of 5 to 15 ms.
  const entry = "tasks";
  return name === "memory"
    ? { name, parent, entry, bound: "memory.limit_in_bytes", events: "memory.oom_control" }
    : { name, parent, entry, bound: "pids.max", events: null };
}

/**
 * Version 2 has no processes beside groups with controllers, so where ours is a leaf, a new group stands
 * beside it: allowed only where ours has no bound of its own that this would escape.
 */
function second(hierarchy: Hierarchy, name: Controller["name"]): Controller | null {
  const bound = name === "memory" ? "memory.max" : "pids.max";
  const events = name === "memory" ? "memory.events" : null;
  const own = hierarchy.own;
  const entry = "cgroup.procs";
  if (handsDown(own, name)) return { name, parent: own, entry, bound, events };
  const above = dirname(own);
  const unbounded = read(join(own, bound)).trim() === "max";
  if (own !== hierarchy.mount && unbounded && handsDown(above, name)) {
    return { name, parent: above, entry, bound, events };
  }
  return null;
}

function handsDown(folder: string, name: string): boolean {
  return read(join(folder, "cgroup.subtree_control")).trim().split(" ").includes(name);
}

function readHierarchies(): Hierarchy[] {
  const mounts = read("/proc/self/mountinfo").split("\n").flatMap(parseMount);
  return read("/proc/self/cgroup")
    .split("\n")
    .flatMap((line): Hierarchy[] => {
      // `ID:CONTROLLERS:PATH`; version 2 is `0::PATH`.
      const [, controllers, ...path] = line.split(":");
      if (controllers === undefined || path.length === 0) return [];
      const names = controllers === "" ? [] : controllers.split(",");
      const version = controllers === "" ? 2 : 1;
      const mount = mounts.find(
        (candidate) =>
          candidate.version === version && names.every((name) => candidate.options.includes(name)),
      );
      if (!mount) return [];
      const group = path.join(":");
      // The mount may show only a part of the hierarchy; a group outside of it is out of reach.
      const inside = mount.root === "/" ? group : below(group, mount.root);
      if (inside === null) return [];
      return [
        { version, controllers: names, mount: mount.folder, own: join(mount.folder, inside) },
      ];
    });
}

function below(path: string, root: string): string | null {
  if (path === root) return "/";
  return path.startsWith(`${root}/`) ? path.slice(root.length) : null;
}

/** `ID PARENT MAJ:MIN ROOT FOLDER OPTIONS … - TYPE SOURCE OPTIONS`. */
function parseMount(
  line: string,
): { version: 1 | 2; root: string; folder: string; options: string[] }[] {
  const [before, after] = line.split(" - ");
  const [, , , root, folder] = before?.split(" ") ?? [];
  const [type, , options] = after?.split(" ") ?? [];
  if (root === undefined || folder === undefined) return [];
  if (type !== "cgroup" && type !== "cgroup2") return [];
  return [{ version: type === "cgroup" ? 1 : 2, root, folder, options: options?.split(",") ?? [] }];
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
