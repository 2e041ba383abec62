import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { Failure } from "../failure/failure.ts";

/** Debian packages of the programs that firstbad calls. */
const packages: Readonly<Record<string, string>> = {
  "aarch64-linux-gnu-gcc": "gcc-aarch64-linux-gnu libc6-dev-arm64-cross",
  addr2line: "binutils",
  ar: "binutils",
  as: "binutils",
  bc: "bc",
  bison: "bison",
  busybox: "busybox-static",
  ccache: "ccache",
  clang: "clang",
  flex: "flex",
  gcc: "gcc libc6-dev",
  git: "git",
  ld: "binutils",
  make: "make",
  nice: "coreutils",
  nm: "binutils",
  objcopy: "binutils",
  objdump: "binutils",
  perl: "perl",
  prlimit: "util-linux",
  "qemu-system-aarch64": "qemu-system-arm",
  "qemu-system-x86_64": "qemu-system-x86",
  ssh: "openssh-client",
};

/**
 * The absolute path of an executable file: `command` itself if it is a path, else the first of that name
 * in `path` (as in `$PATH`); null where there is none.
 */
export function findTool(command: string, path: string): string | null {
  if (command.includes("/")) return isExecutable(command) ? command : null;
  for (const folder of path.split(delimiter)) {
    if (isAbsolute(folder) && isExecutable(join(folder, command))) return join(folder, command);
  }
  return null;
}

/** What the system says where a file is neither a program of this machine nor a script. */
export const notAProgram = "Exec format error";

/** The `tool-missing` failure for a program that cannot be started; its fact `why` is the system's word. */
export function toolMissing(
  command: string,
  why = "No such file or directory",
  cause?: unknown,
): Failure {
  const name = command.slice(command.lastIndexOf("/") + 1);
  const packageName = Object.hasOwn(packages, name) ? packages[name] : undefined;
  return new Failure("tool-missing", `the program ${command} cannot be started: ${why}`, {
    facts: { program: command, why },
    hint: packageName ? `apt-get install ${packageName}` : `install ${name}, or put it on PATH`,
    ...(cause === undefined ? {} : { cause }),
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
