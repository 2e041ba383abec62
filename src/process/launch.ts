import { Failure } from "../failure/failure.ts";
import { bwrapArguments } from "./bwrap-arguments.ts";
import { findTool, toolMissing } from "./find-tool.ts";
import { sandboxMark } from "./orphans.ts";
import type { ProcessSpec } from "./process.ts";
import { readSystemFolders } from "./system-folders.ts";

/** PATH inside a sandbox, where the spec gives none. */
const sandboxPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Descriptors of a sandboxed launch; 0 to 2 are the program's own. */
export const statusDescriptor = 3;
export const blockDescriptor = 4;

/** What is really spawned for a {@link ProcessSpec}. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
}

/**
 * The command line for `spec`: `nice`, `prlimit` and `bwrap`, as far as they are asked for, then the
 * program. Each replaces itself by the next, so the process id stays the same.
 *
 * `blocked`: the sandbox waits for a byte on {@link blockDescriptor} before it starts the program.
 * Throws `sandbox-failed` where `bwrap` is not there, and `tool-missing` where one of the others, or a
 * program outside the sandbox, is not.
 */
export function launchOf(spec: ProcessSpec, blocked: boolean): Launch {
  const path = process.env.PATH ?? sandboxPath;
  const bwrap = spec.sandbox ? requiredBwrap(path) : null;
  const words: string[] = [];
  if (spec.nice !== undefined && spec.nice > 0) {
    words.push(required("nice", path), "-n", `${spec.nice}`);
  }
  const bounds = resourceLimits(spec);
  if (bounds.length > 0) words.push(required("prlimit", path), ...bounds);
  if (spec.sandbox && bwrap !== null) {
    words.push(bwrap);
    const descriptors = { status: statusDescriptor, block: blocked ? blockDescriptor : null };
    const cwd = spec.cwd ?? "/tmp";
    const system = readSystemFolders();
    words.push(...bwrapArguments(spec.sandbox, cwd, system, descriptors, sandboxMark()));
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
