import { Failure } from "../failure/failure.ts";
import type { ProcessResult } from "../process/process.ts";
import { runProcess } from "../process/run.ts";
import type { Sandbox } from "../process/sandbox.ts";
import { troubleFailure } from "../workplace/trouble.ts";
import { type LogSummary, summarize } from "./build-log.ts";
import type { Compiler } from "./compiler.ts";
import type { Arch } from "./kernel.ts";

/** Where builds see a slot's folders: always the same, so that several slots build the same kernel. */
export const inside = {
  src: "/firstbad/src",
  out: "/firstbad/out",
  ccache: "/firstbad/ccache",
} as const;

/** No single file of a build is this long; a Makefile that fills the disk stops here. */
const fileBytes = 8 * 1024 ** 3;

/** What stays the same for all calls of make in one build. */
export interface MakeSetting {
  /** Folders on the host. */
  readonly src: string;
  readonly out: string;
  /** Folder of ccache's results, shared by all slots. */
  readonly ccache: string;
  readonly sandboxed: boolean;
  readonly arch: Arch;
  readonly compiler: Compiler;
  readonly jobs: number;
  readonly nice: number;
  /** Seconds that one call may take. */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  /** File that make's output goes to. */
  readonly log: string;
}

/** How a call of make ended, as far as it tells about the tree. */
export type Made = { readonly kind: "made" } | ({ readonly kind: "failed" } & LogSummary);

/** The folders as make sees them. */
export function seenFolders(setting: Pick<MakeSetting, "sandboxed" | "src" | "out" | "ccache">): {
  readonly src: string;
  readonly out: string;
  readonly ccache: string;
} {
  return setting.sandboxed ? inside : setting;
}

/**
 * Runs make for `targets`, with `variables` set in its environment, to its end.
 *
 * Throws a `Failure` where the output or the way it ended tells of trouble of this machine, its log's path
 * among the facts: `out-of-memory`, `disk-full`, `tool-missing`, `killed`, `build-infrastructure` where
 * the deadline passed; `interrupted` where the signal fired.
 */
export async function make(
  setting: MakeSetting,
  targets: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Made> {
  const seen = seenFolders(setting);
  const result = await runProcess({
    command: "make",
    args: [
      ...["-C", seen.src, `O=${seen.out}`, `ARCH=${setting.arch}`],
      ...compilerArguments(setting.compiler),
      ...[`-j${setting.jobs}`, "--", ...targets],
    ],
    env: { ...environment(setting, seen.ccache), ...variables },
    cwd: "/",
    stdout: { kind: "file", path: setting.log },
    stderr: "stdout",
    deadline: setting.deadline,
    nice: setting.nice,
    limits: { fileBytes },
    ...(setting.signal === undefined ? {} : { signal: setting.signal }),
    ...(setting.sandboxed ? { sandbox: sandboxOf(setting) } : {}),
  });
  throwIfCutOff(result, setting);
  if (result.exitCode === 0) return { kind: "made" };
  const summary = await summarize(setting.log, [seen.src, seen.out]);
  if (summary.trouble !== null) throw troubleFailure(summary.trouble, setting.log);
  return { kind: "failed", ...summary };
}

/** Read-only source: a build that wrote into it would change what the next one sees. */
function sandboxOf(setting: MakeSetting): Sandbox {
  const { folder } = setting.compiler;
  return {
    mounts: [
      { host: setting.src, inside: inside.src, writable: false },
      { host: setting.out, inside: inside.out, writable: true },
      { host: setting.ccache, inside: inside.ccache, writable: true },
      ...(folder === null ? [] : [{ host: folder, inside: folder, writable: false }]),
    ],
  };
}

function compilerArguments({ command, hostCommand, tools, ccache }: Compiler): string[] {
  const called = (program: string) => (ccache ? `ccache ${program}` : program);
  return [`CC=${called(command)}`, `HOSTCC=${called(hostCommand)}`, ...tools];
}

/** Whatever a kernel would write down about its build, fixed. */
export const buildVariables: Readonly<Record<string, string>> = {
  LC_ALL: "C",
  KBUILD_BUILD_TIMESTAMP: "Thu Jan  1 00:00:00 UTC 1970",
  KBUILD_BUILD_USER: "firstbad",
  KBUILD_BUILD_HOST: "firstbad",
  KBUILD_BUILD_VERSION: "1",
  // Set, though empty: without it a tree under version control gets a `+`.
  LOCALVERSION: "",
};

/** The whole environment of make; whatever a kernel would write down about its build is fixed. */
function environment(setting: MakeSetting, ccacheSeen: string): Record<string, string> {
  return {
    ...buildVariables,
    CCACHE_DIR: ccacheSeen,
    CCACHE_MAXSIZE: "10G",
    // Not CCACHE_DEPEND, though it saves a run of the preprocessor for each file that must be compiled:
    // without that run, files that differ in comments alone, or include such, would be compiled too.
    // What the compiler says of itself tells more than the time of its file, which ccache would compare.
    CCACHE_COMPILERCHECK: `string:${setting.compiler.identity}`,
  };
}

function throwIfCutOff(result: ProcessResult, { deadline, log }: MakeSetting): void {
  const facts = { log, seconds: Math.round(result.seconds) };
  if (result.ending === "aborted") {
    throw new Failure("interrupted", "interrupted while building a kernel", { facts });
  }
  if (result.ending === "deadline") {
    throw new Failure("build-infrastructure", `the build did not end within ${deadline} s`, {
      facts,
      hint: "allow builds more time, or look at the end of the log",
    });
  }
  if (result.outOfMemory) {
    throw new Failure("out-of-memory", "the build needed more memory than it may have", {
      facts,
      hint: "allow builds more memory, then resume",
    });
  }
  if (result.exitCode === null) {
    throw new Failure("killed", `make was killed by ${result.killedBy}`, {
      facts,
      hint: "see why (often: no memory left), then resume",
    });
  }
}
