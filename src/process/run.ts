import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { performance } from "node:perf_hooks";
import { Readable, type Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { type ControlGroup, createControlGroup } from "./control-group.ts";
import { notAProgram, toolMissing } from "./find-tool.ts";
import { type Launch, launchOf, readyDescriptor, statusDescriptor } from "./launch.ts";
import { endOrphans } from "./orphans.ts";
import { type OutputPlace, openOutputs } from "./output.ts";
import { allEnded, follow } from "./output-stream.ts";
import type { ProcessResult, ProcessSpec } from "./process.ts";
import { isRunning, send } from "./process-tree.ts";
import { sandboxFailure } from "./sandbox-failure.ts";
import { SandboxStatusReader } from "./sandbox-status.ts";
import { Stopper } from "./stopper.ts";

/** Seconds in which a killed process namespace must be gone; only a stuck host needs longer. */
const namespaceEnd = 10;

/**
 * Runs one program to its end and says how it ended; a failing one is data.
 *
 * When it returns, nothing of the program runs any more: what it left in its process group is killed,
 * and in a sandbox everything it ever started. `deadline` and `signal` end all of it the same way.
 * Outside of a sandbox, a process that changed its session and lost its parent is not found.
 *
 * Throws a `Failure`: `tool-missing` where the program, or one of `prlimit` and `nice` that the spec asks
 * for, is not there; `sandbox-failed` where bubblewrap is not there or cannot make the sandbox. An output
 * file or a working folder that cannot be used throws the system's own error. What `ready` rejects with is
 * thrown on; however it ends, `ready` has settled before.
 */
export async function runProcess(spec: ProcessSpec): Promise<ProcessResult> {
  const settled = spec.ready?.then(nothing, nothing);
  try {
    return await run(spec);
  } finally {
    await settled;
  }
}

function nothing(): void {}

async function run(spec: ProcessSpec): Promise<ProcessResult> {
  // Nothing can be done meanwhile where there is no sandbox to set up.
  if (!spec.sandbox) await spec.ready;
  if (spec.signal?.aborted) return neverStarted();
  if (spec.sandbox) await endOrphans();
  const group = createControlGroup(spec.limits ?? {});
  try {
    return await runIn(group, spec);
  } finally {
    await group.remove();
  }
}

async function runIn(group: ControlGroup, spec: ProcessSpec): Promise<ProcessResult> {
  const launch = launchOf(spec, group.joins);
  const { stdout, stderr } = await openOutputs(spec);
  let begin = performance.now();
  let child: ChildProcess;
  try {
    child = await start(spec, launch, [stdout, stderr]);
  } finally {
    stdout.release();
    stderr.release();
  }
  const leader = child.pid!;
  const ended = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  const status = spec.sandbox ? new SandboxStatusReader(readable(child, statusDescriptor)) : null;
  const stopper = new Stopper(spec, leader, () => status?.current.firstProcess ?? null);
  try {
    const outputs = [follow(stdout, child.stdout), follow(stderr, child.stderr)];
    feed(child.stdin, spec.stdin);
    if (spec.sandbox && spec.ready !== undefined) {
      try {
        await spec.ready;
      } catch (error) {
        stopper.kill();
        await ended;
        await endRest(leader, status);
        throw error;
      }
      letGo(child);
      begin = performance.now();
    }
    stopper.startClock();
    const [code, signal] = await ended;
    stopper.finish();
    const seconds = (performance.now() - begin) / 1000;
    // An end may be heard of before what was said last.
    if (status !== null) await allEnded([status.output]);
    await endRest(leader, status);
    await allEnded(outputs);
    const told = tellEnding(spec, status, stopper.ending, code, signal, () =>
      captured(stderr, stdout),
    );
    return {
      ...told,
      ending: stopper.ending,
      seconds,
      stdout: stdout.capture?.bytes() ?? Buffer.alloc(0),
      stderr: stderr.capture?.bytes() ?? Buffer.alloc(0),
      truncated: [stdout, stderr].some((place) => place.capture?.truncated),
      outOfMemory: group.outOfMemory(),
    };
  } finally {
    stopper.finish();
  }
}

/** Spawns and waits until the program's own file is loaded, or says why it is not. */
async function start(
  spec: ProcessSpec,
  launch: Launch,
  places: readonly OutputPlace[],
): Promise<ChildProcess> {
  const stdio = [
    spec.stdin === undefined ? ("ignore" as const) : ("pipe" as const),
    ...places.map((place) => place.stdio),
    ...(spec.sandbox ? ["pipe" as const] : []),
    ...(spec.sandbox && spec.ready ? ["pipe" as const] : []),
  ];
  const child = spawn(launch.command, launch.args, {
    stdio,
    env: launch.env,
    cwd: launch.cwd,
    // A session of its own, and with it a process group that can be killed as one.
    detached: true,
  });
  try {
    await once(child, "spawn");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A working folder that is not there gives ENOENT too; the program was found before.
    if (code === "ENOEXEC") throw toolMissing(spec.command, notAProgram, error);
    if (code === "EACCES") throw toolMissing(spec.command, "Permission denied", error);
    throw error;
  }
  return child;
}

/** Lets the program go on that waits to be told that all is ready. */
function letGo(child: ChildProcess): void {
  const gate = child.stdio[readyDescriptor] as Writable;
  // It may have ended meanwhile.
  gate.on("error", () => {});
  gate.end("go\n");
}

/** What the program left behind when it ended. */
async function endRest(leader: number, status: SandboxStatusReader | null): Promise<void> {
  send(-leader, "SIGKILL");
  const first = status?.current.firstProcess ?? null;
  if (first === null) return;
  // The kernel ends a namespace's other processes before its first one is gone (pid_namespaces(7)).
  const until = performance.now() + namespaceEnd * 1000;
  for (
    let pause = 1;
    isRunning(first) && performance.now() < until;
    pause = Math.min(50, 2 * pause)
  ) {
    send(first, "SIGKILL");
    await delay(pause);
  }
}

/** Exit code and signal of the program itself; throws where the sandbox never came to start it. */
function tellEnding(
  spec: ProcessSpec,
  status: SandboxStatusReader | null,
  ending: ProcessResult["ending"],
  code: number | null,
  signal: NodeJS.Signals | null,
  said: () => string,
): Pick<ProcessResult, "exitCode" | "killedBy"> {
  if (status === null) return { exitCode: code, killedBy: signal };
  const inside = status.current.exitCode;
  if (inside === null) {
    if (ending !== "exited") return { exitCode: null, killedBy: signal ?? "SIGKILL" };
    if (signal !== null) return { exitCode: null, killedBy: signal };
    throw sandboxFailure(spec, said());
  }
  const killedBy = inside > 128 ? signalName(inside - 128) : null;
  return killedBy === null ? { exitCode: inside, killedBy } : { exitCode: null, killedBy };
}

function signalName(number: number): NodeJS.Signals | null {
  for (const [name, value] of Object.entries(constants.signals)) {
    if (value === number) return name as NodeJS.Signals;
  }
  return null;
}

/** Standard error as far as it was kept; where it went to a file, bubblewrap's words are in there. */
function captured(stderr: OutputPlace, stdout: OutputPlace): string {
  return (stderr.capture ?? stdout.capture)?.bytes().toString("utf8") ?? "";
}

function feed(stdin: Writable | null, input: ProcessSpec["stdin"]): void {
  // A program may end without reading what it was given.
  stdin?.on("error", () => {});
  if (input instanceof Readable) {
    if (stdin !== null) input.pipe(stdin);
  } else stdin?.end(input);
}

function readable(child: ChildProcess, descriptor: number): Readable {
  return child.stdio[descriptor] as Readable;
}

function neverStarted(): ProcessResult {
  return {
    exitCode: null,
    killedBy: null,
    ending: "aborted",
    seconds: 0,
    stdout: Buffer.alloc(0),
    stderr: Buffer.alloc(0),
    truncated: false,
    outOfMemory: false,
  };
}
