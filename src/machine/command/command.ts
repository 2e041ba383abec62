import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../failure/failure.ts";
import type { ProcessResult } from "../../process/process.ts";
import { runProcess } from "../../process/run.ts";
import { lastWords, refuseKill } from "../host-trouble.ts";
import type { Machine, MachineResult, MachineRun } from "../machine.ts";
import { type ConsoleBounds, watchedRun } from "../watched-run.ts";
import { type CommandOptions, commandProcess } from "./process.ts";

/** What a program ends with where no kernel ran, and none is to blame: EX_TEMPFAIL of sysexits.h. */
const noMachine = 75;
/** What `env` ends with where it cannot run a command, or there is none; a shell in it does that, too. */
const notRun = [126, 127];

/**
 * A machine that is a program of the user's: it boots the kernel that its environment names, prints the
 * console on its standard output, and ends when the machine does. Its deadline ends the whole process tree.
 *
 * What it ends with says nothing of the run, but for 75: there was no machine to be had. Throws
 * `machine-infrastructure` then and where it cannot be started, and what `watchedRun` and `runProcess` throw.
 */
export function createCommandMachine(options: CommandOptions, bounds: ConsoleBounds = {}): Machine {
  return {
    type: "command",
    atOnce: options.atOnce,
    note: async () => null,
    commandLine: async () => options.words,
    // Who talks to it would have to know how; and on this host it needs a folder while it runs.
    process: async (run, console) =>
      console === "file" && options.sandbox ? commandProcess(options, run, "/tmp") : null,
    run: (request, signal) => runCommand(request, signal, options, bounds),
    close: async () => {},
  };
}

async function runCommand(
  request: MachineRun,
  signal: AbortSignal,
  options: CommandOptions,
  bounds: ConsoleBounds,
): Promise<MachineResult> {
  await refuseMissing(request);
  const folder = await mkdtemp(join(tmpdir(), "firstbad-machine-"));
  try {
    const spec = commandProcess(options, request, folder);
    return await watchedRun(
      {
        console: request.console,
        start: (ending) => runProcess({ ...spec, signal: ending }),
        refuseHostTrouble: (result) => refuseCommandTrouble(result, options.words),
      },
      bounds,
      signal,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A program of the user's may not notice. */
async function refuseMissing({ image, initramfs }: MachineRun): Promise<void> {
  for (const path of [image, initramfs]) {
    await access(path).catch((cause: unknown) => {
      throw new Failure("machine-infrastructure", `there is no file ${path} to be booted`, {
        facts: { path },
        hint: "resume: what was removed from the cache is built again",
        cause,
      });
    });
  }
}

function refuseCommandTrouble(result: ProcessResult, words: readonly string[]): void {
  refuseKill(result);
  const { exitCode } = result;
  if (result.ending !== "exited" || exitCode === null) return;
  const said = lastWords(result);
  const facts = { command: words, said };
  const why = said.at(-1)?.slice(0, 300) ?? "it did not say why";
  if (exitCode === noMachine) {
    throw new Failure("machine-infrastructure", `${words[0]} had no machine: ${why}`, {
      facts,
      hint: "resume when there is one",
    });
  }
  if (notRun.includes(exitCode) && why.startsWith("env: ")) {
    throw new Failure("machine-infrastructure", `${words[0]} cannot be run: ${why}`, {
      facts,
      hint: "it is looked for on PATH; one of your own belongs into `machine.files`, as $INPUTS/NAME",
    });
  }
}
