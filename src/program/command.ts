import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { basename, dirname } from "node:path";
import { Failure } from "../failure/failure.ts";
import type { ProgramJob } from "../job/schema.ts";
import type { ProcessResult, ProcessSpec } from "../process/process.ts";
import { runProcess } from "../process/run.ts";
import type { Mount } from "../process/sandbox.ts";
import type { CommandEnd, Isolation } from "./program.ts";
import { watchWrites } from "./write-watch.ts";

/** Where a command sees the tree, and the files of the job; in a sandbox always the same. */
const inside = { tree: "/firstbad/src", inputs: "/firstbad/inputs" } as const;

/** No single file grows longer than this. */
const fileBytes = 8 * 1024 ** 3;

/** How `$INPUTS` is written at the beginning of a predicate's word. */
const inputsWord = "$INPUTS/";

/** One command of a job, in a tree. */
export interface Command {
  readonly job: ProgramJob["program"];
  readonly isolation: Isolation;
  /** Folder on the host; the command may write into it. */
  readonly tree: string;
  readonly words: readonly string[];
  /** File that its output goes to. */
  readonly output: string;
  readonly seconds: number;
  readonly signal: AbortSignal;
  /** The command is started when this resolves; what takes time besides is done meanwhile. Absent: at once. */
  readonly ready?: Promise<unknown>;
}

/** The words that run `line` in a shell. */
export function shellWords(line: string): readonly string[] {
  return ["sh", "-c", line];
}

/** The words of a predicate, with the folder of the job's files for `$INPUTS`. */
export function predicateWords(
  words: readonly string[],
  job: ProgramJob["program"],
  isolation: Isolation,
): readonly string[] {
  const [first] = job.files;
  if (first === undefined) return words;
  // All files were copied into one folder when the bisection began.
  const folder = isolation === "sandbox" ? inside.inputs : dirname(first);
  return words.map((word) =>
    word.startsWith(inputsWord) ? `${folder}/${word.slice(inputsWord.length)}` : word,
  );
}

/** The path at which builds and runs see their tree. */
export function seenTree(tree: string, isolation: Isolation): string {
  return isolation === "sandbox" ? inside.tree : tree;
}

/**
 * Runs one command to its end, and says how that was. Nothing it started is left behind; in a sandbox that
 * is exact, and it sees nothing of the host but its tree, the job's files and the system's tools.
 *
 * Throws `interrupted` where the signal fired, `out-of-memory` where the host had no memory left,
 * `disk-full` where it had no room, and what `ready` and `runProcess` throw.
 */
export async function runCommand(command: Command): Promise<{ end: CommandEnd; seconds: number }> {
  const { job, seconds, signal } = command;
  const watch = watchWrites(command.tree, command.output);
  const killsBefore = hostMemoryKills();
  try {
    const result = await runProcess({
      ...(command.isolation === "sandbox" ? sandboxed(command) : onHost(command)),
      stdout: { kind: "file", path: command.output },
      stderr: "stdout",
      deadline: seconds,
      signal: AbortSignal.any([signal, watch.signal]),
      limits: { fileBytes, memoryBytes: job.memory, processes: job.processes },
      ...(command.ready && { ready: command.ready }),
    });
    if (signal.aborted) throw new Failure("interrupted", "interrupted while a program ran");
    await watch.refuseFullDisk();
    if (result.killedBy === "SIGKILL" && !result.outOfMemory) refuseMemoryKill(killsBefore);
    return { end: endOf(result), seconds: result.seconds };
  } finally {
    watch.stop();
  }
}

function endOf(result: ProcessResult): CommandEnd {
  if (result.outOfMemory) return { kind: "out-of-memory" };
  if (result.ending === "aborted") return { kind: "flooded" };
  if (result.ending === "deadline") return { kind: "deadline" };
  // As a shell reports it; in a sandbox it was told apart before.
  const signal = result.killedBy ?? signalOf((result.exitCode ?? 0) - 128);
  if (signal !== null) return { kind: "signal", signal };
  return { kind: "exited", exitCode: result.exitCode ?? 0 };
}

/**
 * The job's variables are given to `env` inside of the sandbox, and not to bubblewrap: it runs on the
 * host, where a variable such as LD_PRELOAD would be obeyed.
 */
function sandboxed(command: Command): Pick<ProcessSpec, "command" | "args" | "cwd" | "sandbox"> {
  const { job, words } = command;
  const files = job.files.map(
    (path): Mount => ({
      host: path,
      inside: `${inside.inputs}/${basename(path)}`,
      writable: false,
    }),
  );
  const variables = {
    HOME: "/tmp",
    LANG: "C.UTF-8",
    TZ: "UTC",
    INPUTS: inside.inputs,
    ...job.env,
  };
  return {
    command: "env",
    args: [...Object.entries(variables).map(([name, value]) => `${name}=${value}`), ...words],
    cwd: inside.tree,
    sandbox: { mounts: [{ host: command.tree, inside: inside.tree, writable: true }, ...files] },
  };
}

/** As the user, with all that they may do: only where they said so. */
function onHost({
  job,
  words,
  tree,
}: Command): Pick<ProcessSpec, "command" | "args" | "cwd" | "env"> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const [first] = job.files;
  const inputs = first === undefined ? {} : { INPUTS: dirname(first) };
  const env = { ...Object.fromEntries(inherited), ...inputs, ...job.env };
  return { command: "env", args: words, cwd: tree, env };
}

function signalOf(number: number): string | null {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] ?? null;
}

/** Processes that the kernel killed for want of memory since the system started (proc(5), vmstat). */
function hostMemoryKills(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync("/proc/vmstat", "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** A program may kill itself; but where the host ran out of memory meanwhile, it was that. */
function refuseMemoryKill(before: number): void {
  if (hostMemoryKills() === before) return;
  throw new Failure("out-of-memory", "a program was killed while this host was out of memory", {
    hint: "give the machine more memory or swap, or run fewer programs at once, then resume",
  });
}
