import { Failure } from "../failure/failure.ts";
import { bwrapArguments } from "./bwrap-arguments.ts";
import { findTool, toolMissing } from "./find-tool.ts";
import { sandboxMark } from "./orphans.ts";
import type { ProcessSpec } from "./process.ts";
import { readSystemFolders } from "./system-folders.ts";

/** PATH inside a sandbox, where the spec gives none. */
export const sandboxPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Descriptors of a sandboxed launch; 0 to 2 are the program's own. */
export const statusDescriptor = 3;
export const readyDescriptor = 4;

/** Goes into the groups whose files are named before `--`, as far as it may, and becomes what follows. */
const inGroups = `while [ "$1" != -- ]; do { echo 0 >"$1"; } 2>/dev/null; shift; done; shift; exec "$@"`;

/**
 * Becomes the command that follows once it has read a line. Bubblewrap's own `--block-fd` would do for
 * that, but for this: where we are killed it reads the end of file, and starts the program all the same.
 */
const onceReady = [
  "sh",
  "-c",
  `read -r go <&${readyDescriptor} && exec "$@" ${readyDescriptor}<&-`,
  "sh",
];

/** What is really spawned for a {@link ProcessSpec}. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
}

/**
 * The command line for `spec`: a shell that goes into control groups, `nice`, `prlimit` and `bwrap`, as far
 * as they are asked for, then the program. Each replaces itself by the next, so the process id stays the
 * same.
 *
 * `joins`: of the control group. Throws `sandbox-failed` where `bwrap` is not there, and `tool-missing` where one of the others, or a
 * program outside the sandbox, is not.
 */
export function launchOf(spec: ProcessSpec, joins: readonly string[]): Launch {
  const path = process.env.PATH ?? sandboxPath;
  const bwrap = spec.sandbox ? requiredBwrap(path) : null;
  const words: string[] = [];
  if (joins.length > 0) words.push(required("sh", path), "-c", inGroups, "sh", ...joins, "--");
  if (spec.nice !== undefined && spec.nice > 0) {
    words.push(required("nice", path), "-n", `${spec.nice}`);
  }
  const bounds = resourceLimits(spec);
  if (bounds.length > 0) words.push(required("prlimit", path), ...bounds);
  if (spec.sandbox && bwrap !== null) {
    words.push(bwrap);
    const cwd = spec.cwd ?? "/tmp";
    const system = readSystemFolders();
    words.push(...bwrapArguments(spec.sandbox, cwd, system, statusDescriptor, sandboxMark()));
    if (spec.ready !== undefined) words.push(...onceReady);
    words.push(spec.command);
  } else {
    words.push(required(spec.command, spec.env?.PATH ?? path));
  }
  words.push(...spec.args);
  return {
    command: words[0]!,
    args: words.slice(1),
    env: { PATH: spec.sandbox ? sandboxPath : path, ...spec.env },
    cwd: spec.sandbox ? undefined : spec.cwd,
  };
}

/** A sandboxed program never dumps core: an aborting UML kernel would write its whole memory. */
function resourceLimits(spec: ProcessSpec): string[] {
  const bounds: string[] = [];
  if (spec.limits?.fileBytes !== undefined) bounds.push(`--fsize=${spec.limits.fileBytes}`);
  if (spec.sandbox) bounds.push("--core=0");
  return bounds;
}

function required(command: string, path: string): string {
  const found = findTool(command, path);
  if (found === null) throw toolMissing(command);
  return found;
}

function requiredBwrap(path: string): string {
  const found = findTool("bwrap", path);
  if (found !== null) return found;
  throw new Failure("sandbox-failed", "no sandbox can be made: the program bwrap is not there", {
    facts: { program: "bwrap" },
    hint: "apt-get install bubblewrap",
  });
}
