import { readFileSync } from "node:fs";
import { createControlGroup } from "../process/control-group.ts";
import { findTool } from "../process/find-tool.ts";
import { runProcess } from "../process/run.ts";
import { sandboxAvailability } from "../process/sandbox-available.ts";
import { degraded, type Finding, missing, ok, type Surroundings } from "./check.ts";

/** Settings that forbid users what a sandbox is made of, and the value that allows it. */
const switches = [
  { setting: "kernel.unprivileged_userns_clone", forbids: "0", allows: "1" },
  { setting: "kernel.apparmor_restrict_unprivileged_userns", forbids: "1", allows: "0" },
  { setting: "user.max_user_namespaces", forbids: "0", allows: "10000" },
] as const;

/** Makes a sandbox. */
export async function lookForSandbox({ path }: Surroundings): Promise<Finding> {
  const made = await sandboxAvailability();
  if (made.available) return ok(`${findTool("bwrap", path)} makes one`);
  if (findTool("bwrap", path) === null) {
    return missing("bubblewrap is not there", "apt-get install bubblewrap");
  }
  return missing(made.why.message, sandboxFix(settingOf));
}

/** What lets bubblewrap do its work; `read` gives a setting of the kernel, or null. Pure. */
export function sandboxFix(read: (setting: string) => string | null): string {
  const wrong = switches.find(({ setting, forbids }) => read(setting) === forbids);
  if (wrong !== undefined) return `sysctl -w ${wrong.setting}=${wrong.allows}`;
  // It tells by itself what it lacks.
  return "bwrap --unshare-all --ro-bind / / true";
}

/** Runs a program in a sandbox's own memory file system, as a machine does with its guest's memory. */
export async function lookForGuestMemory(): Promise<Finding> {
  const { exitCode, stderr } = await runProcess({
    command: "sh",
    args: ["-c", "cp /bin/true /dev/shm/program && /dev/shm/program"],
    sandbox: { mounts: [], shmBytes: 256 * 1024 ** 2 },
    deadline: 20,
  });
  if (exitCode === 0) return ok("a sandbox has its own, and programs run in it");
  const said = stderr.toString("utf8").trim().split("\n", 1)[0];
  return missing(`no program runs in it: ${said}`, "mount -o remount,exec /dev/shm");
}

/** Makes a control group with each bound. */
export async function lookForControlGroups(): Promise<Finding> {
  const group = createControlGroup({ memoryBytes: 1024 ** 3, processes: 64 });
  await group.remove();
  return judgeControlGroups(group.enforced, process.getuid?.() === 0);
}

/** What is said where these bounds are `enforced`. Pure. */
export function judgeControlGroups(
  enforced: readonly ("memory" | "pids")[],
  root: boolean,
): Finding {
  const names = { memory: "memory", pids: "number of processes" };
  const there = enforced.map((name) => names[name]);
  if (there.length === 2) return ok(`enforced: ${there.join(", ")}`);
  const found = there.length === 0 ? "nothing can be enforced" : `enforced only: ${there.join()}`;
  const fix = root
    ? "mount -o remount,rw /sys/fs/cgroup"
    : "systemd-run --user --scope -- firstbad bisect";
  return degraded(found, fix);
}

function settingOf(setting: string): string | null {
  try {
    return readFileSync(`/proc/sys/${setting.replaceAll(".", "/")}`, "utf8").trim();
  } catch {
    return null;
  }
}
