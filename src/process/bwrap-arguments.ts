import { fileURLToPath } from "node:url";
import type { Sandbox } from "./sandbox.ts";
import type { SystemFolders } from "./system-folders.ts";

const defaultTmpBytes = 2 * 1024 ** 3;
const defaultShmBytes = 256 * 1024 ** 2;

/** Our own accounts, shown in place of the host's. */
const accounts = ["passwd", "group"].map((name) => ({
  host: fileURLToPath(new URL(`./etc/${name}`, import.meta.url)),
  inside: `/etc/${name}`,
}));

/**
 * The arguments of `bwrap` (0.7 or later) up to and including `--`, without the program's own.
 *
 * Pure. Namespaces for users, processes, network, IPC, host name and control groups are all new, so that
 * it works the same for root and for a user without rights; every capability is dropped. Memory that the
 * sandbox's own folders can take is bounded, and its root is read-only. `mark`: see `sandboxMark`. `status`:
 * the descriptor to which it writes its first process's id, and the exit code if the program was started.
 */
export function bwrapArguments(
  sandbox: Sandbox,
  cwd: string,
  system: SystemFolders,
  status: number,
  mark: string,
): string[] {
  return [
    ...isolationArguments(system),
    ...["--unsetenv", mark],
    ...accounts.flatMap(({ host, inside }) => ["--ro-bind", host, inside]),
    ...placeArguments(sandbox, cwd),
    ...["--json-status-fd", `${status}`, "--"],
  ];
}

/** What is the same for all sandboxes: the namespaces, and what is shown of the system. */
export function isolationArguments(system: SystemFolders): string[] {
  return [
    ...["--unshare-all", "--die-with-parent", "--new-session"],
    ...["--uid", "0", "--gid", "0", "--cap-drop", "ALL", "--hostname", "firstbad"],
    ...system.shown.flatMap((path) => ["--ro-bind", path, path]),
    ...system.links.flatMap(({ path, target }) => ["--symlink", target, path]),
    ...["--proc", "/proc", "--dev", "/dev"],
  ];
}

/** What is one sandbox's own, and the folder that its program begins in. */
export function placeArguments(sandbox: Sandbox, cwd: string): string[] {
  return [
    ...(sandbox.devices ?? []).flatMap((path) => ["--dev-bind", path, path]),
    ...memoryFolder("/dev/shm", sandbox.shmBytes ?? defaultShmBytes),
    ...memoryFolder("/tmp", sandbox.tmpBytes ?? defaultTmpBytes),
    ...(sandbox.memoryFolders ?? []).flatMap(({ inside, bytes }) => memoryFolder(inside, bytes)),
    ...(sandbox.links ?? []).flatMap(({ inside, target }) => ["--symlink", target, inside]),
    ...sandbox.mounts.flatMap(({ host, inside, writable }) => [
      writable ? "--bind" : "--ro-bind",
      host,
      inside,
    ]),
    // Last: bubblewrap makes the mount points above in this root, which is memory without a bound.
    ...["--remount-ro", "/", "--chdir", cwd],
  ];
}

/** `--perms` and `--size` apply to the next `--tmpfs` only. */
function memoryFolder(inside: string, bytes: number): string[] {
  return ["--perms", "1777", "--size", `${bytes}`, "--tmpfs", inside];
}
